"""Arguments to settings, verdicts to exit codes; never decides, parses or renders."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from types import TracebackType

from gatepost.model.problems import UsageError

BUG = 4
INTERRUPTED = 130
# Garbage in cycles costs more to find than the work that left it, so that a run which fits into memory never looks for
# it: this many objects are some 45 MB.
_OBJECTS_BEFORE_THE_FIRST_COLLECTION = 450_000
_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def run(arguments: Sequence[str]) -> None:
    """Run one command and leave with its exit code: see `docs/exit-codes.md`."""
    sys.excepthook = _report_bug
    gc.freeze()  # what is loaded stays
    gc.set_threshold(_OBJECTS_BEFORE_THE_FIRST_COLLECTION)
    gc.callbacks.append(_collect_sooner)
    try:
        code = _code_of(arguments)
    except UsageError as error:
        from gatepost.cli.messages import say_usage_error

        say_usage_error(error)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever reads our output has seen enough (`| head`); nothing is wrong. Leave before Python flushes again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)


def _collect_sooner(phase: str, info: dict[str, int]) -> None:
    """Keep little garbage from now on: this run is a long one, and findings need the memory."""
    del phase, info
    gc.callbacks.remove(_collect_sooner)
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 50)


def _code_of(arguments: Sequence[str]) -> object:
    """Run one command; returns its exit code."""
    if arguments[:1] == ["check"]:
        from gatepost.cli.plain_arguments import read_plain

        values = read_plain(arguments[1:])
        if values is not None:
            from gatepost.cli.checking import checked

            return checked(values)
    import click

    from gatepost.cli.commands import gatepost

    try:
        return gatepost.main(args=list(arguments), prog_name="gatepost", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(INTERRUPTED)


def _report_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say that this is our fault and leave with 4; Python alone would leave with 1, which means "blocked"."""
    sys.__excepthook__(kind, error, trace)
    print(
        "\ngatepost: this is a bug in Gatepost, not in your files. Please report it with the lines above.",
        file=sys.stderr,
    )
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(BUG)
