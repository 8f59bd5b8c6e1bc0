"""What the words of the several VEX formats mean; never whom a statement binds.

The four words: CISA, "Minimum Requirements for Vulnerability Exploitability eXchange (VEX)", 2023.
"""

from __future__ import annotations

from typing import Any

from gatepost.model.findings import Suppression, Vex
from gatepost.scans.shapes import masked

_STATES = {
    # OpenVEX
    "not_affected": "not_affected",
    "affected": "affected",
    "fixed": "fixed",
    "under_investigation": "under_investigation",
    # CSAF, product_status
    "known_not_affected": "not_affected",
    "known_affected": "affected",
    "first_affected": "affected",
    "last_affected": "affected",
    "first_fixed": "fixed",
    "recommended": "fixed",
    # CycloneDX, impactAnalysisState; Dependency-Track writes the same in capitals
    "false_positive": "not_affected",
    "resolved": "fixed",
    "resolved_with_pedigree": "fixed",
    "exploitable": "affected",
    "in_triage": "under_investigation",
}
CLOSED = ("not_affected", "fixed")


def stated(word: str, why: str, by: str, tool: str) -> dict[str, Any]:
    """Return the fields of a finding for a statement: its `vex`, and the suppression where it closes the finding.

    `word` is a format's own for the status (nothing is returned for others), `why` its justification, `by` who says
    so, `tool` the format.
    """
    status = _STATES.get(word.lower())
    if status is None:
        return {}
    why = masked(" ".join(why.split())[:500])
    found: dict[str, Any] = {"vex": Vex(status, why, by)}
    if status in CLOSED:
        found["suppressions"] = (Suppression("external", tool, status, why),)
    return found
