"""`gatepost history`: keeps the days on which findings were first seen; never judges."""

from __future__ import annotations

from collections.abc import Sequence

import click

from gatepost.cli.output import Output, write_reports
from gatepost.model.decisions import Report
from gatepost.model.problems import UsageError


@click.group("history")
def command() -> None:
    """Keep the days on which findings were first seen, for ages and deadlines."""


@command.command("update")
@click.argument("path", metavar="FILE")
@click.option("--verdict", "verdicts", multiple=True, metavar="FILE", help="A json report; may be given again.")
@click.option("--from", "others", multiple=True, metavar="FILE", help="Another history, or an earlier report in SARIF.")
@click.option("--forget", metavar="DAYS", help="After how many days unseen an entry goes (365d).")
def update(path: str, verdicts: Sequence[str], others: Sequence[str], forget: str | None) -> int:
    """Bring a history up to date; begins one where FILE is not there.

    \b
    gatepost check --history gatepost-history.json --format json=verdict.json
    gatepost history update gatepost-history.json --verdict verdict.json
    """
    from gatepost.gate.dates import days_of
    from gatepost.gate.history import FORGET_AFTER
    from gatepost.pipeline.histories import updated

    days = FORGET_AFTER if forget is None else days_of(forget)
    if days is None:
        raise UsageError(f"--forget takes a number of days such as 90d or 8w, not {forget!r}")
    text, count = updated(path, verdicts, others, days)
    write_reports((Output("history", path),), lambda name, _: Report(name, "application/json", text))
    click.echo(f"{count} {'entry' if count == 1 else 'entries'}")
    return 0
