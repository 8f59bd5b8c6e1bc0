"""A saved verdict as far as a pull request is concerned, by root cause; never rendered here.

The file may be the artifact of a job that strangers control: every value is verified and bounded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast

from gatepost.model.findings import SEVERITIES
from gatepost.model.json_values import mapping, mappings, number, path, text, texts
from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple

MOST_FINDINGS = 200_000
_MOST_PLACES = 50
_MOST_DIFF = 60

Action: TypeAlias = Literal["block", "warn", "allow"]
_ACTIONS: tuple[Action, ...] = ("block", "warn", "allow")


class Place(NamedTuple):
    """Lines `first` to `last` (1-based, both included) of a file below the top of the repository."""

    path: str
    first: int
    last: int


class Question(NamedTuple):
    """Undecided rules that lack the same: `why` says what, `hint` what to type, `number` how many answers wait for it.

    `places` are where they wait, each once, and at least one; `rules` their ids, sorted.
    """

    title: str
    places: tuple[Place, ...]
    why: str
    hint: str
    rules: tuple[str, ...]
    number: int


class Suggested(NamedTuple):
    """Lines that come in place of those at a place, which are `old`; `blob` is git's name of the file, "" unknown."""

    place: Place
    lines: tuple[str, ...]
    old: tuple[str, ...]
    blob: str = ""


class Mend(NamedTuple):
    """How a group is mended: what a fix does, whether it is proved, and why it may be unsafe ("" for a safe one).

    `diff` are its lines as people read them ("path:line", "- old", "+ new").
    """

    title: str
    proved: bool
    unsafe: str
    suggested: Suggested | None
    diff: tuple[str, ...]


class Member(NamedTuple):
    """One finding of a group. `causes` are the places that set its value, nearest first. `is_new`, `affected` and
    `touched` are None where nobody knows."""

    rule: str
    fingerprint: str
    title: str
    severity: str
    place: Place
    resource: str
    causes: tuple[Place, ...]
    is_new: bool | None
    affected: bool | None
    action: Action
    waived: str


class Group(NamedTuple):
    """What one edit would mend, or a finding that stands alone; members are worst first.

    `key` is its identity (16 hexadecimal digits), which moves with no line. `because` is the line of the policy that
    decided, `exploited` what is known of exploitation, `due` an ISO date; each "" where there is none.
    """

    key: str
    title: str
    message: str
    why: str
    members: tuple[Member, ...]
    mend: Mend | None
    environments: tuple[str, ...]
    owners: tuple[str, ...]
    ids: tuple[str, ...]
    because: str
    exploited: str
    due: str

    @property
    def action(self) -> Action:
        """The strictest decision."""
        for action in _ACTIONS:
            if any(member.action == action for member in self.members):
                return action
        return "allow"

    @property
    def severity(self) -> str:
        """The worst severity."""
        return self.members[0].severity


class Told(NamedTuple):
    """A verdict. `prefix` is the scanned folder below the top of the repository ("infra/", "" for the top).

    `complete` is false where something could not be read: what is missing is not known to be fixed then. `name` tells
    it from other gates on the same pull request, "" for the only one.
    """

    outcome: str
    observes: bool
    policy: str
    today: str
    commit: str
    scope: str
    prefix: str
    groups: tuple[Group, ...]
    complete: bool
    undecided: tuple[Question, ...]
    problems: tuple[tuple[str, str, bool], ...]
    notes: tuple[str, ...]
    not_new: int
    waived: int
    budgets: tuple[str, ...] = ()
    name: str = ""

    @property
    def unanswered(self) -> int:
        """How many rules at how many places are undecided."""
        return sum(question.number for question in self.undecided)


