"""`gatepost resources`: the resources of a Terraform root module as they are judged; never decides."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any, cast

import click

from gatepost.cli.output import write_out
from gatepost.cli.variables import inputs_of, variables, with_order
from gatepost.pipeline.listing import listed, open_root
from gatepost.reports.safe_text import plain


@click.command("resources", cls=with_order())
@click.option(
    "--dir", "directory", default=".", metavar="FOLDER", help="The root module; the current folder if not given."
)
@variables
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How they are printed.")
def command(directory: str, form: str, **values: Any) -> int:
    """Print every resource of a Terraform root module as it is judged: modules and instances expanded.

    \b
    gatepost resources --dir infra --var-file envs/prod.tfvars
    gatepost resources --format json | jq '.[] | select(.type == "aws_s3_bucket") | .values'

    In JSON, what cannot be known without running Terraform is {"unknown": why}; sensitive values are not printed.
    """
    document = open_root(directory, values["var_files"], inputs_of(values))
    found = list(listed(document))
    for problem in document.problems:
        print(f"gatepost: {plain(problem.location.path)}: {plain(problem.what)}", file=sys.stderr)
    write_out(_json(found) if form == "json" else _table(found))
    return 0


def _json(found: Iterable[dict[str, Any]]) -> str:
    return json.dumps(list(found), indent=2) + "\n"


def _table(found: Iterable[dict[str, Any]]) -> str:
    rows = [
        (plain(one["address"]), plain(f"{one['path']}:{one['region']['start_line']}"), _count(one)) for one in found
    ]
    if not rows:
        return "no resources\n"
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "".join(f"{row[0]:{widths[0]}}  {row[1]:{widths[1]}}  {row[2]}".rstrip() + "\n" for row in rows)


def _count(one: dict[str, Any]) -> str:
    """Return the names of the values that are not known."""
    names = [name for name, value in one["values"].items() if _is_unknown(value)]
    shown = ", ".join(plain(name) for name in names[:4])
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return f"not known: {shown}{more}" if names else ""


def _is_unknown(value: Any) -> bool:
    waiting: list[Any] = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, list):
            waiting.extend(cast("list[Any]", here))
        elif isinstance(here, dict):
            inner = cast("dict[str, Any]", here)
            if "unknown" in inner:
                return True
            waiting.extend(inner.values())
    return False
