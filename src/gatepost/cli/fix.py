"""`gatepost fix`: shows what the proved fixes come to, or writes it; never writes what is not proved."""

from __future__ import annotations

import os
from typing import Any

import click

from gatepost.cli.options import inputs
from gatepost.cli.output import Progress, wants_colour, write_out
from gatepost.cli.requests import request_of
from gatepost.cli.variables import with_order
from gatepost.model.problems import UsageError
from gatepost.pipeline.fixing import Chosen, Fixed, fix_all
from gatepost.reports.safe_text import plain
from gatepost.sources.discovery import scan_root


@click.command("fix", cls=with_order())
@inputs
@click.option("--rule", "rules", multiple=True, metavar="ID", help="Only the fixes of this rule; may be given again.")
@click.option("--unsafe", is_flag=True, help="Also fixes that may stop something that works today.")
@click.option("--write", is_flag=True, help="Write the files, instead of showing a diff.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour in the terminal.")
def command(rules: tuple[str, ...], unsafe: bool, write: bool, color: str, **values: Any) -> int:
    """Show the proved fixes as one diff, or write them.

    A fix is proved: with it the finding is gone and nothing new appears. Safe ones cannot stop anything that works
    today; --unsafe adds the others, which want a look before they are committed.
    """
    _known(rules)
    request = request_of(values)
    progress = Progress()
    fixed = fix_all(request, Chosen(rules, unsafe), progress)
    progress.clear()
    if write:
        _write(scan_root(request.paths), fixed)
    elif fixed.after:
        write_out(_diff(fixed, wants_colour(color)))
    click.echo(_summary(fixed, unsafe, write), err=not write)
    return 0


def _known(rules: tuple[str, ...]) -> None:
    if not rules:
        return
    from gatepost.conditions import nearest_word
    from gatepost.rules.catalogue import load_shipped

    ids = load_shipped().ids()
    for rule in rules:
        if rule not in ids:
            near = nearest_word(rule, ids)
            raise UsageError(
                f"there is no rule {rule!r}", hint=f"did you mean {near!r}?" if near else "gatepost rules lists them"
            )


def _diff(fixed: Fixed, colour: bool) -> str:
    from difflib import unified_diff

    out: list[str] = []
    for path in sorted(fixed.after):
        name = plain(path)
        old, new = fixed.before[path].splitlines(keepends=True), fixed.after[path].splitlines(keepends=True)
        for line in unified_diff(old, new, f"a/{name}", f"b/{name}"):
            text, end = line.rstrip("\n"), line[len(line.rstrip("\n")) :]
            # A patch has to stay one: what a terminal must not see is only hidden where a terminal looks.
            out.append((_painted(text) if colour else text) + (end or "\n\\ No newline at end of file\n"))
    return "".join(out)


def _painted(line: str) -> str:
    shown = "".join(
        character if character.isprintable() or character == "\t" else "\N{REPLACEMENT CHARACTER}" for character in line
    )
    colour = {"+": "32", "-": "31", "@": "36"}.get(shown[:1], "")
    return f"\x1b[{colour}m{shown}\x1b[0m" if colour else shown


def _write(root: str, fixed: Fixed) -> None:
    """Write every file, or none when one of them may not be written; a link stays one, what it leads to is written."""
    files = {os.path.realpath(os.path.join(root, path)): path for path in sorted(fixed.after)}
    for full, path in files.items():
        if not os.stat(full).st_mode & 0o222:
            raise UsageError(
                f"{plain(path)!r} is read-only, so nothing was written", hint="allow writing to it, or leave it out"
            )
    for full, path in files.items():
        beside = f"{full}.{os.getpid()}.tmp"
        try:
            with open(full, encoding="utf-8", newline="") as file:
                mark = "\ufeff" if file.read(1) == "\ufeff" else ""
            with open(beside, "w", encoding="utf-8", newline="") as file:
                file.write(mark + fixed.after[path])
            os.chmod(beside, os.stat(full).st_mode & 0o7777)
            os.replace(beside, full)
        except OSError as error:
            if os.path.exists(beside):
                os.unlink(beside)
            raise UsageError(f"cannot write {plain(path)!r}: {(error.strerror or '').lower()}") from None


def _summary(fixed: Fixed, unsafe: bool, write: bool) -> str:
    applied, files = len(fixed.applied), len(fixed.after)
    left = len(fixed.last.decisions)
    done = "wrote" if write else "shows"
    lines = [f"{done} {_count(applied, 'fix', 'fixes')} in {_count(files, 'file')}; {_count(left, 'finding')} left"]
    if not unsafe:
        held = sum(any(f.safety == "unsafe" for f in d.assessment.finding.fixes) for d in fixed.last.decisions)
        if held:
            lines.append(f"{_count(held, 'more fix is', 'more fixes are')} proved but unsafe: --unsafe takes them too")
    if applied and not write:
        lines.append("--write writes them")
    return "\n".join(lines)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
