"""The check run that `gatepost review --check-run` writes beside a commit; never what it concludes."""

from __future__ import annotations

from collections.abc import Mapping

import click

from gatepost.model.checks import CheckRun
from gatepost.reports.safe_text import plain
from gatepost.reviewing.check_run import check_run
from gatepost.reviewing.clients import TOKENS
from gatepost.reviewing.places import Where
from gatepost.reviewing.told import Told
from gatepost.services.github_checks import GitHubChecks
from gatepost.services.patience import Patience
from gatepost.services.web import Refused, safe_address


def write_check_run(
    told: Told,
    place: Where,
    name: str,
    environment: Mapping[str, str],
    patience: Patience,
    link: str = "",
    dry: bool = False,
) -> None:
    """Write it beside the head that was judged, or show it. Raises Refused where that is not possible."""
    if place.host != "github":
        raise Refused(f"a check run is for GitHub, and this is {place.host}")
    commit = place.commit or told.commit
    if not commit:
        raise Refused("nobody tells which commit was judged")
    run = check_run(told, name, commit, link)
    if dry:
        _show(run)
        return
    token = next((environment[one].strip() for one in TOKENS["github"] if environment.get(one)), "")
    if not token:
        raise Refused(f"{' or '.join(TOKENS['github'])} is not set, so nothing can be written")
    address = safe_address(place.address, "the address of the host")
    done = GitHubChecks(address, place.repository, token, patience).write(run)
    state = "unchanged" if done.unchanged else run.conclusion
    click.echo(f"check run: {state}, {done.annotations} annotations", err=True)
    if done.lost:
        raise Refused(f"{done.lost} annotations are not taken: {done.why}")


def _show(run: CheckRun) -> None:
    click.echo(f"--- check run {plain(run.name)} {run.commit}: {run.conclusion}, {plain(run.title)}")
    for line in run.summary.split("\n"):
        click.echo(plain(line))
    for one in run.annotations:
        click.echo(f"--- annotation {plain(one.path)}:{one.first} {one.level}: {plain(one.title)}")
        for line in one.message.split("\n"):
            click.echo(plain(line))
