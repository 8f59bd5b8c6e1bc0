"""`gatepost waivers`: who has waived what, until when, and what nobody needs any more; never decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from gatepost.cli.changed_files import diff_of, write_files
from gatepost.cli.options import inputs, looks
from gatepost.cli.output import Progress, outputs_of, view_of, wants_colour, write_out, write_reports
from gatepost.cli.requests import request_of
from gatepost.cli.variables import with_order
from gatepost.gate.dates import days_of
from gatepost.model.decisions import WAIVER_STATES, Report
from gatepost.model.problems import UsageError
from gatepost.pipeline.comparing import NO_BASE
from gatepost.pipeline.request import Request
from gatepost.pipeline.reviewing import BAD, Review, review
from gatepost.reports.waivers import FORMATS, render_waivers

COULD_NOT = 3


@click.command("waivers", cls=with_order())
@inputs
@click.option("--check", "checked", is_flag=True, help=f"Exit 1 when one wants something to be done: {', '.join(BAD)}.")
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    type=click.Choice(BAD),
    help="A state that --check lets pass; may be given again.",
)
@click.option("--warn-before", metavar="DAYS", help="How long before its end a waiver is expiring (14d, 4w).")
@click.option("--prune", is_flag=True, help="Show the files without the expired and unused ones, as a diff.")
@click.option("--write", is_flag=True, help="Write what --prune shows.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME[=FILE]",
    help=f"A list ({', '.join(FORMATS)}), to a file or to standard output; may be given again.",
)
@looks
def command(**values: Any) -> int:
    """List the waivers of the policy and of the code: their state, who answers, until when, what they cover.

    Give it what gatepost check is given, reports included: only what was looked at can need a waiver.

    \b
    gatepost waivers
    gatepost waivers --report trivy.json --check --accept expiring
    gatepost waivers --prune --write
    gatepost waivers --report trivy.json --format openvex=vex.json

    Exit codes: 0, or with --check 1 when one wants something to be done and 3 when something could not be read.
    """
    if values["write"] and not values["prune"]:
        raise UsageError("--write writes what --prune takes out", hint="gatepost waivers --prune --write")
    if values["prune"] and (values["formats"] or values["checked"]):
        raise UsageError("--prune shows a diff, and neither a list nor a check", hint="run it by itself")
    if values["accepted"] and not values["checked"]:
        raise UsageError("--accept says what --check lets pass", hint="gatepost waivers --check --accept expiring")
    request = request_of(values)
    if not values["base"] or values["prune"]:
        # What stands in the work tree is looked at, also where a change is built.
        request = request._replace(base=NO_BASE)
    outputs = outputs_of(values["formats"], FORMATS)
    progress = Progress(values["quiet"])
    found = review(request, _days(values["warn_before"]), progress)
    progress.clear()
    if values["prune"]:
        return _pruned(request, found, values)

    def rendered(name: str, to_terminal: bool) -> Report:
        view = view_of(values["color"], values["verbose"], values["quiet"], to_terminal, None, request.today, outputs)
        doubts = {one.use.waiver: one.doubt for one in found.waivers if one.doubt}
        return render_waivers(name, found.verdict, doubts, view)

    write_reports(outputs, rendered)
    return _checked(found, values) if values["checked"] else 0


def _days(text: str | None) -> int | None:
    if text is None:
        return None
    days = days_of(text)
    if days is None:
        raise UsageError(f"--warn-before takes a number of days such as 14d or 4w, not {text!r}")
    return days


def _checked(found: Review, values: Mapping[str, Any]) -> int:
    counts = dict.fromkeys(WAIVER_STATES, 0)
    for one in found.waivers:
        for state in one.bad(values["accepted"])[:1]:
            counts[state] += 1
    bad = [f"{number} {state}" for state, number in counts.items() if number]
    if bad:
        click.echo(f"gatepost waivers --check: {', '.join(bad)}", err=True)
        return 1
    if any(one.action == "block" for one in found.verdict.problems):
        click.echo("gatepost waivers --check: something could not be read; gatepost check tells what", err=True)
        return COULD_NOT
    return 0


def _pruned(request: Request, found: Review, values: Mapping[str, Any]) -> int:
    from gatepost.pipeline.pruning import prune
    from gatepost.reports.entries import at, plural
    from gatepost.reports.safe_text import plain

    pruned = prune(request, found)
    if values["write"]:
        write_files(".", pruned.after)
    elif pruned.after:
        write_out(diff_of(pruned.before, pruned.after, wants_colour(values["color"])))
    done = "took out" if values["write"] else "takes out"
    lines = [f"{done} {plural(len(pruned.taken), 'waiver')} in {plural(len(pruned.after), 'file')}"]
    lines += [plain(f"stays: {at(waiver.location)}: {why}") for waiver, why in pruned.left]
    if pruned.after and not values["write"]:
        lines.append("--write writes it")
    click.echo("\n".join(lines), err=not values["write"])
    return 0
