"""`gatepost fix`: shows what the proved fixes come to, or writes it; never writes what is not proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from gatepost.cli.changed_files import diff_of, write_files
from gatepost.cli.options import inputs
from gatepost.cli.output import Progress, wants_colour, write_out
from gatepost.cli.requests import request_of
from gatepost.cli.variables import with_order
from gatepost.model.problems import UsageError
from gatepost.pipeline import Request
from gatepost.pipeline.fixing import Chosen, Fixed, fix_all
from gatepost.sources.discovery import scan_root


@click.command("fix", cls=with_order())
@inputs
@click.option("--rule", "rules", multiple=True, metavar="ID", help="Only the fixes of this rule; may be given again.")
@click.option("--unsafe", is_flag=True, help="Also fixes that may stop something that works today.")
@click.option(
    "--needs-rescan",
    is_flag=True,
    help="With --unsafe: edits, too, that only a new scan can prove (a newer image).",
)
@click.option("--write", is_flag=True, help="Write the files, instead of showing a diff.")
@click.option(
    "--pull-request", "propose", is_flag=True, help="Propose the fixes in pull requests, and keep them up to date."
)
@click.option(
    "--per",
    type=click.Choice(["owner", "cause", "all"]),
    default=None,
    help="What goes into one pull request; owner when not given.",
)
@click.option("--most", type=click.IntRange(0, 100), default=None, metavar="N", help="Pull requests open at a time; 5.")
@click.option("--base-branch", metavar="NAME", help="The branch they go to, in place of the default one.")
@click.option(
    "--host",
    type=click.Choice(["github", "gitlab", "gitea"]),
    default=None,
    help="The code host, where the build does not tell it.",
)
@click.option("--repository", metavar="NAME", help="How the host calls it, where the build does not tell it.")
@click.option(
    "--dry-run", "dry", is_flag=True, help="With --pull-request: show what would be written, and write nothing."
)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour in the terminal.")
def command(rules: tuple[str, ...], unsafe: bool, needs_rescan: bool, write: bool, color: str, **values: Any) -> int:
    """Show the proved fixes as one diff, or write them.

    A fix is proved: with it the finding is gone and nothing new appears. Safe ones cannot stop anything that works
    today; --unsafe adds the others, which want a look before they are committed. What scan reports ask for cannot
    always be proved without a new scan: --needs-rescan adds those edits.

    With --pull-request each owner of what is mended gets a pull request that is kept up to date: updated while it is
    open, closed when what it mends is gone. The repository is the one that is built; the credential comes from the
    environment.

    \b
    gatepost fix --unsafe
    gatepost fix --pull-request --dry-run

    Exit codes: 0 when what could be mended was shown or written; 2 for a wrong option; 3 when a pull request could not
    be written.
    """
    _known(rules, values["rules_of"])
    if needs_rescan and not unsafe:
        raise UsageError("--needs-rescan adds edits that are all unsafe", hint="give --unsafe too")
    request = request_of(values)
    if values["propose"]:
        return _proposed(request, Chosen(rules, unsafe), needs_rescan or write, values)
    _without_a_pull_request(values)
    progress = Progress()
    fixed = fix_all(request, Chosen(rules, unsafe, needs_rescan), progress)
    progress.clear()
    if write:
        write_files(scan_root(request.paths), fixed.after)
    elif fixed.after:
        write_out(diff_of(fixed.before, fixed.after, wants_colour(color)))
    click.echo(_summary(fixed, unsafe, needs_rescan, write), err=not write)
    return 0


_OF_PULL_REQUESTS = ("per", "most", "base_branch", "host", "repository", "dry")


def _without_a_pull_request(values: Mapping[str, Any]) -> None:
    for name in _OF_PULL_REQUESTS:
        if values[name]:
            option = "--dry-run" if name == "dry" else f"--{name.replace('_', '-')}"
            raise UsageError(f"{option} is about pull requests", hint="give --pull-request too")


def _proposed(request: Request, chosen: Chosen, too_much: bool, values: dict[str, Any]) -> int:
    if too_much:
        what = "--pull-request writes to no file here, and takes what is proved alone"
        raise UsageError(what, hint="leave --write and --needs-rescan out")
    from gatepost.cli.fix_requests import propose

    most = 5 if values["most"] is None else values["most"]
    return propose(request, chosen, {**values, "per": values["per"] or "owner", "most": most})


def _known(rules: tuple[str, ...], folders: Sequence[str]) -> None:
    if not rules:
        return
    from gatepost.conditions import nearest_word
    from gatepost.pipeline.own_rules import with_own_rules
    from gatepost.rules.catalogue import load_shipped

    ids = with_own_rules(load_shipped(), folders).ids()
    for rule in rules:
        if rule not in ids:
            near = nearest_word(rule, ids)
            raise UsageError(
                f"there is no rule {rule!r}", hint=f"did you mean {near!r}?" if near else "gatepost rules lists them"
            )


def _summary(fixed: Fixed, unsafe: bool, needs_rescan: bool, write: bool) -> str:
    applied, files = len(fixed.applied), len(fixed.after)
    left = len(fixed.last.decisions)
    done = "wrote" if write else "shows"
    lines = [f"{done} {_count(applied, 'fix', 'fixes')} in {_count(files, 'file')}; {_count(left, 'finding')} left"]
    held = _held(fixed, "proved")
    if held and not unsafe:
        lines.append(f"{_count(len(held), 'more fix is', 'more fixes are')} proved but unsafe: --unsafe takes them too")
    unproved = {cause for cause, _ in _held(fixed, "needs_rescan")}
    done = sum(one.fix.proof == "needs_rescan" for one in fixed.applied)
    if done:
        lines.append(f"{_count(done, 'of them needs', 'of them need')} a new scan to be proved")
    elif unproved and not needs_rescan:
        what = _count(len(unproved), "more edit needs", "more edits need")
        lines.append(f"{what} a new scan to be proved: --unsafe --needs-rescan takes them too")
    lines += _lacking(fixed)
    if applied and not write:
        lines.append("--write writes them")
    return "\n".join(lines)


def _lacking(fixed: Fixed) -> list[str]:
    """Return a line about what the policy does not give, the setting that most findings wait for first."""
    from gatepost.model.shared_settings import lacked

    waiting: dict[str, int] = {}
    for one in fixed.last.decisions:
        name = lacked(one.assessment.finding.no_fix)
        if name:
            waiting[name] = waiting.get(name, 0) + 1
    if not waiting:
        return []
    named = ", ".join(
        f"{name} ({count})" for name, count in sorted(waiting.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    return [f"{_count(sum(waiting.values()), 'more fix waits', 'more fixes wait')} for settings of the policy: {named}"]


def _held(fixed: Fixed, proof: str) -> list[tuple[str, str]]:
    """Return (cause, fingerprint) of the findings that are left and have an unsafe edit of some proof."""
    found = (one.assessment.finding for one in fixed.last.decisions)
    return [
        (one.cause or one.fingerprint, one.fingerprint)
        for one in found
        if any(fix.safety == "unsafe" and fix.edits and fix.proof == proof for fix in one.fixes)
    ]


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
