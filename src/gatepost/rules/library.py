"""The digest of all that is shipped: rules, concepts and tables; never of what a user adds.

It is made of what the files say, not of their bytes, so that a checkout and a wheel of the same version agree.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from gatepost.rules.catalogue import load_shipped


def library_digest() -> str:
    """Return the SHA-256 (hex) of the shipped rules, concepts and tables, the cases of rules left out."""
    catalogue = load_shipped()
    digest = hashlib.sha256()
    for kind, named in (
        ("rule", {rule.id: _said(rule.plain) for rule in catalogue.rules()}),
        ("concept", {concept.name: _said(concept.plain) for concept in catalogue.concepts()}),
        ("table", dict(catalogue.tables())),
    ):
        for name in sorted(named):
            digest.update(f"{kind} {name} ".encode())
            digest.update(_canonical(named[name]))
            digest.update(b"\n")
    return digest.hexdigest()


def _said(plain: Any) -> dict[str, Any]:
    return {key: value for key, value in plain.items() if key != "cases"}


def _canonical(plain: Any) -> bytes:
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=_plain).encode("ascii")


def _plain(value: Any) -> Any:
    """Return what JSON has no word for as text: dates in YAML."""
    return str(value)