def read_told(data: Any, name: str = "") -> Told:
    """Return what a json report tells; `name` sets several gates on one pull request apart. Raises UsageError."""
    top = mapping(data)
    if top.get("version") != 1 or not isinstance(top.get("findings"), list):
        raise _bad("it is no json report of version 1")
    if len(top["findings"]) > MOST_FINDINGS:
        raise _bad(f"it has more than {MOST_FINDINGS:,} findings")
    verdict, judged = mapping(top.get("verdict")), mapping(top.get("judged"))
    counts = mapping(verdict.get("counts"))
    folder = text(judged, "root").strip("/")
    prefix = f"{folder}/" if folder and ".." not in folder.split("/") else ""
    problems = tuple(
        (f"{prefix}{text(one, 'path')}", text(one, "what"), text(mapping(one.get("decision")), "action") == "block")
        for one in mappings(top, "problems")
    )
    outcome = text(verdict, "action")
    if outcome not in ("passed", "blocked", "incomplete"):
        raise _bad("it does not say what was decided")
    return Told(
        outcome,
        text(verdict, "mode") == "observe",
        text(verdict, "policy"),
        text(verdict, "today", 10),
        text(judged, "commit", 64),
        _digest("review", name, folder, *texts(judged.get("paths")))[:12],
        prefix,
        _groups(top, prefix),
        outcome != "incomplete" and not any(what for _, what, blocks in problems if blocks),
        tuple(_undecided(top, prefix)),
        problems,
        texts(verdict.get("notes"), 20),
        number(counts, "not_new"),
        number(counts, "waived"),
        tuple(_broken(top)),
        name or folder,
    )


def _bad(what: str) -> UsageError:
    hint = "write one: gatepost check --format json=verdict.json"
    return UsageError(f"the verdict cannot be used: {what}", hint=hint)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _groups(top: Mapping[str, Any], prefix: str) -> tuple[Group, ...]:
    together: dict[str, list[Mapping[str, Any]]] = {}
    for finding in mappings(top, "findings"):
        cause = text(finding, "group")
        identity = f"group\0{cause}" if cause else f"finding\0{text(finding, 'fingerprint')}"
        together.setdefault(_digest(prefix, identity)[:16], []).append(finding)
    groups = [_group(key, sorted(some, key=_rank), prefix) for key, some in together.items()]
    return tuple(sorted(groups, key=_group_rank))


def _group_rank(group: Group) -> tuple[int, int, Place, str]:
    first = group.members[0]
    return _ACTIONS.index(group.action), _severity_rank(group.severity), first.place, group.key


def _severity_rank(severity: str) -> int:
    return SEVERITIES.index(cast("Any", severity)) if severity in SEVERITIES else len(SEVERITIES)


def _rank(finding: Mapping[str, Any]) -> tuple[int, int, str, int, str]:
    action = text(mapping(finding.get("decision")), "action")
    return (
        _ACTIONS.index(action) if action in _ACTIONS else len(_ACTIONS),
        _severity_rank(text(finding, "severity")),
        text(finding, "path"),
        number(mapping(finding.get("region")), "start_line"),
        text(finding, "fingerprint"),
    )


def _group(key: str, findings: Sequence[Mapping[str, Any]], prefix: str) -> Group:
    first = findings[0]
    decision = mapping(first.get("decision"))
    return Group(
        key,
        (text(first, "mend") if len(findings) > 1 else "") or text(first, "title") or text(first, "rule"),
        text(first, "message"),
        text(first, "why"),
        tuple(_member(one, prefix) for one in findings),
        next((mend for one in findings if (mend := _mend(one, prefix)) is not None), None),
        _unique(_named(findings, "environments")),
        _unique(_named(findings, "owners")),
        _unique(name for one in findings for name in texts(one.get("ids"))),
        text(decision, "because"),
        _exploited(findings),
        text(decision, "due", 10),
    )


def _member(finding: Mapping[str, Any], prefix: str) -> Member:
    context, decision = mapping(finding.get("context")), mapping(finding.get("decision"))
    action = text(decision, "action")
    waiver = mapping(decision.get("waiver"))
    places = (_place(one, prefix) for one in reversed(list(mappings(finding, "origins"))[:_MOST_PLACES]))
    severity = text(finding, "severity")
    return Member(
        text(finding, "rule"),
        text(finding, "fingerprint", 64),
        text(finding, "title"),
        severity if severity in SEVERITIES else "unknown",
        _place(finding, prefix) or Place("", 0, 0),
        text(finding, "resource"),
        tuple(place for place in places if place is not None),
        _truth(context, "is_new"),
        _truth(context, "affected"),
        action if action in _ACTIONS else "warn",
        f"waived until {text(waiver, 'until', 10)} by {text(waiver, 'by')}" if waiver else "",
    )


