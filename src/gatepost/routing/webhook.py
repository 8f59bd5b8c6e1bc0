"""A digest as plain JSON for a receiver of one's own; never markup.

A body is the same for the same verdict, and its `delivery` is made of it: a receiver that remembers deliveries takes
each once, whoever sends it again.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from gatepost.reports.safe_text import json_text, printable
from gatepost.routing.items import About, Batch, Item
from gatepost.routing.telling import Digest, Links

VERSION = 1


def message(batch: Batch, digest: Digest, about: About, links: Links) -> dict[str, Any]:
    """Return the body of a delivery."""
    made: dict[str, Any] = {
        "version": VERSION,
        "kind": "gatepost.digest",
        "key": digest.key,
        "repository": about.repository,
        "commit": about.commit,
        "route": printable(batch.route),
        "owner": printable(digest.owner),
        "items": [_item(item, links) for item in digest.items],
        "more": digest.more,
    }
    return {"delivery": hashlib.sha256(json.dumps(made).encode()).hexdigest()[:32], **made}


def body_of(message: dict[str, Any]) -> bytes:
    """Return the bytes that are signed and sent; all of them ASCII."""
    return json_text(json.dumps(message, separators=(",", ":"), allow_nan=False)).encode("ascii")


def _item(item: Item, links: Links) -> dict[str, Any]:
    return {
        "key": item.key,
        "title": printable(item.title),
        "severity": item.severity,
        "action": item.action,
        "because": printable(item.because),
        "message": printable(item.message),
        "places": [
            {"path": printable(p.path), "line": p.line, "resource": printable(p.resource), "link": links.to(p) or None}
            for p in item.places
        ],
        "count": item.total,
        "rules": [printable(rule) for rule in item.rules],
        "ids": [printable(one) for one in item.ids],
        "environments": [printable(name) for name in item.environments],
        "owners": [printable(name) for name in item.owners],
        "due": item.due or None,
        "overdue": item.overdue,
        "fix": printable(item.fix) or None,
        "diff": [printable(line) for line in item.diff],
        "fingerprints": list(item.fingerprints),
    }
