"""`gatepost evaluate`: what a Terraform expression comes to in a root module; never decides."""

from __future__ import annotations

import json
import sys
from typing import Any, cast

import click

from gatepost.cli.output import write_out
from gatepost.cli.variables import inputs_of, variables, with_order
from gatepost.model.problems import UsageError
from gatepost.pipeline.evaluating import Answer, Evaluation
from gatepost.reports.safe_text import plain

MOST_BYTES = 64 * 1024 * 1024


@click.command("evaluate", cls=with_order())
@click.argument("expression", required=False, metavar="EXPR")
@click.option(
    "--dir", "directory", default=".", metavar="FOLDER", help="The root module; the current folder if not given."
)
@variables
@click.option("--trace", is_flag=True, help="Add the places that the value comes from.")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read a JSON list of expressions; one answer a line.")
def command(expression: str | None, directory: str, trace: bool, from_stdin: bool, **values: Any) -> int:
    """Print what a Terraform expression comes to, as JSON, or why it cannot be known.

    \b
    gatepost evaluate 'cidrsubnet("10.0.0.0/16", 8, 3)'
    gatepost evaluate --dir infra --var-file envs/prod.tfvars --trace var.acl
    echo '["1 + 1", "upper(\\"a\\")"]' | gatepost evaluate --stdin

    Exit codes: 0 when the value, or why it is not known, was printed; 1 when Terraform would refuse the expression.
    """
    if from_stdin == (expression is not None):
        raise UsageError("give one expression, or --stdin and a JSON list of them on standard input")
    evaluation = Evaluation(directory, values["var_files"], inputs_of(values))
    for problem in evaluation.problems():
        print(f"gatepost: {plain(problem.location.path)}: {plain(problem.what)}", file=sys.stderr)
    if expression is None:
        for answer in evaluation.answers(_expressions()):
            write_out(_line(answer, trace))
        return 0
    answer = evaluation.answer(expression)
    if answer.error:
        print(f"gatepost: {plain(answer.error)}", file=sys.stderr)
        return 1
    write_out(_shown(answer, trace))
    return 0


def _expressions() -> list[str]:
    text = sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        found = json.loads(text[:MOST_BYTES])
    except (ValueError, RecursionError):
        found = None
    if len(text) > MOST_BYTES or not isinstance(found, list):
        raise UsageError("standard input is no JSON list", hint="""write one: ["1 + 1", "var.region"]""")
    listed = cast("list[Any]", found)
    if not all(isinstance(one, str) for one in listed):
        raise UsageError("every element of the list on standard input has to be an expression as text")
    return [one.encode("utf-8", "replace").decode() for one in listed]


def _trace(answer: Answer) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    for origin in answer.trace:
        place = origin.span.location if origin.span is not None else None
        step: dict[str, Any] = {"what": origin.what}
        if place is not None:
            step |= {"path": place.path, "line": place.region.start_line}
        steps.append(step)
    return steps


def _line(answer: Answer, trace: bool) -> str:
    """Return an answer as one line of JSON."""
    told: dict[str, Any] = {}
    if answer.error:
        told["error"] = answer.error
    elif answer.unknown:
        told["unknown"] = answer.unknown
        if answer.sensitive:
            told["sensitive"] = True
    written = json.dumps(told)[1:-1] if told else f'"value": {answer.value}'
    if trace and not answer.error:
        written += f', "trace": {json.dumps(_trace(answer))}'
    return f"{{{written}}}\n"


def _shown(answer: Answer, trace: bool) -> str:
    lines = [answer.value if answer.value else _line(answer, False).rstrip("\n")]
    for step in _trace(answer) if trace else ():
        place = f"  {step['path']}:{step['line']}" if "path" in step else ""
        lines.append(plain(f"← {step['what']}{place}"))
    return "\n".join(lines) + "\n"
