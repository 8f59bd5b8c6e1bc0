"""`gatepost test --watch`: looks which files were saved and runs their cases again; never changes a file."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

import click

from gatepost.cli.messages import usage_error_text
from gatepost.cli.output import wants_colour
from gatepost.cli.test import Outcome, failure, outcomes
from gatepost.model.problems import UsageError
from gatepost.testing.running import is_resource_path

_SECONDS = 0.25
_CLEAR = "\x1b[2J\x1b[3J\x1b[H"

# What tells that a file was saved: when it was written, and its size.
Stamp = tuple[int, int]


def watch_cases(paths: Sequence[str], today: str) -> int:
    """Run all cases, then those of what is saved, until Ctrl-C; returns 0.

    A file in which something failed is run again with every change. Where a resource file changes, everything is run:
    rules read through it.
    """
    try:
        known = stamps(paths)
        failing = _run(paths, today, ())
        while True:
            time.sleep(_SECONDS)
            now = stamps(paths)
            if now == known:
                continue
            saved = changed(known, now)
            known = now
            if not saved and not failing:
                _clear()
                click.echo("a file is gone")
            else:
                again = list(paths) if any(map(_is_resource, saved)) else sorted({*saved, *failing} & now.keys())
                failing = _run(again, today, saved)
    except KeyboardInterrupt:
        click.echo()
        return 0


def changed(before: Mapping[str, Stamp], after: Mapping[str, Stamp]) -> list[str]:
    """Return the files that are new or were saved since."""
    return sorted(path for path, stamp in after.items() if before.get(path) != stamp)


def stamps(paths: Sequence[str]) -> dict[str, Stamp]:
    """Return the YAML files below some paths, with what tells that they were saved; what is gone meanwhile is not."""
    found: dict[str, Stamp] = {}
    for path in paths:
        for file in _files(path):
            try:
                status = os.stat(file)
            except OSError:
                continue
            found[file] = (status.st_mtime_ns, status.st_size)
    return found


def _files(path: str) -> Iterator[str]:
    if not os.path.isdir(path):
        yield path
        return
    for directory, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.endswith((".yaml", ".yml")) and not name.startswith("."):
                yield os.path.join(directory, name)


def _is_resource(path: str) -> bool:
    try:
        return is_resource_path(path)
    except UsageError:
        return False


def _run(paths: Sequence[str], today: str, saved: Sequence[str]) -> set[str]:
    """Run and tell; returns the files in which something is wrong."""
    colour = wants_colour("auto")
    said: list[str] = []
    failing: set[str] = set()
    passed = 0
    for one in _outcomes(paths, today):
        if isinstance(one, UsageError):
            failing.add(one.location.path if one.location is not None else "")
            said.append(usage_error_text(one))
        elif one.fault:
            failing.add(one.where.rpartition(":")[0])
            said.append(failure(one, colour))
        else:
            passed += 1
    _clear()
    for line in (*([f"saved: {', '.join(saved[:3])}{' …' if len(saved) > 3 else ''}"] if saved else []), *said):
        click.echo(line)
    failed = len(said)
    told = f"{passed} passed, {failed} failed"
    if colour:
        told = click.style(told, fg="red" if failed else "green", bold=True)
    click.echo(f"{told}; waiting for a file to be saved, Ctrl-C ends it")
    sys.stdout.flush()
    return {path for path in failing if path}


def _outcomes(paths: Sequence[str], today: str) -> Iterator[Outcome | UsageError]:
    try:
        yield from outcomes([path for path in paths if os.path.exists(path)], today)
    except UsageError as error:  # a file that cannot be read just now
        yield error


def _clear() -> None:
    """Begin a new screen on a terminal; in a file or pipe what was said stays."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        click.echo(_CLEAR, nl=False)
