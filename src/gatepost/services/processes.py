"""Runs a program with a limit on time and output, without a shell; never interprets what it prints."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from subprocess import DEVNULL, PIPE, Popen
from typing import IO, TYPE_CHECKING, cast

from gatepost.model.records import NamedTuple

if TYPE_CHECKING:
    from io import BufferedReader

_BLOCK = 64 * 1024
_MOST_SAID = 64 * 1024
# How long the last of the output may take once the program has ended.
_LAST_SECONDS = 10


class Ran(NamedTuple):
    """What a program came to; `failed` says why nothing of it can be used ("" when it ended by itself)."""

    code: int
    output: bytes
    said: str
    failed: str = ""


def find_program(name: str, search: str | None = None) -> str | None:
    """Return the absolute path of a program, None where there is none; never looks in the working directory."""
    folders = (search if search is not None else os.environ.get("PATH", os.defpath)).split(os.pathsep)
    kept = [folder for folder in folders if os.path.isabs(folder)]
    return shutil.which(name, path=os.pathsep.join(kept)) if kept else None


def run_program(
    command: Sequence[str],
    *,
    folder: str,
    seconds: float,
    most_bytes: int,
    environment: Mapping[str, str] | None = None,
    given: bytes | None = None,
) -> Ran:
    """Run a command (its program an absolute path) in a folder and return what it prints to standard output.

    It gets `given` as its input, else none. When it takes longer than `seconds`, or prints more than `most_bytes`, it
    is stopped with everything it has started.
    """
    try:
        process = Popen(
            list(command), cwd=folder, stdin=DEVNULL if given is None else PIPE, stdout=PIPE, stderr=PIPE,
            env=dict(os.environ if environment is None else environment), start_new_session=os.name == "posix",
        )  # fmt: skip
    except (OSError, ValueError) as error:
        return Ran(-1, b"", "", f"it cannot be started: {str(getattr(error, 'strerror', None) or error).lower()}")
    return _watched(process, seconds, most_bytes, given)


def _watched(process: Popen[bytes], seconds: float, most_bytes: int, given: bytes | None) -> Ran:
    failed: list[str] = []

    def stop(why: str) -> None:
        failed.append(why)
        _stop(process)

    assert process.stdout is not None and process.stderr is not None
    output = _Collector(process.stdout, most_bytes, lambda: stop(f"it printed more than {most_bytes >> 20} MB"))
    said = _Collector(process.stderr, _MOST_SAID, None)
    timer = threading.Timer(seconds, stop, [f"it took longer than {seconds:.0f} seconds"])
    timer.start()
    try:
        if given is not None and process.stdin is not None:
            with suppress(OSError):  # it does not want to read: its answer tells why
                process.stdin.write(given)
                process.stdin.close()
        process.wait()
        output.join(_LAST_SECONDS)
        said.join(_LAST_SECONDS)
        if output.is_alive() or said.is_alive():
            stop("it left something running that holds its output")
    except BaseException:  # the run is being broken off: leave nothing behind
        _stop(process)
        raise
    finally:
        timer.cancel()
    return Ran(process.returncode, output.content, said.content.decode("utf-8", "replace"), failed[0] if failed else "")


def _stop(process: Popen[bytes]) -> None:
    """Kill a program and, where it leads a group of its own, all that it has started."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


class _Collector(threading.Thread):
    """Reads a pipe to its end, keeps what is allowed, and calls `full` once when there is more."""

    def __init__(self, pipe: IO[bytes], most: int, full: object) -> None:
        super().__init__(daemon=True)
        self.content = b""
        self._pipe, self._most, self._full = cast("BufferedReader", pipe), most, full
        self.start()

    def run(self) -> None:
        kept: list[bytes] = []
        size = 0
        while block := self._pipe.read1(_BLOCK):
            if size < self._most:
                kept.append(block[: self._most - size])
            size += len(block)
            if size > self._most and callable(self._full):
                full, self._full = self._full, None
                full()
        self.content = b"".join(kept)


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder of our own that is gone when the context ends."""
    return tempfile.TemporaryDirectory(prefix="gatepost-")