def _place(owner: Mapping[str, Any], prefix: str) -> Place | None:
    name, region = path(owner, "path"), mapping(owner.get("region"))
    first, last = number(region, "start_line"), number(region, "end_line")
    if not name or not first:
        return None
    if last > first and number(region, "end_column") == 1:  # the end is exclusive, before that line begins
        last -= 1
    return Place(prefix + name, first, max(first, last))


def _mend(finding: Mapping[str, Any], prefix: str) -> Mend | None:
    for fix in mappings(finding, "fixes"):
        suggested = _suggested(mapping(fix.get("suggestion")), prefix)
        unsafe = text(fix, "why_unsafe") if text(fix, "safety") != "safe" else ""
        proved = text(fix, "proof") == "proved"
        diff = texts(finding.get("diff"), _MOST_DIFF) if proved else ()
        return Mend(text(fix, "title"), proved, unsafe, suggested if proved else None, diff)
    return None


def _suggested(made: Mapping[str, Any], prefix: str) -> Suggested | None:
    first, last, name = number(made, "start_line"), number(made, "end_line"), path(made, "path")
    lines, old = texts(made.get("lines")), texts(made.get("old"))
    whole = list(lines) == made.get("lines") and list(old) == made.get("old")  # one that was cut is another one
    if not name or not 0 < first <= last or not whole:
        return None
    return Suggested(Place(prefix + name, first, last), lines, old, text(made, "blob", 64))


def _named(findings: Sequence[Mapping[str, Any]], what: str) -> Iterator[str]:
    for finding in findings:
        for fact in mappings(mapping(finding.get("context")), what):
            yield text(fact, "name")


def _unique(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_PLACES]


def _exploited(findings: Sequence[Mapping[str, Any]]) -> str:
    known = [mapping(mapping(one.get("context")).get("exploitability")) for one in findings]
    if any(one.get("known_exploited") is True for one in known):
        return "known to be exploited"
    if any(one.get("validated") is True for one in known):
        return "shown to be usable"
    return "reached by this code" if any(one.get("reachable") is True for one in known) else ""


def _truth(owner: Mapping[str, Any], key: str) -> bool | None:
    value = owner.get(key)
    return value if isinstance(value, bool) else None


def _broken(top: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is to be told of each budget that is not kept."""
    for one in mappings(top, "budgets"):
        if text(one, "broken"):
            yield f"The budget “{text(one, 'name', 120)}” is broken: {text(one, 'broken', 300)}."


def _undecided(top: Mapping[str, Any], prefix: str) -> Iterator[Question]:
    """Yield what is missing, in the order in which it is first told."""
    waiting: dict[tuple[str, str], list[tuple[Mapping[str, Any], Place]]] = {}
    for one in mappings(top, "undecided"):
        place = _place(one, prefix)
        if place is not None:
            key = ", ".join(texts(one.get("because"), 3)), text(one, "hint", 300)
            waiting.setdefault(key, []).append((one, place))
    for (why, hint), group in waiting.items():
        places = tuple(dict.fromkeys(place for _, place in group))
        asked = (id for one, _ in group for id in (text(one, "rule"), *texts(one.get("waiting"), 100)))
        rules = tuple(sorted(set(asked)))
        title = text(group[0][0], "title")
        if len(group) > 1 or len(rules) > 1:
            where = f" at {len(places)} places" if len(places) > 1 else ""
            title = f"{title}{where}" if len(rules) == 1 else f"{len(rules)} rules{where} wait for one answer"
        yield Question(title, places, why, hint, rules, len(group))
