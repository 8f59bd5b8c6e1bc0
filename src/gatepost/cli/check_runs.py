"""What `gatepost review --check-run` writes beside a commit; never what it concludes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from gatepost.model.checks import CheckAnnotation, CheckRun, CheckWritten
from gatepost.reports.safe_text import plain
from gatepost.reviewing.check_run import check_run
from gatepost.reviewing.clients import TOKENS
from gatepost.reviewing.places import Where
from gatepost.reviewing.told import Told
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
    if place.host not in ("github", "bitbucket"):
        raise Refused(f"a check run is for GitHub and Bitbucket, and this is {place.host}")
    commit = place.commit or told.commit
    if not commit:
        raise Refused("nobody tells which commit was judged")
    write = _of_github if place.host == "github" else _of_bitbucket
    done = write(told, place._replace(commit=commit), name, environment, patience, link, dry)
    if done is not None and done.lost:
        raise Refused(f"{done.lost} annotations are not taken: {done.why}")


def _of_github(
    told: Told, place: Where, name: str, environment: Mapping[str, str], patience: Patience, link: str, dry: bool
) -> CheckWritten | None:
    run = check_run(told, name, place.commit, link)
    if dry:
        _show(run)
        return None
    from gatepost.services.github_checks import GitHubChecks

    token = next((environment[one].strip() for one in TOKENS["github"] if environment.get(one)), "")
    if not token:
        raise Refused(f"{' or '.join(TOKENS['github'])} is not set, so nothing can be written")
    address = safe_address(place.address, "the address of the host")
    done = GitHubChecks(address, place.repository, token, patience).write(run)
    state = "unchanged" if done.unchanged else run.conclusion
    click.echo(f"check run: {state}, {done.annotations} annotations", err=True)
    return done


def _of_bitbucket(
    told: Told, place: Where, name: str, environment: Mapping[str, str], patience: Patience, link: str, dry: bool
) -> CheckWritten | None:
    from gatepost.reviewing.insights import insights

    report = insights(told, name, place.commit, link)
    result = "passed" if report.passed else "failed"
    if dry:
        click.echo(f"--- report {report.id} {report.commit}: {result}")
        _show_lines(report.details)
        _show_annotations(report.annotations)
        return None
    from gatepost.services.bitbucket_insights import BitbucketInsights

    token = next((environment[one].strip() for one in TOKENS["bitbucket"] if environment.get(one)), "")
    if not token and not environment.get("BITBUCKET_PIPELINE_UUID"):
        raise Refused(f"{' or '.join(TOKENS['bitbucket'])} is not set, and this is no pipeline of Bitbucket")
    address = safe_address(place.address, "the address of the host")
    done = BitbucketInsights(address, place.repository, token, patience).write(report)
    click.echo(f"report: {result}, {done.annotations} annotations", err=True)
    return done


def _show(run: CheckRun) -> None:
    click.echo(f"--- check run {plain(run.name)} {run.commit}: {run.conclusion}, {plain(run.title)}")
    _show_lines(run.summary)
    _show_annotations(run.annotations)


def _show_annotations(annotations: Sequence[CheckAnnotation]) -> None:
    for one in annotations:
        click.echo(f"--- annotation {plain(one.path)}:{one.first} {one.level}: {plain(one.title)}")
        _show_lines(one.message)


def _show_lines(text: str) -> None:
    for line in text.split("\n"):
        click.echo(plain(line))
