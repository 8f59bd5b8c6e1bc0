"""`gatepost receipt`: compares a receipt with a checkout; never signs one, and never checks a signature."""

from __future__ import annotations

import os

import click

from gatepost.reports.safe_text import plain

DIFFERS = 1


@click.group("receipt")
def command() -> None:
    """Look into the receipts that `gatepost check --receipt FILE` writes."""


@command.command("verify")
@click.argument("file", metavar="FILE")
@click.option("--root", default=".", metavar="FOLDER", help="The folder that was judged, as it is now.")
@click.option("-q", "--quiet", is_flag=True, help="Only the summary.")
def verify(file: str, root: str, quiet: bool) -> int:
    """Say whether everything that a receipt names is here as it was judged.

    FILE may be the statement, or what a signer made of it. Whether it is genuine only the signer's own tool can tell.
    Ends with 0 when nothing differs, with 1 when something does.
    """
    from gatepost.pipeline.receipts import compare, read_receipt, told_result

    statement = read_receipt(file)
    counts = {"same": 0, "differs": 0, "gone": 0}
    for one in compare(statement, os.path.realpath(root)):
        counts[one.how] += 1
        if not quiet and one.how != "same":
            told = f": {one.told}" if one.told else ""
            click.echo(f"{one.how:8} {plain(one.name)} ({plain(one.role)}){plain(told)}")
    action, today = told_result(statement)
    click.echo(
        f"{counts['same']} as in the receipt, {counts['differs']} differ, {counts['gone']} gone; "
        f"it says {plain(action)} as of {plain(today)}"
    )
    return DIFFERS if counts["differs"] or counts["gone"] else 0
