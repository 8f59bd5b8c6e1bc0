"""The parts of a policy that several steps share: environments, choices about rules, permissions; never its lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from gatepost.model.findings import Severity, Sign
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
    """What a policy says about one rule. `severity` is None where the rule's own stands."""

    rule: str
    enabled: bool = True
    severity: Severity | None = None
    settings: Mapping[str, Any] = {}
    location: Location | None = None


class InlinePermission(NamedTuple):
    """Which waivers written beside the code a policy accepts.

    `accept` None: not said, which means yes for a repository's own policy and no for an organisation's.
    `refuse_above` is the worst severity that may still be waived so, None for any; `refuse_in` names environments.
    """

    accept: bool | None = None
    refuse_above: Severity | None = None
    refuse_in: tuple[str, ...] = ()


class Comparison(NamedTuple):
    """What the base of a change had, to tell what is new.

    `known` are the fingerprints of its findings and undecided rules, in today's paths, with the (message, severity)
    that the finding had; `problems` are (path, what). `brought` are files, and folders called by an environment's name,
    that the change brings. `touched` are the lines that the change wrote, by path, as
    (first, last), 1-based.
    """

    known: Mapping[str, tuple[str, str]]
    problems: frozenset[tuple[str, str]]
    touched: Mapping[str, Sequence[tuple[int, int]]]
    brought: frozenset[str] = frozenset()


# Names, each with how it is known.
Owned: TypeAlias = tuple[tuple[str, str], ...]
# The owners and the projects of a path with tags; None where nothing could tell.
OwnersOf: TypeAlias = Callable[[str, Mapping[str, str]], "tuple[Owned | None, Owned | None]"]


class Inference(NamedTuple):
    """How a policy infers environments: `names` maps the usual name of one to the policy's own ("prod").

    `accounts` maps the id of an account to its environment and the place that says so.
    """

    names: Mapping[str, str] = {}
    accounts: Mapping[str, tuple[str, Location]] = {}


class Surroundings(NamedTuple):
    """What a run knows that tells environments: of each root (named as in `Finding.roots`), and of all that is judged.

    `prefix` is where the scanned root lies below the top of the repository, "" or "live/".
    """

    by_root: Mapping[str, Sequence[Sign]] = {}
    signs: tuple[Sign, ...] = ()
    prefix: str = ""


class Facts(NamedTuple):
    """What a run knows about itself. `branch` is the target of a pull request, else the branch that is built.

    `environment` is what the caller names; it overrides every clause. `branch_how` tells where the branch is from.
    `base` is there where the change is compared with a base commit. `owned` tells owners, where there is a source.
    `inference` is how the policy infers environments and `around` what it infers them from; None: it does not.
    """

    branch: str | None = None
    environment: str | None = None
    branch_how: str = ""
    base: Comparison | None = None
    owned: OwnersOf | None = None
    inference: Inference | None = None
    around: Surroundings = Surroundings()


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
