"""What a finding means here and what is decided about it: contexts, waivers, decisions, the verdict; never how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

from gatepost.model.findings import Finding, Severity, Undecided
from gatepost.model.places import Location, Source
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple

if TYPE_CHECKING:
    from gatepost.model.routing import Judged, Routed  # made only where a policy has routes
    from gatepost.model.traces import Trace  # made only when somebody asks what was read

Action: TypeAlias = Literal["allow", "warn", "block"]
Mode: TypeAlias = Literal["enforce", "observe"]
Sureness: TypeAlias = Literal["high", "medium", "guess"]
Outcome: TypeAlias = Literal["passed", "blocked", "incomplete"]

# From mild to strict.
ACTIONS: tuple[Action, ...] = ("allow", "warn", "block")


class Fact(NamedTuple):
    """A name with how we know it: ("production", "path live/prod/** (gatepost.yaml:12)")."""

    name: str
    how: str


class Claim(NamedTuple):
    """An owner or a project with how we know it and how sure that is: "high", "medium" or "guess"."""

    name: str
    how: str
    confidence: Sureness = "high"


class Context(NamedTuple):
    """What a finding means here; None is not known. `environments` is never empty after assessment.

    `touched`: the change wrote the line that is at fault. `affected`: the change is why it reads as it does; it wrote
    that line, one that sets its value, or brought it in or altered it from elsewhere. `first_seen` is the day (ISO)
    that a history knows; `age` is in days, counted from it, else from the day of publication. The first of `owners`
    counts first; `owners_disagree`: sources that know name different ones; `guessed_owners` are there where none knows.
    """

    owners: tuple[Claim, ...] | None = None
    environments: tuple[Fact, ...] = (Fact("unknown", "no clause of the policy matches"),)
    root_cause: str | None = None
    is_new: bool | None = None
    touched: bool | None = None
    affected: bool | None = None
    age: int | None = None
    projects: tuple[Claim, ...] | None = None
    first_seen: Fact | None = None
    owners_disagree: bool = False
    guessed_owners: tuple[Claim, ...] = ()


class Assessment(NamedTuple):
    """A finding in its context."""

    finding: Finding
    context: Context


class Waiver(NamedTuple):
    """An exception somebody answers for, from the policy, a file of waivers or a comment beside the code.

    `scope` maps each key that is given (rule, path, resource, package, vulnerability, environment, fingerprint) to its
    alternatives; all keys have to hold. `until` is an ISO date, valid to its end; `since` is the first day, "" for any.
    `location` is where the waiver is written; `covers` is set for inline ones: the place they speak about, and `anchor`
    tells that place by what it is, whatever its line. `status` is what the waiver states of the vulnerability, as VEX
    has it ("" states nothing), with its `justification`.
    """

    scope: tuple[tuple[str, tuple[str, ...]], ...]
    until: str
    why: str
    by: str
    location: Location
    covers: Location | None = None
    since: str = ""
    ticket: str = ""
    status: str = ""
    justification: str = ""
    anchor: str = ""

    def of(self, key: str) -> tuple[str, ...]:
        """Return the alternatives of a key; empty where it is not given."""
        return next((listed for name, listed in self.scope if name == key), ())

    @property
    def rule(self) -> str:
        """The rules as people read them, "" where none is named."""
        return ", ".join(self.of("rule"))

    @property
    def path(self) -> str:
        """The globs of paths as people read them."""
        return ", ".join(self.of("path"))

    @property
    def resource(self) -> str:
        """The globs of addresses as people read them."""
        return ", ".join(self.of("resource"))


WaiverState: TypeAlias = Literal[
    "expired", "not_yet_valid", "refused", "unused", "shadowed", "expiring", "fix_exists", "active"
]
# From what wants a look first to what is as it should be.
WAIVER_STATES: tuple[WaiverState, ...] = (
    "expired", "not_yet_valid", "refused", "unused", "shadowed", "expiring", "fix_exists", "active",
)  # fmt: skip


class WaiverUse(NamedTuple):
    """What became of a waiver in a run.

    `states` are all that hold, the one that wants a look first before the others. `covered` are the fingerprints of
    what it covers, whether it counted or not; `days_left` is to its last day. `notes` say why a state holds. `is_new`:
    it stands beside the code and the base does not have it; None where there is no base. `policy` names the policy that
    grants it, "" for one beside the code.
    """

    waiver: Waiver
    states: tuple[WaiverState, ...]
    covered: tuple[str, ...] = ()
    days_left: int = 0
    notes: tuple[str, ...] = ()
    is_new: bool | None = None
    policy: str = ""

    @property
    def state(self) -> WaiverState:
        """The state that wants a look first."""
        return self.states[0]


class PolicyLine(NamedTuple):
    """The line of a policy that decided: its name and place."""

    name: str
    location: Location | None = None


class Due(NamedTuple):
    """Until when something has to be mended: the day (ISO) with how it comes about, and whether it is past.

    `date` is "" and `overdue` None where a deadline applies and the day it is counted from is not known; `how` says so.
    """

    date: str
    how: str
    overdue: bool | None = None


class Decision(NamedTuple):
    """What is decided about one finding and which line says so.

    `because` is None when no line matched (allow). `waiver` is the one that applies; `notes` are sentences a reader
    needs: an expired waiver, a line that could not be decided because something was not known. `routes` are
    the names of those that it takes. `own_severity` is what the rule or report says where the policy says otherwise.
    """

    assessment: Assessment
    action: Action
    because: PolicyLine | None = None
    waiver: Waiver | None = None
    notes: tuple[str, ...] = ()
    due: Due | None = None
    own_severity: Severity | None = None
    routes: tuple[str, ...] = ()


class DecidedUndecided(NamedTuple):
    """What is decided about an undecided rule."""

    undecided: Undecided
    context: Context
    action: Action
    because: PolicyLine | None = None
    waiver: Waiver | None = None
    notes: tuple[str, ...] = ()
    due: Due | None = None


class DecidedProblem(NamedTuple):
    """What is decided about something that could not be read."""

    problem: Problem
    action: Action
    because: PolicyLine | None = None
    context: Context = Context()


class DecidedBudget(NamedTuple):
    """What is decided about how many there are of something.

    `counted` is how many surely count, `not_known` how many may count beside them; what is waived does not. `at_most`
    is the limit that the policy gives, `base` how many the base of the change had (None: not asked for, or no base).
    `broken` says in a sentence which limit does not hold, "" where all do; `over` are the fingerprints of those that
    the budget holds to account: the new ones. `unit` is "findings" or "groups".
    """

    name: str
    action: Action
    counted: int
    not_known: int = 0
    at_most: int | None = None
    base: int | None = None
    broken: str = ""
    over: tuple[str, ...] = ()
    unit: str = "findings"
    policy: str = ""
    location: Location | None = None
    notes: tuple[str, ...] = ()


class Counts(NamedTuple):
    """How much was looked at. `passed_over` maps a reason to a number of files or folders.

    `left_for_thorough` is how many rules were not judged because they are for the audience `thorough`.
    """

    files: int = 0
    roots: int = 0
    resources: int = 0
    reports: int = 0
    passed_over: tuple[tuple[str, int], ...] = ()
    left_for_thorough: int = 0


class Feed(NamedTuple):
    """A file of facts about vulnerabilities that a run used: "KEV" or "EPSS", its own day (ISO, "" not known).

    `age` is in days, None where the day is not known. `entries` is how many vulnerabilities it speaks of, None where
    they were not counted.
    """

    name: str
    path: str
    date: str
    age: int | None = None
    entries: int | None = None


class Verdict(NamedTuple):
    """The whole result, which every report speaks from. Decisions are in a fixed order: path, place, rule.

    `policy` says which policy decided ("gatepost.yaml", "recommended (shipped)"). `unused_waivers` never matched;
    `waivers` are all there are, with what became of each.
    `budgets` are those of every policy that decided; `today` is the ISO date that was judged by.
    `sources` maps paths to their text, for the excerpts in reports. `trace` is there where the request asks for it.
    `routes` are there where a policy has them, `judged` there and where a change is compared.
    """

    mode: Mode
    policy: str
    decisions: tuple[Decision, ...]
    undecided: tuple[DecidedUndecided, ...]
    problems: tuple[DecidedProblem, ...]
    counts: Counts
    unused_waivers: tuple[Waiver, ...] = ()
    notes: tuple[str, ...] = ()
    sources: Mapping[str, Source] = {}
    feeds: tuple[Feed, ...] = ()
    trace: Trace | None = None
    budgets: tuple[DecidedBudget, ...] = ()
    today: str = ""
    waivers: tuple[WaiverUse, ...] = ()
    routes: tuple[Routed, ...] = ()
    judged: Judged | None = None

    @property
    def action(self) -> Outcome:
        """Blocked when a finding, undecided or budget blocks, else incomplete when a problem does, else passed."""
        if any(one.action == "block" for one in (*self.budgets, *self.undecided, *self.decisions)):
            return "blocked"
        if any(p.action == "block" for p in self.problems):
            return "incomplete"
        return "passed"

    @property
    def exit_code(self) -> int:
        """0 passed or observed, 1 blocked, 3 incomplete."""
        if self.mode == "observe":
            return 0
        return {"passed": 0, "blocked": 1, "incomplete": 3}[self.action]


class Report(NamedTuple):
    """Text that is not yet written anywhere; `written` is all of it, or makes it piece by piece."""

    name: str
    media_type: str
    written: str | Callable[[], Iterator[str]]

    def pieces(self) -> Iterator[str]:
        """Yield the text in pieces; those of a large report are together more than should be held at once."""
        if isinstance(self.written, str):
            return iter((self.written,))
        return self.written()

    @property
    def body(self) -> str:
        """The whole text."""
        return self.written if isinstance(self.written, str) else "".join(self.written())
