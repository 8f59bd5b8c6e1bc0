"""What a command would change: shown as one patch, or written; never what is changed, and why."""

from __future__ import annotations

import os
from collections.abc import Mapping

from gatepost.model.problems import UsageError
from gatepost.reports.safe_text import plain


def diff_of(before: Mapping[str, str], after: Mapping[str, str], colour: bool) -> str:
    """Return the difference of texts by path as one patch."""
    from difflib import unified_diff

    out: list[str] = []
    for path in sorted(after):
        name = plain(path)
        old, new = before[path].splitlines(keepends=True), after[path].splitlines(keepends=True)
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


def write_files(root: str, after: Mapping[str, str]) -> None:
    """Write every file, or none when one of them may not be written; a link stays one, what it leads to is written."""
    files = {os.path.realpath(os.path.join(root, path)): path for path in sorted(after)}
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
                file.write(mark + after[path])
            os.chmod(beside, os.stat(full).st_mode & 0o7777)
            os.replace(beside, full)
        except OSError as error:
            if os.path.exists(beside):
                os.unlink(beside)
            raise UsageError(f"cannot write {plain(path)!r}: {(error.strerror or '').lower()}") from None
