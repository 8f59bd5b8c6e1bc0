"""`gatepost check`: judges, decides, reports; never more than putting those together."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from gatepost.cli.output import RECEIPT, TRACED, Progress, outputs_of, view_of, with_receipt, write_reports
from gatepost.cli.requests import request_of
from gatepost.model.decisions import Report
from gatepost.model.problems import UsageError
from gatepost.pipeline import check
from gatepost.reports import FORMATS, render


def checked(values: Mapping[str, Any]) -> int:
    """Run the command with the values of its options, by the names that `gatepost.cli.check` gives them."""
    color, verbose, quiet = values["color"], values["verbose"], values["quiet"]
    outputs = with_receipt(outputs_of(values["formats"], tuple(FORMATS)), values["receipt"])
    if values["check_run"] and not values["review"]:
        raise UsageError("--check-run goes with --review", hint="or with gatepost review, for a saved verdict")
    request = request_of(values)._replace(traced=any(output.format in TRACED for output in outputs))
    began = time.monotonic()
    progress = Progress(quiet)
    verdict = check(request, progress)
    progress.clear()
    seconds = time.monotonic() - began
    if request.traced:
        from gatepost.pipeline.tracing import without_outputs

        verdict = without_outputs(verdict, request, [output.path for output in outputs if output.path])

    def rendered(name: str, to_terminal: bool) -> Report:
        if name == RECEIPT:
            from gatepost.reports import receipt

            return receipt.render(verdict)
        view = view_of(color, verbose, quiet, to_terminal, seconds, request.today, outputs)
        return render(name, verdict, view)

    write_reports(outputs, rendered)
    if values["routes_out"] is not None:
        from gatepost.cli.routes_out import write

        write(verdict, values["routes_out"])
    if values["review"]:
        from gatepost.cli.review import tell
        from gatepost.reports.plain_data import verdict_report

        tell(verdict_report(verdict), values["check_run"] or "")
    return verdict.exit_code
