"""Makes one finding of several that are known to be the same; never decides which are, never drops what they said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from gatepost.model.findings import (
    SEVERITIES,
    Cvss,
    Detector,
    Exploitability,
    Finding,
    Package,
    Related,
    Severity,
    Vex,
)
from gatepost.model.problems import NOWHERE

_T = TypeVar("_T")

# Other tools place a finding elsewhere; more places than this say nothing more.
MOST_PLACES = 20
# Worst first: a statement that it matters counts before one that it does not.
VEX_ORDER = ("affected", "under_investigation", "fixed", "not_affected")
_NOTHING_KNOWN = Exploitability()
_MATURITIES = ("in the wild", "poc", "available", "none")


def distinct(items: Iterable[_T]) -> tuple[_T, ...]:
    """Return each item once, in order."""
    return tuple(dict.fromkeys(items))


def _together(several: Sequence[tuple[_T, ...]]) -> tuple[_T, ...]:
    """Return each item of several tuples once, in order; mostly they say the same, or nothing."""
    first = several[0]
    for one in several:
        if one and one != first:
            return distinct(item for each in several for item in each)
    return first if len(first) < 2 else distinct(first)


def best_supported(detectors: Iterable[Detector]) -> Severity:
    """Return the severity that most tools give; of equally many the worse one. A tool has one vote, its worst word."""
    votes: dict[str, Severity] = {}
    for one in detectors:
        if one.severity != "unknown":
            known = votes.get(one.tool)
            votes[one.tool] = one.severity if known is None else _worse(known, one.severity)
    counts = Counter(votes.values())
    most = max(counts.values(), default=0)
    for severity in SEVERITIES:
        if most and counts[severity] == most:
            return severity
    return "unknown"


def _worse(one: Severity, other: Severity) -> Severity:
    return one if SEVERITIES.index(one) <= SEVERITIES.index(other) else other


def joined(first: Finding, others: Sequence[Finding]) -> Finding:
    """Return the first finding with what the others know besides; its rule, place, severity and words stay."""
    if not others:
        return first
    every = (first, *others)
    package = _package(every)
    return first._replace(
        detectors=_together([one.detectors for one in every]),
        ids=_together([one.ids for one in every]),
        cwe=_together([one.cwe for one in every]),
        package=package,
        cvss=first.cvss or max((one.cvss for one in others if one.cvss), key=_score_order, default=None),
        scores=_together([one.scores for one in every]),
        exploitability=_exploitability(every),
        standards=_standards(every),
        also_known_as=_together([one.also_known_as for one in every]),
        references=_together([one.references for one in every]),
        suppressions=_together([one.suppressions for one in every]),
        evidence=_together([one.evidence for one in every]),
        related=_together([*(one.related for one in every), _other_places(first, others)]),
        why=_first(one.why for one in every),
        advice=_first(one.advice for one in every),
        published=min((one.published for one in every if one.published), default=""),
        artifact=next((one.artifact for one in every if one.artifact), None),
        vex=worst_vex(one.vex for one in every),
        **_mending(every, package),
    )


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")


def _score_order(cvss: Cvss) -> tuple[float, str, str, str]:
    return (cvss.score, cvss.version, cvss.vector, cvss.source)


def _package(every: Sequence[Finding]) -> Package | None:
    found = [one.package for one in every if one.package]
    if not found:
        return None
    if all(one is found[0] for one in found):
        return found[0]
    direct = {one.direct for one in found} - {None}
    return found[0]._replace(
        version=_first(one.version for one in found),
        fixed_versions=_together([one.fixed_versions for one in found]),
        purl=_first(one.purl for one in found),
        ecosystem=_first(one.ecosystem for one in found),
        direct=True if True in direct else False if direct else None,
        paths=_together([one.paths for one in found]),
    )


def _mending(every: Sequence[Finding], package: Package | None) -> dict[str, Any]:
    """Return the fixes of the first finding that has any, and why there is none only where nobody knows one."""
    fixes = next((one.fixes for one in every if one.fixes), ())
    no_fix = _first(one.no_fix for one in every)
    return {"fixes": fixes, "no_fix": "" if fixes or (package and package.fixed_versions) else no_fix}


def _exploitability(every: Sequence[Finding]) -> Exploitability:
    """Return what is known together: what one of them has seen happen counts, and the newest score."""
    known = [one.exploitability for one in every]
    if all(one == _NOTHING_KNOWN for one in known):
        return _NOTHING_KNOWN
    exploited = _one(known, "known_exploited")
    rated = max(
        (one for one in known if one.epss is not None),
        key=lambda one: (one.epss_date or "", one.epss or 0.0, one.epss_percentile or 0.0),
        default=_NOTHING_KNOWN,
    )
    words = {one.maturity for one in known if one.maturity}
    maturity = next((word for word in _MATURITIES if word in words), min(words, default=None))
    return Exploitability(
        known_exploited=exploited,
        epss=rated.epss,
        epss_percentile=rated.epss_percentile,
        reachable=_one(known, "reachable"),
        maturity=maturity,
        validated=_one(known, "validated"),
        exploited_by=_least(one.exploited_by for one in known if one.known_exploited is exploited),
        epss_by=rated.epss_by,
        epss_date=rated.epss_date,
    )


def _one(known: Sequence[Exploitability], field: str) -> bool | None:
    """Return true where one says so, else false where one does."""
    said = {getattr(one, field) for one in known}
    return True if True in said else False if False in said else None


def _least(texts: Iterable[str | None]) -> str | None:
    return min((text for text in texts if text), default=None)


def _standards(every: Sequence[Finding]) -> Mapping[str, tuple[str, ...]]:
    if not any(one.standards for one in every):
        return {}
    names = distinct(name for one in every for name in one.standards)
    return {name: distinct(id for one in every for id in one.standards.get(name, ())) for name in names}


def _other_places(first: Finding, others: Sequence[Finding]) -> tuple[Related, ...]:
    """Return where other tools place it, when that is another file or line than the one that is shown."""
    found: list[Related] = []
    for other in others:
        here, there = first.location, other.location
        same_line = here.path == there.path and (
            here.region.start_line <= there.region.end_line and there.region.start_line <= here.region.end_line
        )
        if not same_line and there.region != NOWHERE:
            tools = ", ".join(sorted({one.tool for one in other.detectors}))
            found.append(Related(there, f"{tools} sees it here"))
    return distinct(found)[:MOST_PLACES]


def worst_vex(statements: Iterable[Vex | None]) -> Vex | None:
    """Return the statement that counts: of several the one that it matters."""
    given = [one for one in statements if one is not None]
    return min(given, key=lambda one: (_vex_rank(one.status), one), default=None)


def _vex_rank(status: str) -> int:
    return VEX_ORDER.index(status) if status in VEX_ORDER else len(VEX_ORDER)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in an order that does not depend on the one they came in, the best informed first."""
    return sorted(findings, key=_informed)


