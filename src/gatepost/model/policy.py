"""The parts of a policy that several steps share: environments, choices about rules, permissions; never its lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from gatepost.model.decisions import Claim
from gatepost.model.findings import Finding, Severity, Sign, Undecided
from gatepost.model.places import Location
from gatepost.model.records import NamedTuple


class EnvironmentClause(NamedTuple):
    """One way to recognise an environment: every key has to hold, and of a key's globs one is enough.

    A key is "path", "branch" or "tag.NAME". `location` is the clause in its policy file.
    """

    environment: str
    keys: tuple[tuple[str, tuple[str, ...]], ...]
    location: Location


class RuleChoice(NamedTuple):
    """What a policy says about one rule. `severity` is None where the rule's own stands.

    `enabled` is None where it is not said: then the audience that the policy chose decides.
    """

    rule: str
    enabled: bool | None = None
    severity: Severity | None = None
    settings: Mapping[str, Any] = {}
    location: Location | None = None


class InlinePermission(NamedTuple):
    """Which waivers written beside the code a policy accepts.

    `accept` None: not said, which means yes for a repository's own policy and no for an organisation's.
    `refuse_above` is the worst severity that may still be waived so, None for any; `refuse_in` names environments.
    Without `accept_new` those that the base of the change does not have are refused.
    """

    accept: bool | None = None
    refuse_above: Severity | None = None
    refuse_in: tuple[str, ...] = ()
    accept_new: bool = True


class WaiverRules(NamedTuple):
    """What a policy asks of waivers.

    One that ends within `warn_before` days is told; one may last `longest` days, None for any time. `require` names
    keys that each has to have. `by` are globs of who may answer for one, any when empty; with `codeowners` it has to be
    an owner, by CODEOWNERS, of the file that the waiver is written in.
    """

    warn_before: int = 14
    longest: int | None = None
    require: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    codeowners: bool = False
    location: Location | None = None


class Comparison(NamedTuple):
    """What the base of a change had, to tell what is new.

    `known` are the fingerprints of its findings and undecided rules, in today's paths, with the (message, severity)
    that the finding had; `problems` are (path, what). `brought` are files, and folders called by an environment's name,
    that the change brings, from the top of the repository. `touched` are the lines that the change wrote, by path, as
    (first, last), 1-based. `beside` are the places of waivers, and of other tools' ignore comments,
    that stand beside the code now and did not then. `before` are the findings themselves.
    `renamed` maps paths to those that the base has. `instances` counts those of what is there more than once;
    `tools` are the scanners whose reports of the base were read.
    """

    known: Mapping[str, tuple[str, str]]
    problems: frozenset[tuple[str, str]]
    touched: Mapping[str, Sequence[tuple[int, int]]]
    brought: frozenset[str] = frozenset()
    beside: frozenset[Location] = frozenset()
    before: Sequence[Finding] = ()
    renamed: Mapping[str, str] = {}
    instances: Mapping[str, int] = {}
    tools: frozenset[str] = frozenset()

    def has(self, one: Finding | Undecided) -> bool:
        """Whether the base had something, in as many instances."""
        return one.fingerprint in self.known and one.instances <= self.instances.get(one.fingerprint, 1)


class Whose(NamedTuple):
    """Something whose owners are asked for: a path (relative to the scanned root, "" for what is in no file here), and
    what is known of what is there.

    `resource` is its address, `lines` its first and last line (1-based; 0 for all of the file). `names` are those that
    the cloud knows it by. `calls` are the tags of the module calls it lies in, the innermost first, as (address of the
    call, tag, value). `roots` reach it where it lies in a file that they share, as for a finding. `fresh` are tags that
    the change has written.
    """

    path: str
    tags: Mapping[str, str] = {}
    resource: str = ""
    lines: tuple[int, int] = (0, 0)
    names: tuple[str, ...] = ()
    calls: tuple[tuple[str, str, str], ...] = ()
    roots: tuple[str, ...] = ()
    fresh: frozenset[str] = frozenset()


class Owning(NamedTuple):
    """Owners and projects, the one that counts first first; None where nothing could tell.

    `guessed` are owners that sources guess where none knows; `disagree`: sources that know name different owners.
    """

    owners: tuple[Claim, ...] | None = None
    projects: tuple[Claim, ...] | None = None
    guessed: tuple[Claim, ...] = ()
    disagree: bool = False


OwnersOf: TypeAlias = Callable[[Whose], Owning]


class OwnersChoice(NamedTuple):
    """What a policy says about where owners are told.

    `tags` maps "owner", "project" and "contact" to names of tags, where it says. `order` are the sources that count
    first. `cmdb` and `audit_logs` are files, relative to the folder of the policy; `columns` maps what is looked for to
    names of columns. `directories` are (glob of paths, owners, line of the policy). `history`: git is asked, too.
    """

    tags: Mapping[str, tuple[str, ...]] = {}
    order: tuple[str, ...] = ()
    cmdb: str = ""
    columns: Mapping[str, tuple[str, ...]] = {}
    audit_logs: tuple[str, ...] = ()
    directories: tuple[tuple[str, tuple[str, ...], int], ...] = ()
    history: bool = False
    location: Location | None = None


class Inference(NamedTuple):
    """How a policy infers environments: `names` maps the usual name of one to the policy's own ("prod").

    `accounts` maps the id of an account to its environment and the place that says so. `own` are the names that the
    policy itself uses.
    """

    names: Mapping[str, str] = {}
    accounts: Mapping[str, tuple[str, Location]] = {}
    own: frozenset[str] = frozenset()


class Surroundings(NamedTuple):
    """What a run knows that tells environments: of each root (named as in `Finding.roots`), and of all that is judged.

    `prefix` is where the scanned root lies below the top of the repository, "" or "live/". `umbrellas` maps folders
    called `live` to those in them that are called by another word for production: there each environment has its own.
    `var_files` are those that tell the environments of a root, from the top of the repository.
    """

    by_root: Mapping[str, Sequence[Sign]] = {}
    signs: tuple[Sign, ...] = ()
    prefix: str = ""
    umbrellas: Mapping[str, Sequence[str]] = {}
    var_files: Mapping[str, Sequence[str]] = {}


class Facts(NamedTuple):
    """What a run knows about itself. `branch` is the target of a pull request, else the branch that is built.

    `environment` is what the caller names; it overrides every clause. `branch_how` tells where the branch is from.
    `base` is there where the change is compared with a base commit. `owned` tells owners, where there is a source.
    `inference` is how the policy infers environments and `around` what it infers them from; None: it does not.
    `old` tells what a baseline has, where there is one.
    """

    branch: str | None = None
    environment: str | None = None
    branch_how: str = ""
    base: Comparison | None = None
    owned: OwnersOf | None = None
    inference: Inference | None = None
    around: Surroundings = Surroundings()
    old: Callable[[Finding | Undecided], bool] | None = None


class FeedChoice(NamedTuple):
    """Where a policy has its feeds ("" not said; relative to its folder), and how many days old they may be."""

    path: str = ""
    oldest: int | None = None
    location: Location | None = None


class DetectorChoice(NamedTuple):
    """A scanner that a policy wants run: `config` is its rules ("" for its own), `seconds` the time it may take."""

    name: str
    config: str = ""
    seconds: int | None = None
    location: Location | None = None
