"""`gatepost report`: shows one scan report as Gatepost reads it; never decides."""

from __future__ import annotations

import click

from gatepost.cli.output import Progress, view_of, write_out
from gatepost.cli.requests import today_of
from gatepost.pipeline.excerpts import Excerpts
from gatepost.pipeline.reports import read_one
from gatepost.reports import render_scan
from gatepost.sources.discovery import scan_root
from gatepost.sources.reading import Files

UNREADABLE = 3


@click.command("report")
@click.argument("file", metavar="FILE")
@click.option("--as", "name", metavar="FORMAT", help="The report's format; recognised by its content when not given.")
@click.option(
    "--format", "shown_as", type=click.Choice(["terminal", "json"]), default="terminal", help="How to show it."
)
@click.option("--feeds", metavar="FOLDER", help="KEV and EPSS files, as gatepost feeds update fetches them.")
@click.option("--today", metavar="DATE", help="The day to tell the age of feeds by (2027-03-31).")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour in the terminal.")
def command(file: str, name: str | None, shown_as: str, feeds: str | None, today: str | None, color: str) -> int:
    """Read one scan report and show what it says in Gatepost's words. No policy decides.

    Exit codes: 0 when it was read, 3 when it, or a part of it, could not be.
    """
    files = Files(scan_root(["."]))
    progress = Progress()
    read = read_one(file, name, files, progress)
    progress.clear()
    findings, problems = read.findings, read.problems
    if feeds is not None:
        from gatepost.context.feeds import read_feeds, wanted_of, with_feeds

        known = read_feeds(feeds, wanted_of(findings), today_of(today))
        findings = tuple(with_feeds(finding, known) for finding in findings)
        problems = (*problems, *known.problems)
    view = view_of(color, verbose=True, quiet=False, to_terminal=True, seconds=None, today="", outputs=())
    write_out(render_scan(shown_as, read.format, findings, problems, view, Excerpts(files)).body)
    return UNREADABLE if problems else 0
