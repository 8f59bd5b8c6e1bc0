"""Scores of CVSS vectors, for reports that give the vector alone; never a severity.

Equations and weights: CVSS v2.0 guide, section 3.2; CVSS v3.0 and v3.1 specifications, sections 7 and 8. These are here
because reports bring them by the hundred thousand; version 4, which is a table and not an equation, is the library's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any

from gatepost.model.findings import Cvss

_V3: Mapping[str, Mapping[str, float]] = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}
_V2: Mapping[str, Mapping[str, float]] = {
    "AV": {"L": 0.395, "A": 0.646, "N": 1.0},
    "AC": {"H": 0.35, "M": 0.61, "L": 0.71},
    "Au": {"M": 0.45, "S": 0.56, "N": 0.704},
    "C": {"N": 0.0, "P": 0.275, "C": 0.66},
    "I": {"N": 0.0, "P": 0.275, "C": 0.66},
    "A": {"N": 0.0, "P": 0.275, "C": 0.66},
}
_LONGEST = 300


def version_of(vector: str) -> str:
    """Return the CVSS version that a vector is written in ("2.0", "3.1", "4.0"), "" for what is no vector."""
    if vector.startswith("CVSS:"):
        return vector[5:8]
    return "2.0" if vector.strip("()").startswith("AV:") and "/Au:" in vector else ""


def scored(vector: str, source: str = "") -> Cvss | None:
    """Return the score of a vector, None for what is no whole one.

    Of versions 2 and 3 it is the base score. Version 4 has one score for all that a vector says (its specification,
    section 1.3): with threat or environmental metrics in it that is CVSS-BT, -BE or -BTE.
    """
    vector = vector.strip().strip("()")[:_LONGEST]
    version = version_of(vector)
    parts = (part.partition(":") for part in vector.split("/"))
    metrics = {key: value for key, mark, value in parts if mark}
    try:
        if version in ("3.0", "3.1"):
            return Cvss(_third(metrics, version == "3.1"), vector, version, source)
        if version == "2.0":
            return Cvss(_second(metrics), vector, version, source)
        if version == "4.0":
            points = _fourth(vector)
            return None if points is None else Cvss(points, vector, version, source)
    except KeyError:
        return None
    return None


@lru_cache(maxsize=4096)
def _fourth(vector: str) -> float | None:
    """Return the score of a vector of version 4, None for what is none."""
    library: Any = import_module("cvss")  # it has no types
    try:
        return float(library.CVSS4(vector).base_score)
    except library.CVSSError:
        return None


def _third(metrics: Mapping[str, str], newer: bool) -> float:
    weight = {key: values[metrics[key]] for key, values in _V3.items()}
    changed = metrics["S"] == "C"
    privileges = _PRIVILEGES[metrics["S"]][metrics["PR"]]
    sub_score = 1 - (1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"])
    impact = 7.52 * (sub_score - 0.029) - 3.25 * (sub_score - 0.02) ** 15 if changed else 6.42 * sub_score
    if impact <= 0:
        return 0.0
    exploitability = 8.22 * weight["AV"] * weight["AC"] * privileges * weight["UI"]
    total = min((1.08 if changed else 1.0) * (impact + exploitability), 10)
    return _rounded_up(total) if newer else -(-round(total * 1_000_000) // 100_000) / 10


def _rounded_up(number: float) -> float:
    """Return a number rounded up to one decimal place as CVSS 3.1, appendix A, has it."""
    whole = round(number * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (whole // 10_000 + 1) / 10


def _second(metrics: Mapping[str, str]) -> float:
    weight = {key: values[metrics[key]] for key, values in _V2.items()}
    impact = 10.41 * (1 - (1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"]))
    exploitability = 20 * weight["AV"] * weight["AC"] * weight["Au"]
    return round((0.6 * impact + 0.4 * exploitability - 1.5) * (1.176 if impact else 0.0), 1)


def best(scores: Iterable[Cvss]) -> Cvss | None:
    """Return the score that counts: of the newest version of CVSS, the first that is given."""
    return max(scores, key=lambda one: one.version, default=None)
