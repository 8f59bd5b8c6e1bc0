"""Writes what routes would tell as files, a folder per route; never sends."""

from __future__ import annotations

import hashlib
import json
import os
import re

from gatepost.model.problems import UsageError
from gatepost.reports.safe_text import json_text
from gatepost.routing.items import Routing
from gatepost.routing.rendering import bodies
from gatepost.routing.telling import Links

MOST_FILES = 1000  # of one destination
_LONGEST = 60


def slug(name: str) -> str:
    """Return a name for a file: small letters, digits and hyphens; a digest tells apart what that makes equal."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST].strip("-")
    if plain and plain == name:
        return plain
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{plain}-{digest}" if plain else digest


def write_routes(routing: Routing, links: Links, folder: str) -> list[str]:
    """Write a file for every message and issue below `folder`; returns their paths. Raises UsageError.

    They are FOLDER/ROUTE/SERVICE-OWNER.json and FOLDER/ROUTE/SERVICE-KEY.json: the same verdict gives the same files.
    """
    written: list[str] = []
    seen: dict[str, int] = {}
    for batch in routing.batches:
        within = slug(batch.route)
        # Two policies may have a route of the same name.
        count = seen[within + batch.service] = seen.get(within + batch.service, 0) + 1
        below = os.path.join(folder, within if count == 1 else f"{within}-{count}")
        for number, (name, body) in enumerate(bodies(batch, routing.about, links)):
            if number >= MOST_FILES:
                break
            path = os.path.join(below, f"{batch.service}-{slug(name)}.json")
            _write(path, json_text(json.dumps(body, indent=2, allow_nan=False)) + "\n")
            written.append(path)
    return written


def _write(path: str, text: str) -> None:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"cannot write {path!r}: {(error.strerror or '').lower()}") from None
