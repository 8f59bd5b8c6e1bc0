"""`--routes-out` of `gatepost check`: what routes tell as files; never sent."""

from __future__ import annotations

import os

from gatepost.model.decisions import Verdict
from gatepost.model.problems import UsageError
from gatepost.reports.plain_data import verdict_report
from gatepost.routing.files import write_routes
from gatepost.routing.items import read_routing
from gatepost.routing.telling import links_of


def write(verdict: Verdict, folder: str) -> None:
    """Write the files of a verdict's routes. Raises `UsageError` where no policy has routes."""
    if not verdict.routes:
        raise UsageError(
            "--routes-out cannot take effect: the policy has no routes",
            hint="add `routes:` with who is told of what (docs/routes.md)",
        )
    routing = read_routing(verdict_report(verdict))
    write_routes(routing, links_of(os.environ, routing.about), folder)
