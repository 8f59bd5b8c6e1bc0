"""The options that give Terraform its variables and workspace, and what they and the environment say; never a value."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from gatepost.languages.terraform.given import Assigned, Inputs
from gatepost.model.problems import UsageError
from gatepost.model.regexes import regex

_C = TypeVar("_C", bound=Callable[..., Any])
_NAME = regex(r"[^\W\d][\w-]*")
_PREFIX = "TF_VAR_"


def variables(command: _C) -> _C:
    """Add --var-file, --var and --workspace; the command has to be made by `with_order`."""
    import click

    options = (
        click.option(
            "--var-file",
            "var_files",
            multiple=True,
            metavar="FILE",
            help="A Terraform variable file; may be given again.",
        ),
        click.option(
            "--var", "variables", multiple=True, metavar="NAME=VALUE", help="A Terraform variable; may be given again."
        ),
        click.option("--workspace", metavar="NAME", help="What terraform.workspace is; TF_WORKSPACE, else default."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def with_order() -> Any:
    """Return the class of commands that also tell, as `variables_after`, how many var files stand before each --var."""
    import click

    class WithOrder(click.Command):
        def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
            given = tuple(args)
            left = super().parse_args(ctx, args)
            ctx.params["variables_after"] = ranks(given)
            return left

    return WithOrder


def ranks(arguments: Sequence[str]) -> tuple[int, ...]:
    """Return for each --var among some arguments how many --var-file stand before it: the later of them counts."""
    files = 0
    found: list[int] = []
    for argument in arguments:
        name = argument.partition("=")[0]
        if argument == "--":
            break
        if name == "--var-file":
            files += 1
        elif name == "--var":
            found.append(files)
    return tuple(found)


def inputs_of(values: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Inputs:
    """Return what the options and the environment give; raises `UsageError` for text that is no NAME=VALUE."""
    outside = [
        Assigned(name.removeprefix(_PREFIX), text, name, -1, True)
        for name, text in sorted(environment.items())
        if name.startswith(_PREFIX) and len(name) > len(_PREFIX)
    ]
    given: list[Assigned] = []
    for text, rank in zip(values["variables"], values["variables_after"], strict=True):
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not _NAME.fullmatch(name):
            raise UsageError("--var takes NAME=VALUE", hint="as in --var region=eu-west-1")
        given.append(Assigned(name, value, f"--var {name}", rank))
    return Inputs((*outside, *given), values["workspace"] or environment.get("TF_WORKSPACE") or None)
