"""What is known of a finding, an undecided rule or a problem, as the attributes of a policy; never which line asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from gatepost.gate.attributes import EXPLOITATION, GROUPS, PACKAGE, Group, Plain, is_list, not_known
from gatepost.gate.dates import days_since, is_date
from gatepost.model.decisions import Assessment, Context
from gatepost.model.findings import Severity, Undecided
from gatepost.model.problems import Problem

_NOT_KNOWN = {
    name: not_known(name)
    for name in (
        *EXPLOITATION, "severity", "age", "owner", "project", "cvss", "fix_available", "validated", "published_days",
        "ecosystem", "direct_dependency", "base_image", "touched", "affected", "resource_type",
    )
}  # fmt: skip

NOWHERE = Context()
# Days since something was first seen, which only deadlines ask for: `age` may be that of its publication.
SEEN_DAYS = "seen_days"
# Attributes that the context tells, whatever it is the context of.
OF_CONTEXTS = (
    "is_new",
    "touched",
    "affected",
    "age",
    SEEN_DAYS,
    "owner",
    "guessed_owner",
    "owner_confidence",
    "owners_disagree",
    "project",
)


def _severity(severity: Severity) -> Plain:
    return _NOT_KNOWN["severity"] if severity == "unknown" else severity


class FindingFacts:
    """The facts of a finding; `severity` is the one that the policy judges it by, `today` the ISO date to judge by.

    `waiver` is the state of the policy's waivers for it, where a line asks.
    """

    __slots__ = ("assessment", "severity", "today", "waiver")

    def __init__(self, assessment: Assessment, severity: Severity, today: str = "", waiver: str = "none") -> None:
        self.assessment = assessment
        self.severity: Severity = severity
        self.today = today
        self.waiver = waiver

    def fact(self, name: str, /) -> Plain:
        """Return what is known of an attribute."""
        read = _FINDING.get(name)
        if read is not None:
            return read(self)
        head, _, rest = name.partition(".")
        if head == "standard":
            return self.assessment.finding.standards.get(rest)
        if head == "package":
            package = self.assessment.finding.package
            return _in_group({key: getattr(package, key) for key in PACKAGE} if package else {}, rest)
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


# What a context knows, of whatever it is the context of; the attributes of the same names.
def _in_context(context: Context, name: str, today: str) -> Plain:
    if name in ("owner", "project"):
        named = context.owners if name == "owner" else context.projects
        return _NOT_KNOWN[name] if named is None else tuple(one.name for one in named)
    if name == "owner_confidence":
        told = context.owners or context.guessed_owners
        return told[0].confidence if told else _NOT_KNOWN["owner"] if context.owners is None else None
    if name == "guessed_owner":
        return tuple(one.name for one in context.guessed_owners)
    if name == SEEN_DAYS:
        seen = context.first_seen
        return _NOT_KNOWN["age"] if seen is None else max(0, days_since(seen.name, today))
    if name == "is_new":
        return context.is_new is not False
    known = getattr(context, name)
    return _NOT_KNOWN[name] if known is None else known


def _of_context(name: str) -> Callable[[FindingFacts], Plain]:
    return lambda facts: _in_context(facts.assessment.context, name, facts.today)


def _best_fix(field: str) -> Callable[[FindingFacts], Plain]:
    """Return what reads the safety or proof of the best fix: what is proved before what is not, then what is safe."""

    def read(facts: FindingFacts) -> Plain:
        fixes = facts.assessment.finding.fixes
        best = min(fixes, key=lambda fix: (fix.proof != "proved", fix.safety != "safe"), default=None)
        return "none" if best is None else getattr(best, field)

    return read


def _artifact(field: str) -> Callable[[FindingFacts], Plain]:
    def read(facts: FindingFacts) -> Plain:
        artifact = facts.assessment.finding.artifact
        return (getattr(artifact, field) or None) if artifact is not None else None

    return read


def _resource_type(facts: FindingFacts) -> Plain:
    finding = facts.assessment.finding
    if finding.resource_type:
        return finding.resource_type
    return _NOT_KNOWN["resource_type"] if finding.resource else None


_FINDING: dict[str, Callable[[FindingFacts], Plain]] = {
    "severity": lambda facts: _severity(facts.severity),
    "confidence": lambda facts: facts.assessment.finding.confidence,
    "audience": lambda facts: facts.assessment.finding.audience or None,
    "rule": lambda facts: facts.assessment.finding.rule,
    "category": lambda facts: facts.assessment.finding.category or None,
    "subject": lambda facts: facts.assessment.finding.subject,
    "path": lambda facts: facts.assessment.finding.location.path,
    "resource": lambda facts: facts.assessment.finding.resource or None,
    "tool": lambda facts: tuple(dict.fromkeys(d.tool for d in facts.assessment.finding.detectors)),
    "detector": lambda facts: tuple(dict.fromkeys(d.id for d in facts.assessment.finding.detectors if d.id)),
    "id": lambda facts: facts.assessment.finding.ids,
    "cwe": lambda facts: facts.assessment.finding.cwe,
    "cvss": _cvss,
    "fix_available": _fix_available,
    "fix_safety": _best_fix("safety"),
    "fix_proof": _best_fix("proof"),
    "resource_type": _resource_type,
    "standard": lambda facts: tuple(sorted(facts.assessment.finding.standards)),
    "group": lambda facts: facts.assessment.finding.cause or None,
    "cause": lambda facts: facts.assessment.context.root_cause or None,
    "artifact": _artifact("name"),
    "artifact_kind": _artifact("kind"),
    **{name: _of_context(name) for name in OF_CONTEXTS},
    "suppressed": lambda facts: bool(facts.assessment.finding.suppressions),
    "waiver": lambda facts: facts.waiver,
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
    """The facts of a rule that could not be decided, in its context."""

    __slots__ = ("context", "severity", "today", "undecided", "waiver")

    def __init__(
        self,
        undecided: Undecided,
        severity: Severity,
        context: Context = NOWHERE,
        today: str = "",
        waiver: str = "none",
    ) -> None:
        self.context = context
        self.waiver = waiver
        self.undecided = undecided
        self.severity: Severity = severity
        self.today = today

    def fact(self, name: str, /) -> Plain:
        """Return what is known of an attribute."""
        if name in OF_CONTEXTS:
            return _in_context(self.context, name, self.today)
        undecided = self.undecided
        head, _, rest = name.partition(".")
        if head == "tag":
            return _in_group(undecided.tags, rest)
        if head == "standard":
            return undecided.standards.get(rest) if rest else tuple(sorted(undecided.standards))
        facts: dict[str, Plain] = {
            "severity": _severity(self.severity),
            "rule": undecided.rule,
            "audience": undecided.audience or None,
            "category": undecided.category or None,
            "path": undecided.location.path,
            "resource": undecided.resource or None,
            "resource_type": undecided.resource_type or None,
            "subject": "resource",
            "tool": ("gatepost",),
            "detector": (f"gatepost/{undecided.rule}",),
            "cwe": undecided.cwe,
            "waiver": self.waiver,
            "undecided": True,
            "problem": False,
        }
        return facts.get(name)


_OF_PROBLEMS = ("owner", "guessed_owner", "owner_confidence", "owners_disagree", "project", "is_new")


class ProblemFacts:
    """The facts of something that could not be read, in its context."""

    __slots__ = ("context", "problem")

    def __init__(self, problem: Problem, context: Context = NOWHERE) -> None:
        self.context = context
        self.problem = problem

    def fact(self, name: str, /) -> Plain:
        """Return what is known of an attribute."""
        if name == "path":
            return self.problem.location.path
        if name == "problem_kind":
            return self.problem.kind
        if name in _OF_PROBLEMS:
            return _in_context(self.context, name, "")
        return {"problem": True, "undecided": False}.get(name)


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
        if name == SEEN_DAYS:
            name = "age"
        if name == "standard" and name not in self._given:
            return tuple(sorted({key[9:] for key in self._given if key.startswith("standard.")}))
        if name not in self._given:
            return None
        given = self._given[name]
        if given is None or (name == "severity" and given == "unknown"):
            return not_known(name)
        if is_list(name):
            return tuple(cast("list[str | int]", given)) if isinstance(given, list) else (given,)
        return given


def environments(context: Context) -> tuple[str, ...]:
    """Return the names of the environments that something reaches."""
    return tuple(fact.name for fact in context.environments)
