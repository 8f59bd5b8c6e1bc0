"""Other tools' words for severity in ours, as docs/reports-read.md tells; never what a severity is worth."""

from __future__ import annotations

from collections.abc import Mapping

from gatepost.model.findings import Confidence, Severity

WORDS: Mapping[str, Severity] = {
    "critical": "critical",
    "high": "high",
    "important": "high",
    "medium": "medium",
    "moderate": "medium",
    "low": "low",
    "negligible": "info",
    "info": "info",
    "informational": "info",
    "information": "info",
    "none": "info",
}
# SARIF 2.1.0, 3.27.10. A level says how serious a result is to its tool, so the highest is not critical.
SARIF_LEVELS: Mapping[str, Severity] = {"error": "high", "warning": "medium", "note": "low", "none": "info"}
# Levels of a linter: an error is a bad habit, not an open door.
LINTER: Mapping[str, Severity] = {
    "error": "medium",
    "warning": "low",
    "note": "info",
    "info": "info",
    "style": "info",
    "informational": "info",
}
# Semgrep's older rules rate by these; the newer ones by the words above.
SEMGREP: Mapping[str, Severity] = {
    "error": "high",
    "warning": "medium",
    "info": "low",
    "experiment": "info",
    "inventory": "info",
}
# What the levels of some tools mean in SARIF, by detector. Checkov writes "error" for all that it has no severity for.
LEVELS_OF: Mapping[str, Mapping[str, Severity]] = {
    "hadolint": LINTER,
    "cfn-lint": LINTER,
    "eslint": LINTER,
    "checkov": {},
}
CONFIDENCES: Mapping[str, Confidence] = {"very-high": "high", "high": "high", "medium": "medium", "low": "low"}


def severity_of(word: object, words: Mapping[str, Severity] = WORDS) -> Severity:
    """Return the severity that a word stands for, unknown where it stands for none."""
    if not isinstance(word, str):
        return "unknown"
    return words.get(word.strip().lower(), "unknown")


def severity_of_score(score: float) -> Severity:
    """Return the severity of a CVSS score (0.0 to 10.0), by the bounds of CVSS 3.1, section 5."""
    if score >= 9.0:
        return "critical"
    if score >= 7.0:
        return "high"
    if score >= 4.0:
        return "medium"
    return "low" if score > 0 else "info"


def confidence_of(word: object) -> Confidence:
    """Return the confidence that a word stands for; medium where the report says none."""
    return CONFIDENCES.get(word.strip().lower(), "medium") if isinstance(word, str) else "medium"
