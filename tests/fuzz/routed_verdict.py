"""Bytes as a saved verdict: read, and everything that it routes rendered; never sent."""

from __future__ import annotations

import json

from gatepost.model.problems import UsageError
from gatepost.routing.items import read_routing
from gatepost.routing.rendering import bodies
from gatepost.routing.telling import Links


def fuzz(data: bytes) -> None:
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError):
        return
    try:
        routing = read_routing(parsed)
    except UsageError:
        return
    for batch in routing.batches:
        for _, body in bodies(batch, routing.about, Links("https://code.example/")):
            json.dumps(body)
