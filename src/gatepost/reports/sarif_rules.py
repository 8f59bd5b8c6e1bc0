"""The rules of a SARIF run, made from what its findings say of them; never longer than GitHub takes."""

from __future__ import annotations

from typing import Any

from gatepost.model.findings import SEVERITIES, Confidence, Finding, Severity, Undecided
from gatepost.reports.safe_text import markdown, printable

MOST_TAGS = 20
LONGEST = 1_000  # of 1,024 characters for a description

# Strings, each well inside the band that GitHub gives its name to; "9.0" is not yet critical there.
_SCORES: dict[Severity, str] = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
_BANDS: dict[Severity, tuple[float, float]] = {
    "critical": (9.1, 10.0),
    "high": (7.0, 8.9),
    "medium": (4.0, 6.9),
    "low": (0.1, 3.9),
}
_KINDS: dict[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "recommendation",
    "info": "recommendation",
    "unknown": "warning",
}
_LEVELS: dict[Severity, str] = {"critical": "error", "high": "error", "medium": "warning", "unknown": "warning"}
_PRECISIONS: dict[Confidence, str] = {"high": "very-high", "medium": "medium", "low": "low"}


class RuleTable:
    """Numbers rules as results name them; the worst severity of a rule's findings becomes the rule's."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._findings: list[Finding | Undecided] = []
        self._severities: list[Severity] = []

    def index(self, finding: Finding) -> int:
        """Return the index of a finding's rule."""
        return self._number(finding, finding.severity)

    def index_of_undecided(self, undecided: Undecided) -> int:
        """Return the index of the rule that could not be decided."""
        return self._number(undecided, undecided.severity)

    def _number(self, item: Finding | Undecided, severity: Severity) -> int:
        number = self._numbers.setdefault(rule_id(item.rule), len(self._findings))
        if number == len(self._findings):
            self._findings.append(item)
            self._severities.append(severity)
            return number
        known = self._findings[number]
        if isinstance(item, Finding) and not isinstance(known, Finding):
            self._findings[number] = item
        if SEVERITIES.index(severity) < SEVERITIES.index(self._severities[number]):
            self._severities[number] = severity
        return number

    def descriptors(self) -> list[dict[str, Any]]:
        """Return a reportingDescriptor per rule, in the order of their numbers."""
        return [_descriptor(item, severity) for item, severity in zip(self._findings, self._severities, strict=True)]


def _descriptor(item: Finding | Undecided, severity: Severity) -> dict[str, Any]:
    name = rule_id(item.rule)
    title = _short(item.title) or name
    why = _short(item.why) if isinstance(item, Finding) else ""
    properties: dict[str, Any] = {
        "tags": _tags(item),
        "precision": _PRECISIONS[item.confidence] if isinstance(item, Finding) else "medium",
        "problem.severity": _KINDS[severity],
    }
    score = _score(item, severity)
    if score:
        properties["security-severity"] = score
    return {
        "id": name,
        "name": name,
        "shortDescription": {"text": title},
        "fullDescription": {"text": why or title},
        "help": _help(item, title, why),
        "defaultConfiguration": {"level": _LEVELS.get(severity, "note")},
        "properties": properties,
    }


def rule_id(name: str) -> str:
    """Return a rule's name as SARIF takes it: one line, not empty, not too long."""
    return printable(name).strip()[:255] or "unnamed"


def _short(text: str) -> str:
    text = printable(text).strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _tags(item: Finding | Undecided) -> list[str]:
    tags = ["security"]
    if isinstance(item, Finding):
        tags += [item.category] if item.category else []
        tags += [f"external/cwe/cwe-{number}" for number in item.cwe]
        tags += [_short(f"{name}/{part}") for name, parts in sorted(item.standards.items()) for part in parts]
    return list(dict.fromkeys(tags))[:MOST_TAGS]


def _score(item: Finding | Undecided, severity: Severity) -> str:
    """Return the score as text: the CVSS score where it lies in the band of the severity, which is what counts."""
    if severity not in _SCORES:
        return ""
    lowest, highest = _BANDS[severity]
    if isinstance(item, Finding) and item.cvss and lowest <= item.cvss.score <= highest:
        return f"{item.cvss.score:.1f}"
    return _SCORES[severity]


def _help(item: Finding | Undecided, title: str, why: str) -> dict[str, str]:
    facts: list[tuple[str, list[str]]] = []
    links: list[str] = []
    if isinstance(item, Finding):
        facts.append(("Weakness", [f"CWE-{number}" for number in item.cwe]))
        facts += [(name, list(parts)) for name, parts in sorted(item.standards.items())]
        facts.append(("Also known as", list(item.also_known_as)))
        links = [address for address in item.references if address.startswith("https://")][:10]
    facts = [(name, parts) for name, parts in facts if parts]
    text = [why or title, *(f"{name}: {', '.join(parts)}" for name, parts in facts), *links]
    marked = [markdown(why or title)]
    marked += [f"**{markdown(name)}**: {', '.join(map(markdown, parts))}" for name, parts in facts]
    marked += [f"<{address}>" for address in links if not set(address) & set("<> \n\r\t")]
    return {"text": "\n".join(map(printable, text)), "markdown": "\n\n".join(marked)}
