"""A json report read back as findings in their contexts and what was decided of them; never trusts a type in it.

The facts that a policy can ask for are all in the report, so that a decision can be explained, or made again under
another policy, from the report alone. Places of edits and what secrets hide are not read back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from gatepost.model.changes import Fix, Proof, Safety
from gatepost.model.decisions import (
    ACTIONS,
    Assessment,
    Claim,
    Context,
    DecidedProblem,
    DecidedUndecided,
    Decision,
    Fact,
    PolicyLine,
    Sureness,
    Waiver,
)
from gatepost.model.findings import (
    SEVERITIES,
    Artifact,
    Cvss,
    Detector,
    Exploitability,
    Finding,
    Package,
    Severity,
    SubjectKind,
    Suppression,
    Undecided,
    Vex,
)
from gatepost.model.places import Location, Region
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.reports.row_fields import (
    listed,
    mapping,
    mappings,
    maybe_number,
    needed,
    number,
    text_of,
    texts_of,
    truth_of,
    word_of,
)
from gatepost.reports.rows import BadReport, rows

_T = TypeVar("_T")
_SUBJECTS: tuple[SubjectKind, ...] = ("resource", "package", "secret", "code")
_SURENESSES: tuple[Sureness, ...] = ("high", "medium", "guess")
_SAFETIES: tuple[Safety, ...] = ("safe", "unsafe")
_PROOFS: tuple[Proof, ...] = ("proved", "needs_rescan")


class Recorded(NamedTuple):
    """A verdict as it was recorded. `today` is the ISO date that was judged by, "" where it does not tell.

    `verdict`, `budgets`, `groups` and `waivers` are as the report has them. `inline` are the waivers beside the code,
    once for each finding that they cover, and `new_inline` the places of those that the change brought (None: there
    was no base).
    """

    verdict: Mapping[str, Any]
    today: str
    decisions: tuple[Decision, ...]
    undecided: tuple[DecidedUndecided, ...]
    problems: tuple[DecidedProblem, ...]
    budgets: tuple[Mapping[str, Any], ...] = ()
    groups: tuple[Mapping[str, Any], ...] = ()
    waivers: tuple[Mapping[str, Any], ...] = ()
    inline: tuple[Waiver, ...] = ()
    new_inline: frozenset[Location] | None = None


def read_recorded(path: str) -> Recorded:
    """Return the verdict in a json report; raises BadReport, and OSError where it cannot be read."""
    verdict: Mapping[str, Any] | None = None
    decisions: list[Decision] = []
    undecided: list[DecidedUndecided] = []
    problems: list[DecidedProblem] = []
    others: dict[str, list[Mapping[str, Any]]] = {"budgets": [], "groups": [], "waivers": []}
    for key, value in rows(path):
        if key == "verdict":
            verdict = mapping(value)
        elif key == "findings":
            decisions.append(decision_of(mapping(value)))
        elif key == "undecided":
            undecided.append(undecided_of(mapping(value)))
        elif key == "problems":
            problems.append(_problem(mapping(value)))
        elif key in others:
            others[key].append(mapping(value))
    if verdict is None:
        raise BadReport("it is not a verdict of Gatepost")
    return Recorded(
        verdict,
        text_of(verdict, "today"),
        tuple(decisions),
        tuple(undecided),
        tuple(problems),
        tuple(others["budgets"]),
        tuple(others["groups"]),
        tuple(others["waivers"]),
        _inline(others["waivers"], decisions, undecided),
        _new_places(others["waivers"]),
    )


def decision_of(row: Mapping[str, Any]) -> Decision:
    """Return a finding of the report in its context, with what was decided of it; raises BadReport."""
    finding = _finding(row)
    decided = mapping(row.get("decision"))
    own = row.get("own_severity")
    return Decision(
        Assessment(finding, context_of(row)),
        word_of(decided, "action", ACTIONS, "allow"),
        _because(decided),
        waiver_of(mapping(decided["waiver"])) if decided.get("waiver") is not None else None,
        texts_of(decided, "notes"),
        own_severity=None if own is None else word_of(row, "own_severity", SEVERITIES, "unknown"),
    )


def _finding(row: Mapping[str, Any]) -> Finding:
    exploitability = mapping(mapping(row.get("context")).get("exploitability"))
    return Finding(
        rule=needed(row, "rule"),
        title=text_of(row, "title"),
        message=text_of(row, "message"),
        severity=word_of(row, "severity", SEVERITIES, "unknown"),
        confidence=word_of(row, "confidence", ("high", "medium", "low"), "high"),
        audience=text_of(row, "audience"),
        category=text_of(row, "category"),
        location=_location(row),
        subject=word_of(row, "subject", _SUBJECTS, "code"),
        resource=text_of(row, "resource"),
        why=text_of(row, "why"),
        detectors=_each(row, "detectors", _detector),
        ids=texts_of(row, "ids"),
        package=_one(row, "package", _package),
        cwe=tuple(int(number(one)) for one in listed(row, "cwe")),
        cvss=_one(row, "cvss", _cvss),
        exploitability=Exploitability(
            truth_of(exploitability, "known_exploited"),
            maybe_number(exploitability, "epss"),
            maybe_number(exploitability, "epss_percentile"),
            truth_of(exploitability, "reachable"),
            text_of(exploitability, "maturity") or None,
            truth_of(exploitability, "validated"),
            text_of(exploitability, "exploited_by") or None,
            text_of(exploitability, "epss_by") or None,
            text_of(exploitability, "epss_date") or None,
        ),
        standards=_standards(row),
        also_known_as=texts_of(row, "also_known_as"),
        fixes=_each(row, "fixes", _fix),
        advice=text_of(row, "advice"),
        no_fix=text_of(row, "no_fix"),
        suppressions=_each(row, "suppressions", _suppression),
        tags=_tags(row),
        cause=text_of(row, "group"),
        mend=text_of(row, "mend"),
        fingerprint=text_of(row, "fingerprint"),
        artifact=_one(row, "artifact", _artifact),
        published=text_of(row, "published"),
        vex=_one(row, "vex", _vex),
        resource_type=text_of(row, "resource_type"),
    )


def context_of(row: Mapping[str, Any]) -> Context:
    """Return the context that a finding, an undecided rule or a problem was decided in."""
    context = mapping(row.get("context"))
    age = mapping(context.get("age"))
    days = age.get("days")
    seen = Fact(text_of(age, "since"), text_of(age, "how")) if text_of(age, "counted_from") == "first_seen" else None
    environments = tuple(Fact(text_of(one, "name"), text_of(one, "how")) for one in mappings(context, "environments"))
    return Context(
        owners=_claims(context, "owners"),
        environments=environments or Context().environments,
        root_cause=text_of(context, "root_cause") or None,
        is_new=truth_of(context, "is_new"),
        touched=truth_of(context, "touched"),
        affected=truth_of(context, "affected"),
        age=None if days is None else int(number(days)),
        projects=_claims(context, "projects"),
        first_seen=seen,
        owners_disagree=truth_of(context, "owners_disagree") is True,
        guessed_owners=_claims(context, "guessed_owners") or (),
    )


def _claims(row: Mapping[str, Any], key: str) -> tuple[Claim, ...] | None:
    if row.get(key) is None:
        return None
    return tuple(
        Claim(text_of(one, "name"), text_of(one, "how"), word_of(one, "confidence", _SURENESSES, "high"))
        for one in mappings(row, key)
    )


def undecided_of(row: Mapping[str, Any]) -> DecidedUndecided:
    """Return an undecided rule of the report in its context, with what was decided of it; raises BadReport."""
    decided = mapping(row.get("decision"))
    undecided = Undecided(
        rule=needed(row, "rule"),
        title=text_of(row, "title"),
        severity=word_of(row, "severity", SEVERITIES, "unknown"),
        location=_location(row),
        resource=text_of(row, "resource"),
        because=texts_of(row, "because"),
        hint=text_of(row, "hint"),
        tags=_tags(row),
        fingerprint=text_of(row, "fingerprint"),
        also=texts_of(row, "also"),
        waiting=texts_of(row, "waiting"),
        category=text_of(row, "category"),
        resource_type=text_of(row, "resource_type"),
        cwe=tuple(int(number(one)) for one in listed(row, "cwe")),
        standards=_standards(row),
        audience=text_of(row, "audience"),
    )
    return DecidedUndecided(
        undecided,
        context_of(row),
        word_of(decided, "action", ACTIONS, "allow"),
        _because(decided),
        waiver_of(mapping(decided["waiver"])) if decided.get("waiver") is not None else None,
        texts_of(decided, "notes"),
    )


def _problem(row: Mapping[str, Any]) -> DecidedProblem:
    decided = mapping(row.get("decision"))
    problem = Problem(_location(row), text_of(row, "what"), text_of(row, "hint"), text_of(row, "kind") or "unreadable")
    return DecidedProblem(problem, word_of(decided, "action", ACTIONS, "allow"), _because(decided), context_of(row))


def _because(decided: Mapping[str, Any]) -> PolicyLine | None:
    name = text_of(decided, "because")
    if not name:
        return None
    line = decided.get("line")
    return PolicyLine(name, _location(mapping(line)) if line is not None else None)


def waiver_of(row: Mapping[str, Any], covers: Location | None = None) -> Waiver:
    """Return a waiver of the report; `covers` is set for one beside the code."""
    scope = mapping(row.get("scope"))
    vex = mapping(row.get("vex"))
    return Waiver(
        tuple((key, texts_of(scope, key)) for key in scope),
        text_of(row, "until"),
        text_of(row, "why"),
        text_of(row, "by"),
        _location(mapping(row.get("origin"))),
        covers,
        text_of(row, "since"),
        text_of(row, "ticket"),
        text_of(vex, "status"),
        text_of(vex, "justification"),
    )


def _inline(
    waivers: Sequence[Mapping[str, Any]], decisions: Sequence[Decision], undecided: Sequence[DecidedUndecided]
) -> tuple[Waiver, ...]:
    beside = [row for row in waivers if row.get("inline") is True]
    if not beside:
        return ()
    places = {one.assessment.finding.fingerprint: one.assessment.finding.location for one in decisions}
    places.update({one.undecided.fingerprint: one.undecided.location for one in undecided})
    found: list[Waiver] = []
    for row in beside:
        for fingerprint in texts_of(row, "covered"):
            place = places.get(fingerprint)
            if place is not None:
                waiver = waiver_of(row, place)
                # What the comment covered may stand on lines that others stand on too.
                found.append(waiver._replace(scope=(*waiver.scope, ("fingerprint", (fingerprint,)))))
    return tuple(found)


def _new_places(waivers: Sequence[Mapping[str, Any]]) -> frozenset[Location] | None:
    beside = [row for row in waivers if row.get("inline") is True]
    if all(row.get("is_new") is None for row in beside):
        return None
    return frozenset(_location(mapping(row.get("origin"))) for row in beside if row.get("is_new") is True)


def _detector(row: Mapping[str, Any]) -> Detector:
    severity: Severity = word_of(row, "severity", SEVERITIES, "unknown")
    return Detector(text_of(row, "tool"), text_of(row, "id"), severity, text_of(row, "version"), text_of(row, "said"))


def _package(row: Mapping[str, Any]) -> Package:
    return Package(
        text_of(row, "name"),
        text_of(row, "version"),
        texts_of(row, "fixed_versions"),
        text_of(row, "purl"),
        text_of(row, "ecosystem"),
        truth_of(row, "direct"),
    )


def _cvss(row: Mapping[str, Any]) -> Cvss:
    return Cvss(number(row.get("score")), text_of(row, "vector"), text_of(row, "version"), text_of(row, "source"))


def _artifact(row: Mapping[str, Any]) -> Artifact:
    name, kind, digests = text_of(row, "name"), text_of(row, "kind"), texts_of(row, "digests")
    return Artifact(name, kind, digests, text_of(row, "os"), None, text_of(row, "path"), text_of(row, "base"))


def _vex(row: Mapping[str, Any]) -> Vex:
    return Vex(text_of(row, "status"), text_of(row, "justification"), text_of(row, "by"))


def _fix(row: Mapping[str, Any]) -> Fix:
    safety: Safety = word_of(row, "safety", _SAFETIES, "unsafe")
    proof: Proof = word_of(row, "proof", _PROOFS, "needs_rescan")
    return Fix(text_of(row, "title"), (), safety, proof, text_of(row, "why_unsafe"))


def _suppression(row: Mapping[str, Any]) -> Suppression:
    return Suppression(text_of(row, "kind"), text_of(row, "by"), text_of(row, "status"), text_of(row, "why"))


def _standards(row: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    standards = mapping(row.get("standards"))
    return {name: texts_of(standards, name) for name in standards}


def _tags(row: Mapping[str, Any]) -> dict[str, str]:
    tags = mapping(row.get("tags"))
    return {name: text_of(tags, name) for name in tags}


def _location(row: Mapping[str, Any]) -> Location:
    region = mapping(row.get("region"))
    names = ("start_line", "start_column", "end_line", "end_column")
    numbers = [int(number(region.get(name, 1))) for name in names]
    return Location(text_of(row, "path"), Region(*numbers))


def _each(row: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any]], _T]) -> tuple[_T, ...]:
    return tuple(read(one) for one in mappings(row, key))


def _one(row: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any]], _T]) -> _T | None:
    return None if row.get(key) is None else read(mapping(row[key]))
