"""`gatepost feeds`: shows the feeds that are there and fetches new ones; never decides anything by them."""

from __future__ import annotations

import os
from collections.abc import Callable

import click

from gatepost.cli.requests import today_of
from gatepost.context.feed_files import (
    EPSS_FILE,
    KEV_FILE,
    MOST_CATALOGUE_BYTES,
    MOST_SCORES_BYTES,
    BadFeed,
    read_catalogue,
    read_scores,
)
from gatepost.context.feeds import read_feeds
from gatepost.model.problems import UsageError
from gatepost.pipeline.policies import POLICY_FILE, load_file
from gatepost.reports.safe_text import plain

KEV_ADDRESS = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"
EPSS_ADDRESS = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"
DEFAULT_FOLDER = os.path.join(".gatepost", "feeds")
COULD_NOT = 3
_SECONDS = 300
_folder = click.option(
    "--feeds", "folder", metavar="FOLDER", help="Where they are; else as gatepost.yaml says, else .gatepost/feeds."
)


@click.group("feeds", invoke_without_command=True)
@_folder
@click.option("--today", metavar="DATE", help="The day to tell their age by (2027-03-31).")
@click.pass_context
def command(context: click.Context, folder: str | None, today: str | None) -> int:
    """Show which feeds are there and how old they are.

    KEV is CISA's catalogue of vulnerabilities that are known to be exploited, EPSS the probability of exploitation by
    FIRST. A check reads them with --feeds; only `gatepost feeds update` fetches them.
    """
    if context.invoked_subcommand is not None:
        context.obj = folder
        return 0
    return _show(_folder_of(folder), today_of(today))


@command.command("update")
@_folder
@click.option("--kev", default=KEV_ADDRESS, metavar="ADDRESS", help="Where the KEV catalogue is fetched from.")
@click.option("--epss", default=EPSS_ADDRESS, metavar="ADDRESS", help="Where the EPSS scores are fetched from.")
@click.option("--today", metavar="DATE", help="The day to tell their age by (2027-03-31).")
@click.pass_obj
def update(above: str | None, folder: str | None, kev: str, epss: str, today: str | None) -> int:
    """Fetch the newest feeds. A feed that cannot be fetched, or is broken, leaves the one that is there."""
    day = today_of(today)
    folder = _folder_of(folder or above)
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {plain(folder)!r}: {(error.strerror or '').lower()}") from None
    fetched = [
        _fetch("KEV", kev, os.path.join(folder, KEV_FILE), MOST_CATALOGUE_BYTES, lambda path: read_catalogue(path)),
        _fetch("EPSS", epss, os.path.join(folder, EPSS_FILE), MOST_SCORES_BYTES, lambda path: read_scores(path, ())),
    ]
    if any(os.path.exists(os.path.join(folder, name)) for name in (KEV_FILE, EPSS_FILE)):
        _show(folder, day)
    return 0 if all(fetched) else COULD_NOT


def _folder_of(folder: str | None) -> str:
    """Return the folder that is named, else the one of the policy here, else the default."""
    if folder is not None:
        return folder
    if os.path.isfile(POLICY_FILE):
        named = load_file(POLICY_FILE, None).feeds.path
        if named:
            return named
    return DEFAULT_FOLDER


def _fetch(name: str, address: str, path: str, most_bytes: int, verify: Callable[[str], object]) -> bool:
    from gatepost.services.downloads import NotFetched, download

    def verified(fetched: str) -> None:
        verify(fetched)

    try:
        download(address, path, most_bytes=most_bytes, seconds=_SECONDS, verify=verified)
    except (NotFetched, BadFeed) as error:
        kept = "; the one that is there stays" if os.path.exists(path) else ""
        click.echo(
            f"gatepost: the {name} feed was not fetched from {plain(address)}: {plain(str(error))}{kept}", err=True
        )
        return False
    return True


def _show(folder: str, today: str) -> int:
    feeds = read_feeds(folder, (), today)
    for feed in feeds.files:
        entries = "" if feed.entries is None else f"  {feed.entries} vulnerabilities"
        click.echo(f"{feed.name:<5} {feed.date or 'no date':<11} {_age(feed.age):<13} {plain(feed.path)}{entries}")
    for problem in feeds.problems:
        click.echo(f"problem: {plain(problem.location.path)}: {plain(problem.what)}", err=True)
    return COULD_NOT if feeds.problems else 0


def _age(days: int | None) -> str:
    if days is None:
        return "age unknown"
    return "of today" if days == 0 else f"{days} day{'s' * (abs(days) != 1)} old"
