"""`gatepost check`: judges, decides, reports; never more than putting those together."""

from __future__ import annotations

import time
from typing import Any

import click

from gatepost.cli.options import inputs, looks, request_of
from gatepost.cli.output import Progress, outputs_of, view_of, write_reports
from gatepost.model.decisions import Report
from gatepost.pipeline import check
from gatepost.reports import FORMATS, render


@click.command("check")
@inputs
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME[=FILE]",
    help=f"A report ({', '.join(FORMATS)}), to a file or to standard output; may be given again.",
)
@looks
def command(formats: tuple[str, ...], color: str, verbose: bool, quiet: bool, **values: Any) -> int:
    """Judge infrastructure code and scan reports, and decide whether they may pass.

    PATH is a file or folder, the working directory when none is given.

    \b
    gatepost check
    gatepost check infra --environment production --format sarif=gatepost.sarif
    gatepost check . --report trivy.json --report grype.json=grype
    """
    outputs = outputs_of(formats, tuple(FORMATS))
    request = request_of(values)
    began = time.monotonic()
    progress = Progress(quiet)
    verdict = check(request, progress)
    progress.clear()
    seconds = time.monotonic() - began

    def rendered(name: str, to_terminal: bool) -> Report:
        view = view_of(color, verbose, quiet, to_terminal, seconds, request.today, outputs)
        return render(name, verdict, view)

    write_reports(outputs, rendered)
    return verdict.exit_code
