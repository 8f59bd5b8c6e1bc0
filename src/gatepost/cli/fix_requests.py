"""`gatepost fix --pull-request`: fixes as pull requests at the code host; never decides what is proved."""

from __future__ import annotations

import os
from typing import Any

import click

from gatepost.cli.output import Progress
from gatepost.model.fix_requests import FixHost, Work
from gatepost.pipeline.fix_groups import Per, work_of
from gatepost.pipeline.fixing import Chosen
from gatepost.pipeline.request import Request
from gatepost.reports.safe_text import plain
from gatepost.reviewing.clients import fix_client
from gatepost.reviewing.fix_requests import Kept, git_id, keep_up
from gatepost.reviewing.places import Where, repository
from gatepost.reviewing.rehearsing_fixes import FixRehearsal
from gatepost.services.patience import Patience
from gatepost.services.web import Refused

COULD_NOT = 3
_SECONDS = 600.0  # for all that the host is asked


def propose(request: Request, chosen: Chosen, values: dict[str, Any]) -> int:
    """Bring the pull requests of a repository to what the fixes are; returns the exit code. Raises `UsageError`."""
    per: Per = values["per"]
    try:
        place = _where(values["host"], values["repository"])
        host = fix_client(place, os.environ, Patience(_SECONDS))
        progress = Progress()
        work = work_of(request, chosen, per, git_id, progress)
        progress.clear()
        kept = _carried_out(work, host, values)
    except Refused as error:
        click.echo(f"gatepost: no pull request is made: {plain(str(error))}", err=True)
        return COULD_NOT
    _show(kept)
    return COULD_NOT if kept.failed else 0


def _carried_out(work: Work, host: FixHost, values: dict[str, Any]) -> Kept:
    onto, most = values["base_branch"] or "", values["most"]
    if not values["dry"]:
        return keep_up(work, host, onto, most)
    rehearsal = FixRehearsal(host)
    kept = keep_up(work, rehearsal, onto, most)
    for one in rehearsal.said:
        click.echo(f"--- {one.what} {plain(one.where)}".rstrip())
        for line in one.body.split("\n") if one.body else ():
            click.echo(plain(line))
    return kept


def _where(host: str | None, name: str | None) -> Where:
    found = repository(os.environ)
    if found is None or (host and found.host != host):
        if not host or not name:
            raise Refused("no repository is built here; give --host and --repository")
        default = {"github": "https://api.github.com", "gitlab": "https://gitlab.com"}.get(host, "")
        return Where(host, os.environ.get("GATEPOST_HOST_URL") or default, name, 0)
    return found._replace(repository=name or found.repository)


def _show(kept: Kept) -> None:
    for one in kept.told:
        number = f" #{one.number}" if one.number else ""
        why = f": {plain(one.why)}" if one.why else ""
        click.echo(f"{one.what}{number} {plain(one.branch)}{why}")
    for failed in kept.failed:
        click.echo(f"gatepost: could not be written: {plain(failed)}", err=True)
    if not kept.told and not kept.failed:
        click.echo("no fix to propose, no pull request to close")
