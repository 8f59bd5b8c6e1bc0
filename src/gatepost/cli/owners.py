"""`gatepost owners`: says whose files and resources are and how that is known; never decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from gatepost.cli.output import view_of, write_out
from gatepost.cli.requests import today_of
from gatepost.cli.variables import inputs_of, variables, with_order
from gatepost.pipeline.request import Request

COULD_NOT = 3


@click.command("owners", cls=with_order())
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--check", "checks", is_flag=True, help="List what nobody owns and what is wrong with the sources.")
@click.option("--policy", metavar="FILE", help="The policy that says where owners are told, in place of gatepost.yaml.")
@click.option(
    "--base", metavar="REVISION", help="Read the files that tell owners as this revision has them, as a check does."
)
@click.option("--cmdb", metavar="FILE", help="An export of a CMDB that tells owners (JSON or CSV).")
@click.option(
    "--audit-log", "audit_logs", multiple=True, metavar="FILE", help="A cloud's audit log; may be given again."
)
@variables
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How it is printed.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour in the terminal.")
def command(paths: Sequence[str], checks: bool, form: str, color: str, **values: Any) -> int:
    """Say whose files and resources are, how each source knows, and which of them disagree.

    PATH is a file or folder, the working directory when none is given. With --check: ends with 1 when something is
    found, with 3 when a source cannot be read.

    \b
    gatepost owners live/search/main.tf
    gatepost owners --check
    gatepost owners live --cmdb cmdb.csv --format json
    """
    from gatepost.pipeline.owners_listing import list_owners
    from gatepost.reports.owners import owners_json, owners_text

    request = Request(
        paths=tuple(paths) or (".",),
        today=today_of(None),
        policy=values["policy"],
        base=values["base"],
        base_how="--base" if values["base"] else "",
        cmdb=values["cmdb"],
        audit_logs=tuple(values["audit_logs"]),
        var_files=tuple(values["var_files"]),
        inputs=inputs_of(values),
    )
    listing = list_owners(request, checks)
    if form == "json":
        write_out(owners_json(listing))
    else:
        view = view_of(color, verbose=True, quiet=False, to_terminal=True, seconds=None, today="", outputs=())
        write_out(owners_text(listing, view))
    if listing.faults:
        return 1
    return COULD_NOT if listing.problems else 0
