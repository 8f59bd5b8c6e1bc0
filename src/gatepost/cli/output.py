"""Where reports go: standard output or files, with the looks the terminal can show; never what they say."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence

from gatepost.model.decisions import Report
from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple
from gatepost.reports.view import View


class Output(NamedTuple):
    """One report that was asked for: the format's name and the file it goes to, None for standard output."""

    format: str
    path: str | None


def outputs_of(texts: Sequence[str], formats: Sequence[str]) -> tuple[Output, ...]:
    """Read the values of --format (NAME or NAME=FILE); the terminal's when none is given.

    Raises `UsageError` for an unknown name, a file given twice, or two reports for standard output.
    """
    outputs: list[Output] = []
    for text in texts:
        name, equals, path = text.partition("=")
        if name not in formats:
            from difflib import get_close_matches

            near = get_close_matches(name, formats, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(formats)}"
            raise UsageError(f"there is no report format {name!r}", hint=hint)
        if equals and not path:
            raise UsageError(f"--format {name}= names no file", hint=f"give one, as in --format {name}=report.{name}")
        if name == "compliance" and path.lower().endswith(".csv"):
            name = "compliance-csv"
        outputs.append(Output(name, path or None))
    for path in {output.path for output in outputs}:
        if sum(output.path == path for output in outputs) > 1:
            where = "standard output" if path is None else repr(path)
            raise UsageError(
                f"two reports would go to {where}", hint="write one to a file: --format json=gatepost.json"
            )
    return tuple(outputs) or (Output("terminal", None),)


RECEIPT = "receipt"
# What needs the trace of the run.
TRACED = (RECEIPT, "compliance", "compliance-csv")


def with_receipt(outputs: tuple[Output, ...], path: str | None) -> tuple[Output, ...]:
    """Return the outputs with the receipt, where one is wanted. Raises `UsageError` for no file, or one given twice."""
    if path is None:
        return outputs
    if not path or any(output.path == path for output in outputs):
        raise UsageError(f"--receipt {path!r} is no file of its own", hint="give one: --receipt receipt.json")
    return (*outputs, Output(RECEIPT, path))


def write_reports(outputs: Sequence[Output], render: Callable[[str, bool], Report]) -> None:
    """Render and write each report. `render` takes the format's name and whether it goes to a terminal.

    A file appears whole or not at all. Raises `UsageError` when it cannot be written.
    """
    for output in outputs:
        report = render(output.format, output.path is None)
        if output.path is None:
            write_out(report.body)
        else:
            write_file(output.path, report.pieces())


def write_out(text: str) -> None:
    """Write text to standard output, whatever its encoding can show."""
    encoding = sys.stdout.encoding or "utf-8"
    text = text if text.endswith("\n") or not text else text + "\n"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()


def write_file(path: str, pieces: Iterator[str], what: str = "report") -> None:
    """Write a file whole or not at all, a pipe or a device as it is. Raises `UsageError`; `what` is for its words."""
    if os.path.exists(path) and not os.path.isfile(path):
        # A pipe or a device (/dev/stdout) is written to as it is.
        try:
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.writelines(pieces)
            return
        except OSError as error:
            raise UsageError(f"cannot write the {what} to {path!r}: {(error.strerror or '').lower()}") from None
    beside = f"{path}.{os.getpid()}.tmp"
    try:
        with open(beside, "w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
        os.replace(beside, path)
    except OSError as error:
        if os.path.exists(beside):
            os.unlink(beside)
        raise UsageError(f"cannot write the {what} to {path!r}: {(error.strerror or '').lower()}") from None


def wants_colour(choice: str) -> bool:
    """Whether standard output shows colour: as asked, else NO_COLOR, FORCE_COLOR, GitHub's log, or a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE") or os.environ.get("GITHUB_ACTIONS"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def width_of_output() -> int:
    """Return the width to write for: the terminal's, else 80 columns (in pipes and files too)."""
    if os.environ.get("COLUMNS", "").isdigit():
        return max(20, int(os.environ["COLUMNS"]))
    try:
        return max(20, os.get_terminal_size(sys.stdout.fileno()).columns)
    except (OSError, ValueError):
        return 80


class Progress:
    """A line on standard error that says how far a long run is, when a person watches; else nothing."""

    def __init__(self, quiet: bool = False) -> None:
        self._on = sys.stderr.isatty() and not quiet and not os.environ.get("CI")
        self._began = 0.0
        self._shown = False

    def __call__(self, done: int, total: int, what: str) -> None:
        """Say that `done` of `total` (0: nobody knows) are done, and what comes next; silent for the first second."""
        if not self._on:
            return
        import time

        now = time.monotonic()
        self._began = self._began or now
        if now - self._began > 1.0:
            self._shown = True
            safe = "".join(character if character.isprintable() else "?" for character in what)
            count = f"{done}/{total} " if total else f"{done:,}"
            sys.stderr.write(f"\r\x1b[K{count} {safe[:60]}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def view_of(
    color: str,
    verbose: bool,
    quiet: bool,
    to_terminal: bool,
    seconds: float | None,
    today: str,
    outputs: Sequence[Output],
) -> View:
    """Return how a report is to look. A report in a file has no colours, no clock, and no terminal's width."""
    verdict_file = next((output.path for output in outputs if output.format == "json" and output.path), "")
    if not to_terminal:
        return View(width=100, verbose=verbose, quiet=quiet, today=today, verdict_file=verdict_file)
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return View(
        width=width_of_output(),
        colour=wants_colour(color),
        unicode=encoding.startswith("utf"),
        verbose=verbose,
        quiet=quiet,
        seconds=seconds,
        today=today,
        verdict_file=verdict_file,
    )
