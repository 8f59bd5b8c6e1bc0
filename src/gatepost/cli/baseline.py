"""`gatepost baseline`: writes what counts as old, and says what of it is gone; never decides."""

from __future__ import annotations

from typing import Any

import click

from gatepost.cli.options import inputs
from gatepost.cli.output import Progress, write_file
from gatepost.cli.requests import request_of
from gatepost.cli.variables import with_order
from gatepost.model.decisions import Verdict
from gatepost.pipeline import Request, check
from gatepost.reports.safe_text import plain

STALE = 1
_MOST_SHOWN = 50


@click.group("baseline")
def command() -> None:
    """Keep a file of what counts as old: what it holds is not new for a policy.

    With --base no such file is needed. `gatepost check --baseline FILE`, or `baseline: FILE` in the policy, uses it.
    """


@command.command("update", cls=with_order())
@inputs
def update(**values: Any) -> int:
    """Write what is found now; what is gone is taken out, what this run did not look at stays.

    --baseline names the file (gatepost-baseline.json).

    \b
    gatepost baseline update
    gatepost baseline update infra --report trivy.json --baseline infra-baseline.json
    """
    from gatepost.gate.baseline import written
    from gatepost.pipeline.baselining import updated

    request, path, verdict = _seen(values)
    done = updated(path, request, verdict)
    write_file(path, written(done.entries), "baseline")
    click.echo(f"{plain(path)}: {_count(len(done.entries))}, {done.new} new, {done.gone} gone")
    return 0


@command.command("check", cls=with_order())
@inputs
def stale(**values: Any) -> int:
    """List the entries that are no longer found; exit code 1 where there are any."""
    from gatepost.pipeline.baselining import found_in, gone, read_file

    request, path, verdict = _seen(values)
    left = gone(read_file(path), request, found_in(verdict))
    for entry in left[:_MOST_SHOWN]:
        click.echo(plain(f"gone: {entry.rule} in {entry.path}  {entry.resource}  {entry.fingerprint}"))
    if len(left) > _MOST_SHOWN:
        click.echo(f"and {len(left) - _MOST_SHOWN} more")
    click.echo(f"{plain(path)}: {_count(len(left))} gone" + ("; gatepost baseline update takes them out" * bool(left)))
    return STALE if left else 0


def _seen(values: dict[str, Any]) -> tuple[Request, str, Verdict]:
    """Return the request, the file, and what is found now, by whatever baseline."""
    from gatepost.pipeline.baselining import path_of

    request = request_of(values)
    path = path_of(request)
    progress = Progress()
    verdict = check(request._replace(base="none", base_reports=(), use_baseline=False), progress)
    progress.clear()
    return request, path, verdict


def _count(number: int) -> str:
    return f"{number} {'entry' if number == 1 else 'entries'}"