def _informed(finding: Finding) -> tuple[Any, ...]:
    package = finding.package
    return (
        finding.location.region == NOWHERE,
        not (package and package.fixed_versions),
        finding.rule,
        finding.location,
        finding.resource,
        finding.content,
        (package.name, package.version) if package else ("", ""),
        finding.title,
        finding.message,
        # Whatever else may differ; most findings are told apart before it is made.
        _Late(finding),
    )


class _Late:
    """A finding that is compared as text, only when everything before it is equal, and only as far as it has to be."""

    __slots__ = ("_compared", "_finding")
    _compared: tuple[_Late | None, str, str]

    def __init__(self, finding: Finding) -> None:
        self._finding = finding
        self._compared = (None, "", "")

    def _against(self, other: _Late) -> tuple[str, str]:
        """Return what both are compared by; who sorts asks whether two are equal before which is less."""
        if self._compared[0] is not other:
            self._compared = (other, *_first_difference(self._finding, other._finding))
        return self._compared[1:]

    def __lt__(self, other: _Late) -> bool:
        mine, others = self._against(other)
        return mine < others

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Late):
            return False
        mine, others = self._against(other)
        return mine == others

    __hash__ = None  # pyright: ignore[reportAssignmentType]


def _first_difference(one: Finding, other: Finding) -> tuple[str, str]:
    """Return texts that are in the order in which the findings written out are; two that are equal for equal ones."""
    for mine, others in zip(one, other, strict=True):
        if mine is others or (type(mine) is str and type(others) is str and mine == others):
            continue
        texts = repr(mine), repr(others)
        if texts[0] != texts[1]:
            # Where one text is the beginning of the other, what comes behind it decides.
            is_clear = not (texts[0].startswith(texts[1]) or texts[1].startswith(texts[0]))
            return texts if is_clear else (repr(one), repr(other))
    return "", ""
