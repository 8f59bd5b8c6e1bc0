"""Scores, versions and exploit words in the ways that tools write them; never where in a report they stand."""

from __future__ import annotations

from gatepost.model.findings import Cvss
from gatepost.scans.cvss_scores import scored, version_of
from gatepost.scans.shapes import is_list, listed, name, score

# What tools write where there is no version that mends it.
_NO_VERSION = frozenset(
    ("", "none", "null", "n/a", "na", "-", "notavailable", "not available", "not_available", "unknown", "0")
)
# Exploit maturity in our words: known to exist, published as a proof of concept, seen in attacks.
_MATURITIES = {
    "yes": "available", "true": "available", "no": "none", "false": "none",
    # Snyk's words, and those of CVSS's exploit code maturity (E).
    "no-known-exploit": "none", "no known exploit": "none", "unproven": "none", "unreported": "none",
    "proof-of-concept": "poc", "proof of concept": "poc", "poc": "poc",
    "functional": "available", "mature": "available", "high": "available", "attacked": "in the wild",
}  # fmt: skip


def versions(*found: object) -> tuple[str, ...]:
    """Return the versions in some texts or lists, each once: commas part them; words for "none" are left out."""
    texts = [name(one) for each in found for one in (listed(each) if is_list(each) else [each])]
    kept = [part.strip() for one in texts for part in one.split(",")]
    return tuple(dict.fromkeys(one for one in kept if one.lower() not in _NO_VERSION))


def cvss_of(points: object, vector: object = "", version: object = "", source: object = "") -> Cvss | None:
    """Return a score with its vector, the score of the vector where there is none beside it; None without both."""
    spelled = name(vector).strip("()")
    found = score(points, 10)
    by = name(source).lower()
    if found is None:
        return scored(spelled, by)
    known = version_of(spelled) or name(version).lower().removeprefix("v")
    return Cvss(found, spelled, f"{known}.0" if len(known) == 1 else known, by)


def maturity_of(word: object) -> str | None:
    """Return "none", "available", "poc" or "in the wild" for a tool's word, or yes and no; None where none is said."""
    said = ("true" if word else "false") if isinstance(word, bool) else name(word).lower()
    return _MATURITIES.get(said)
