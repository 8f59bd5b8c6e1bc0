"""What the lines of a policy can ask of a finding, an undecided rule or a problem; never which line asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias, cast

from gatepost.conditions import Attributes, Sort
from gatepost.gate.dates import days_since, is_date
from gatepost.model.decisions import Assessment, Context
from gatepost.model.findings import Severity, Undecided
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown, Value


class Group(NamedTuple):
    """A fact that has names of its own: the tags of a resource, the parts of a package."""

    entries: tuple[tuple[str, str], ...]


# A fact as plain data: None is missing (it does not apply), Unknown is not known.
Plain: TypeAlias = "str | int | float | bool | Unknown | Group | tuple[str | int, ...] | None"
GROUPS = ("package", "tag")

_TEXT, _TRUTH, _NUMBER, _SEVERITY = Sort("text"), Sort("truth"), Sort("number"), Sort("severity")
_TEXTS = Sort("list", _TEXT)
_PACKAGE = {"name": _TEXT, "version": Sort("version"), "ecosystem": _TEXT, "purl": _TEXT}

# name: (sort, what it is). The table in docs/policy.md and the JSON Schema are made from it.
ATTRIBUTES: Mapping[str, tuple[Sort, str]] = {
    "severity": (
        _SEVERITY,
        "critical, high, medium, low or info, as the rule, the policy's `rules` or the report says",
    ),
    "confidence": (_SEVERITY, "high, medium or low"),
    "environment": (_TEXT, "each environment that the finding reaches, or unknown"),
    "rule": (_TEXT, "the id of our rule, else tool/rule as the report names it"),
    "category": (_TEXT, "the rule's category: network, encryption, vulnerability, secret …"),
    "subject": (_TEXT, "resource, package, secret or code"),
    "path": (_TEXT, "the file, relative to the scanned root"),
    "resource": (_TEXT, "the address of the resource"),
    "tool": (_TEXTS, "the tools that saw it; gatepost for our own rules"),
    "id": (_TEXTS, "identifiers of the vulnerability: CVE-…, GHSA-…"),
    "cwe": (Sort("list", _NUMBER), "numbers of the weakness"),
    "cvss": (_NUMBER, "the score, 0.0 to 10.0"),
    "known_exploited": (_TRUTH, "whether the vulnerability is known to be exploited"),
    "epss": (_NUMBER, "the probability of exploitation, 0 to 1"),
    "epss_percentile": (_NUMBER, "the share of vulnerabilities that are less likely to be exploited, 0 to 1"),
    "reachable": (_TRUTH, "whether our code calls what is vulnerable"),
    "exploit_maturity": (_TEXT, "what is known of exploits: none, available, poc or in the wild"),
    "validated": (_TRUTH, "whether somebody, or the tool itself, has shown that it can be used, or that it cannot"),
    "fix_available": (_TRUTH, "whether a fix is proved, or a version without the vulnerability is published"),
    "published_days": (_NUMBER, "days since the vulnerability was published"),
    "vex": (_TEXT, "what a statement says of it: not_affected, affected, fixed or under_investigation"),
    "is_new": (_TRUTH, "whether this change brought it in; counts as true while that is not known"),
    "touched": (_TRUTH, "whether this change wrote the line that is at fault; not known without a base"),
    "affected": (_TRUTH, "whether this change is why it reads as it does, in this file or another one"),
    "age": (_NUMBER, "days since it was first seen"),
    "owner": (_TEXTS, "whose it is"),
    "project": (_TEXTS, "the projects, services and systems that it belongs to"),
    "suppressed": (_TRUTH, "whether another tool, or a statement in its report, says that it does not count"),
    "ecosystem": (_TEXT, "the kind of the package, as package URLs name it: npm, pypi, maven, deb …"),
    "direct_dependency": (_TRUTH, "whether the project asks for the package itself; false for what others bring"),
    "base_image": (_TEXT, "the image that the scanned image is built from"),
    "package": (
        Sort("element", Attributes(_PACKAGE)),
        "package.name, package.version, package.ecosystem, package.purl",
    ),
    "tag": (Sort("map", _TEXT), "tag.NAME: a tag of the resource"),
    "undecided": (_TRUTH, "true for a rule that could not be decided; a line that does not ask is not about those"),
    "problem": (_TRUTH, "true for something that could not be read; a line that does not ask is not about those"),
    "problem_kind": (_TEXT, "what went wrong: unreadable, old-report, other-commit, feed or detector"),
}
SCHEMA = Attributes({name: sort for name, (sort, _) in ATTRIBUTES.items()})
LISTS = frozenset(name for name, (sort, _) in ATTRIBUTES.items() if sort.kind == "list")

# Attributes that only a feed or a report can tell, and who would.
EXPLOITATION = ("known_exploited", "epss", "epss_percentile", "reachable", "exploit_maturity")


class Matter(Protocol):
    """Something a policy decides about."""

    def fact(self, name: str, /) -> Plain:
        """Return what is known of an attribute."""
        ...


class About:
    """What is asked of a condition: the facts of a matter in one environment."""

    __slots__ = ("_environment", "_matter")

    def __init__(self, matter: Matter, environment: str) -> None:
        self._matter = matter
        self._environment = environment

    def fact(self, name: str) -> Plain:
        """Return a fact as plain data."""
        return self._environment if name == "environment" else self._matter.fact(name)

    def get(self, name: str, /) -> Value | None:
        """Return a fact as the value that conditions work on."""
        fact = self.fact(name)
        if fact is None:
            return None
        if type(fact) is Group:
            return Value({key: Value(value) for key, value in fact.entries})
        if type(fact) is tuple:  # Unknown is a tuple too
            return Value(tuple(Value(item) for item in fact))
        return Value(fact)


def _not_known(what: str) -> Unknown:
    return Unknown(f"{what} is not known", may_be_missing=True)


_NOT_KNOWN = {
    name: _not_known(name)
    for name in (
        *EXPLOITATION, "severity", "age", "owner", "project", "cvss", "fix_available", "validated", "published_days",
        "ecosystem", "direct_dependency", "base_image", "touched", "affected",
    )
}  # fmt: skip


def _severity(severity: Severity) -> Plain:
    return _NOT_KNOWN["severity"] if severity == "unknown" else severity


class FindingFacts:
    """The facts of a finding; `severity` is the one that the policy judges it by, `today` the ISO date to judge by."""

    __slots__ = ("assessment", "severity", "today")

    def __init__(self, assessment: Assessment, severity: Severity, today: str = "") -> None:
        self.assessment = assessment
        self.severity: Severity = severity
        self.today = today

    def fact(self, name: str, /) -> Plain:
        """Return what is known of an attribute."""
        read = _FINDING.get(name)
        if read is not None:
            return read(self)
        head, _, rest = name.partition(".")
        if head == "package":
            package = self.assessment.finding.package
            return _in_group({key: getattr(package, key) for key in _PACKAGE} if package else {}, rest)
        return _in_group(self.assessment.finding.tags, rest) if head == "tag" else None


def _in_group(entries: Mapping[str, str], name: str) -> Plain:
    """Return one entry of a group, all of them where no name is asked for; missing where there is nothing."""
    if name:
        return entries.get(name) or None
    found = tuple(sorted((key, value) for key, value in entries.items() if value))
    return Group(found) if found else None


def _exploitation(name: str) -> Callable[[FindingFacts], Plain]:
    field = "maturity" if name == "exploit_maturity" else name

    def read(facts: FindingFacts) -> Plain:
        known = getattr(facts.assessment.finding.exploitability, field)
        if known is None and is_vulnerability(facts.assessment):
            return _NOT_KNOWN[name]
        return known

    return read


def is_vulnerability(assessment: Assessment) -> bool:
    """Whether exploitation can be known of a finding: it is about a package, or has an id that feeds speak of."""
    return assessment.finding.package is not None or bool(assessment.finding.ids)


def _cvss(facts: FindingFacts) -> Plain:
    cvss = facts.assessment.finding.cvss
    if cvss is not None:
        return cvss.score
    return _NOT_KNOWN["cvss"] if is_vulnerability(facts.assessment) else None


def _validated(facts: FindingFacts) -> Plain:
    known = facts.assessment.finding.exploitability.validated
    return _NOT_KNOWN["validated"] if known is None else known


def _published_days(facts: FindingFacts) -> Plain:
    published = facts.assessment.finding.published
    if is_date(published) and is_date(facts.today):
        return max(0, days_since(published, facts.today))
    return _NOT_KNOWN["published_days"] if is_vulnerability(facts.assessment) else None


def _of_package(name: str, field: str) -> Callable[[FindingFacts], Plain]:
    def read(facts: FindingFacts) -> Plain:
        package = facts.assessment.finding.package
        if package is None:
            return None
        known = getattr(package, field)
        return _NOT_KNOWN[name] if known in (None, "") else known

    return read


def _base_image(facts: FindingFacts) -> Plain:
    artifact = facts.assessment.finding.artifact
    if artifact is None or artifact.kind != "image":
        return None
    return artifact.base or _NOT_KNOWN["base_image"]


def _vex(facts: FindingFacts) -> Plain:
    vex = facts.assessment.finding.vex
    return vex.status if vex else None


def _fix_available(facts: FindingFacts) -> Plain:
    finding = facts.assessment.finding
    return bool(finding.fixes) or bool(finding.package and finding.package.fixed_versions)


def _owner(facts: FindingFacts) -> Plain:
    owners = facts.assessment.context.owners
    return _NOT_KNOWN["owner"] if owners is None else tuple(owner.name for owner in owners)


def _project(facts: FindingFacts) -> Plain:
    projects = facts.assessment.context.projects
    return _NOT_KNOWN["project"] if projects is None else tuple(project.name for project in projects)


def _compared(name: str) -> Callable[[FindingFacts], Plain]:
    def read(facts: FindingFacts) -> Plain:
        known = getattr(facts.assessment.context, name)
        return _NOT_KNOWN[name] if known is None else known

    return read


def _age(facts: FindingFacts) -> Plain:
    age = facts.assessment.context.age
    return _NOT_KNOWN["age"] if age is None else age


_FINDING: dict[str, Callable[[FindingFacts], Plain]] = {
    "severity": lambda facts: _severity(facts.severity),
    "confidence": lambda facts: facts.assessment.finding.confidence,
    "rule": lambda facts: facts.assessment.finding.rule,
    "category": lambda facts: facts.assessment.finding.category or None,
    "subject": lambda facts: facts.assessment.finding.subject,
    "path": lambda facts: facts.assessment.finding.location.path,
    "resource": lambda facts: facts.assessment.finding.resource or None,
    "tool": lambda facts: tuple(dict.fromkeys(d.tool for d in facts.assessment.finding.detectors)),
    "id": lambda facts: facts.assessment.finding.ids,
    "cwe": lambda facts: facts.assessment.finding.cwe,
    "cvss": _cvss,
    "fix_available": _fix_available,
    "is_new": lambda facts: facts.assessment.context.is_new is not False,
    "touched": _compared("touched"),
    "affected": _compared("affected"),
    "age": _age,
    "owner": _owner,
    "project": _project,
    "suppressed": lambda facts: bool(facts.assessment.finding.suppressions),
    "undecided": lambda _: False,
    "problem": lambda _: False,
    "problem_kind": lambda _: None,
    "validated": _validated,
    "published_days": _published_days,
    "ecosystem": _of_package("ecosystem", "ecosystem"),
    "direct_dependency": _of_package("direct_dependency", "direct"),
    "base_image": _base_image,
    "vex": _vex,
    **{name: _exploitation(name) for name in EXPLOITATION},
}


class UndecidedFacts:
    """The facts of a rule that could not be decided."""

    __slots__ = ("is_new", "severity", "undecided")

    def __init__(self, undecided: Undecided, severity: Severity, is_new: bool = True) -> None:
        self.is_new = is_new
        self.undecided = undecided
        self.severity: Severity = severity

    def fact(self, name: str, /) -> Plain:
        """Return what is known of an attribute."""
        head, _, rest = name.partition(".")
        if head == "tag":
            return _in_group(self.undecided.tags, rest)
        facts: dict[str, Plain] = {
            "severity": _severity(self.severity),
            "rule": self.undecided.rule,
            "path": self.undecided.location.path,
            "resource": self.undecided.resource or None,
            "subject": "resource",
            "tool": ("gatepost",),
            "is_new": self.is_new,
            "undecided": True,
            "problem": False,
        }
        return facts.get(name)


class ProblemFacts:
    """The facts of something that could not be read."""

    __slots__ = ("is_new", "problem")

    def __init__(self, problem: Problem, is_new: bool = True) -> None:
        self.is_new = is_new
        self.problem = problem

    def fact(self, name: str, /) -> Plain:
        """Return what is known of an attribute."""
        if name == "path":
            return self.problem.location.path
        if name == "problem_kind":
            return self.problem.kind
        return {"problem": True, "undecided": False, "is_new": self.is_new}.get(name)


class GivenFacts:
    """The facts that a case of a policy gives; null is not known, and what it does not name is missing."""

    __slots__ = ("_given",)

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def fact(self, name: str, /) -> Plain:
        """Return what is known of an attribute."""
        if name in GROUPS:
            head = f"{name}."
            within = {key[len(head) :]: str(one) for key, one in self._given.items() if key.startswith(head)}
            return _in_group(within, "")
        if name not in self._given:
            return None
        given = self._given[name]
        if given is None or (name == "severity" and given == "unknown"):
            return _not_known(name)
        if name in LISTS:
            return tuple(cast("list[str | int]", given)) if isinstance(given, list) else (given,)
        return given


def environments(context: Context) -> tuple[str, ...]:
    """Return the names of the environments that something reaches."""
    return tuple(fact.name for fact in context.environments)
