"""The table of commands, each loaded when it is called; never their options."""

from __future__ import annotations

from importlib import import_module

import click

from gatepost.version import __version__

# name → module; the module's command has the same name.
COMMANDS = {
    "check": "gatepost.cli.check",
    "fix": "gatepost.cli.fix",
    "waivers": "gatepost.cli.waivers",
    "prove": "gatepost.cli.prove",
    "review": "gatepost.cli.review",
    "report": "gatepost.cli.report",
    "baseline": "gatepost.cli.baseline",
    "feeds": "gatepost.cli.feeds",
    "route": "gatepost.cli.route",
    "receipt": "gatepost.cli.receipt",
    "rules": "gatepost.cli.rules",
    "explain": "gatepost.cli.explain",
    "docs": "gatepost.cli.docs",
    "policy": "gatepost.cli.policy",
    "history": "gatepost.cli.history",
    "owners": "gatepost.cli.owners",
    "evaluate": "gatepost.cli.evaluate",
    "resources": "gatepost.cli.resources",
    "test": "gatepost.cli.test",
    "new": "gatepost.cli.new",
    "init": "gatepost.cli.init",
}


class _Lazy(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click asks so
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click asks so
        if cmd_name not in COMMANDS:
            return None
        return import_module(COMMANDS[cmd_name]).command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean {near[0]!r}?" if near else f" There are: {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="gatepost %(version)s")
def gatepost() -> None:
    """Decide whether a change may pass, and show the fix on the line that needs it.

    Reads Terraform, CloudFormation, Dockerfiles and scan reports; one YAML policy decides. Needs no network.

    \b
    Exit codes: 0 passed · 1 blocked · 2 usage or policy error · 3 could not check · 4 bug · 130 interrupted
    """
