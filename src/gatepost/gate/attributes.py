"""What the lines of a policy can ask: attributes, their sorts and what each is; never what is known of a finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeAlias

from gatepost.conditions import Attributes, Sort
from gatepost.model.decisions import Due
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown, Value


class Group(NamedTuple):
    """A fact that has names of its own: the tags of a resource, the parts of a package."""

    entries: tuple[tuple[str, str], ...]


# A fact as plain data: None is missing (it does not apply), Unknown is not known.
Plain: TypeAlias = "str | int | float | bool | Unknown | Group | tuple[str | int, ...] | None"
GROUPS = ("package", "tag")

_TEXT, _TRUTH, _NUMBER, _SEVERITY = Sort("text"), Sort("truth"), Sort("number"), Sort("severity")
_TEXTS, _DAYS = Sort("list", _TEXT), Sort("days")
PACKAGE = {"name": _TEXT, "version": Sort("version"), "ecosystem": _TEXT, "purl": _TEXT}

# name: (sort, what it is). The table in docs/policy.md and the JSON Schema are made from it.
ATTRIBUTES: Mapping[str, tuple[Sort, str]] = {
    "severity": (
        _SEVERITY,
        "critical, high, medium, low or info, as the rule, the policy's `rules` or the report says",
    ),
    "confidence": (_SEVERITY, "high, medium or low"),
    "audience": (_TEXT, "whom our rule is for: regular or thorough; missing for what other tools report"),
    "environment": (_TEXT, "each environment that the finding reaches, or unknown"),
    "rule": (_TEXT, "the id of our rule, else tool/rule as the report names it"),
    "category": (_TEXT, "the rule's category: network, encryption, vulnerability, secret …"),
    "subject": (_TEXT, "resource, package, secret or code"),
    "path": (_TEXT, "the file, relative to the scanned root"),
    "resource": (_TEXT, "the address of the resource"),
    "resource_type": (_TEXT, "its kind in the words of its language: aws_s3_bucket, AWS::S3::Bucket"),
    "tool": (_TEXTS, "the tools that saw it; gatepost for our own rules"),
    "detector": (_TEXTS, "their names for it: trivy/CVE-2026-1, checkov/CKV_AWS_24, gatepost/RULE-ID"),
    "id": (_TEXTS, "identifiers of the vulnerability: CVE-…, GHSA-…"),
    "cwe": (Sort("list", _NUMBER), "numbers of the weakness"),
    "standard": (_TEXTS, "the standards that the rule names; standard.NAME: its parts in one of them"),
    "cvss": (_NUMBER, "the score, 0.0 to 10.0, of the newest version of CVSS that is given"),
    "known_exploited": (_TRUTH, "whether the vulnerability is known to be exploited"),
    "epss": (_NUMBER, "the probability of exploitation, 0 to 1"),
    "epss_percentile": (_NUMBER, "the share of vulnerabilities that are less likely to be exploited, 0 to 1"),
    "reachable": (_TRUTH, "whether our code calls what is vulnerable"),
    "exploit_maturity": (_TEXT, "what is known of exploits: none, available, poc or in the wild"),
    "validated": (_TRUTH, "whether somebody, or the tool itself, has shown that it can be used, or that it cannot"),
    "fix_available": (_TRUTH, "whether a fix is proved, or a version without the vulnerability is published"),
    "fix_safety": (_TEXT, "of the best fix: safe, unsafe or none"),
    "fix_proof": (_TEXT, "of the best fix: proved, needs_rescan or none"),
    "published_days": (_DAYS, "days since the vulnerability was published"),
    "vex": (_TEXT, "what a statement says of it: not_affected, affected, fixed or under_investigation"),
    "is_new": (_TRUTH, "whether this change brought it in; counts as true while that is not known"),
    "touched": (_TRUTH, "whether this change wrote the line that is at fault; not known without a base"),
    "affected": (_TRUTH, "whether this change is why it reads as it does, in this file or another one"),
    "age": (_DAYS, "days since it was first seen (`--history`), else since the vulnerability was published"),
    "overdue": (_TRUTH, "whether its deadline is past"),
    "due_in": (_DAYS, "days that are left until its deadline; less than 0 when that is past"),
    "group": (_TEXT, "what one edit would mend together with others, as the json report calls it"),
    "cause": (_TEXT, "the place that sets the value at fault, where that is another one"),
    "owner": (_TEXTS, "whose it is; what is only guessed does not count"),
    "guessed_owner": (_TEXTS, "who is taken for its owner by an audit log or the history, where no source knows"),
    "owner_confidence": (_TEXT, "how sure the first owner is: high or medium; guess where one is only guessed"),
    "owners_disagree": (_TRUTH, "whether sources that know name different owners"),
    "project": (_TEXTS, "the projects, services and systems that it belongs to"),
    "suppressed": (_TRUTH, "whether another tool, or a statement in its report, says that it does not count"),
    "ecosystem": (_TEXT, "the kind of the package, as package URLs name it: npm, pypi, maven, deb …"),
    "direct_dependency": (_TRUTH, "whether the project asks for the package itself; false for what others bring"),
    "base_image": (_TEXT, "the image that the scanned image is built from"),
    "artifact": (_TEXT, "what was scanned where it is none of the files here: the name of an image, a cluster …"),
    "artifact_kind": (_TEXT, "its kind: image, cluster, cloud, archive, host …"),
    "package": (
        Sort("element", Attributes(PACKAGE)),
        "package.name, package.version, package.ecosystem, package.purl",
    ),
    "tag": (Sort("map", _TEXT), "tag.NAME: a tag of the resource"),
    "waiver": (_TEXT, "of the waivers that cover it: active, expired, not_yet_valid, refused or none"),
    "undecided": (_TRUTH, "true for a rule that could not be decided; a line that does not ask is not about those"),
    "problem": (_TRUTH, "true for something that could not be read; a line that does not ask is not about those"),
    "problem_kind": (_TEXT, "what is wrong: unreadable, old-report, other-commit, feed, detector, history, of-change"),
}


class _Schema(Attributes):
    """The attributes, and the parts of any standard."""

    __slots__ = ()

    def sort(self, attribute: str, /) -> Sort | None:
        """Return the sort of an attribute, None when there is no such attribute."""
        found = self.sorts.get(attribute)
        return _TEXTS if found is None and is_list(attribute) else found


SCHEMA: Attributes = _Schema({name: sort for name, (sort, _) in ATTRIBUTES.items()})
LISTS = frozenset(name for name, (sort, _) in ATTRIBUTES.items() if sort.kind == "list")

# Attributes that only a feed or a report can tell, and who would.
EXPLOITATION = ("known_exploited", "epss", "epss_percentile", "reachable", "exploit_maturity")
# Attributes that come of the policy's own deadlines.
OF_DEADLINES = ("overdue", "due_in")


def is_list(name: str) -> bool:
    """Whether an attribute is a list, so that a test on it is one on its members."""
    return name in LISTS or (name.startswith("standard.") and len(name) > 9)


def not_known(name: str) -> Unknown:
    """Return what stands for a fact that is not known, by the name of the fact."""
    return Unknown(f"{name} is not known", may_be_missing=True)


class Matter(Protocol):
    """Something a policy decides about."""

    def fact(self, name: str, /) -> Plain:
        """Return what is known of an attribute."""
        ...


class About:
    """What is asked of a condition: the facts of a matter in one environment, with its deadline there."""

    __slots__ = ("_facts", "_matter", "due", "environment")

    def __init__(
        self, matter: Matter, environment: str, facts: Mapping[str, Plain] | None = None, due: Due | None = None
    ) -> None:
        self._matter = matter
        self._facts = facts
        self.environment = environment
        self.due = due

    def fact(self, name: str) -> Plain:
        """Return a fact as plain data."""
        if name == "environment":
            return self.environment
        if self._facts is not None and name in OF_DEADLINES:
            return self._facts.get(name)
        return self._matter.fact(name)

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
