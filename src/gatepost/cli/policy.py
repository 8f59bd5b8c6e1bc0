"""`gatepost policy`: what a changed policy would decide otherwise; never decides about files."""

from __future__ import annotations

import click

from gatepost.cli.output import view_of, write_out

COULD_NOT = 3
_FAILS = {"newly-passed": "newly passed", "newly-blocked": "newly blocked"}


@click.group("policy")
def command() -> None:
    """Work on policies."""


@command.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--verdicts",
    required=True,
    metavar="FOLDER",
    help="Where json reports are, of any number of runs.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Text, or JSON.")
@click.option(
    "--fail-on",
    type=click.Choice([*_FAILS, "any"]),
    multiple=True,
    help="End with 1 where a finding changes so; may be given again.",
)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour in the terminal.")
def diff(old: str, new: str, verdicts: str, form: str, fail_on: tuple[str, ...], color: str) -> int:
    """Tell what policy NEW would block or let pass that OLD does not.

    OLD and NEW are files, or names of shipped policies. Every verdict is decided twice, from its json report alone.

    \b
    gatepost policy diff gatepost.yaml proposed.yaml --verdicts verdicts/
    """
    from gatepost.pipeline.policies import load_whole
    from gatepost.pipeline.policy_diff import compare
    from gatepost.reports.policy_diff import render

    difference = compare(load_whole(old, None), load_whole(new, None), verdicts)
    view = view_of(color, verbose=False, quiet=False, to_terminal=True, seconds=None, today="", outputs=())
    write_out(render(difference, form, view))
    kinds = {_FAILS[one] for one in fail_on if one in _FAILS}
    if any(one.change in kinds for one in difference.changes) or ("any" in fail_on and difference.changes):
        return 1
    return COULD_NOT if difference.unread else 0
