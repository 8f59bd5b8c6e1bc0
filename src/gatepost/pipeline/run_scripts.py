"""The shell scripts in the RUN instructions of Dockerfiles, and the way back from their places; never runs one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from gatepost.languages.dockerfile.syntax import Instruction, parse
from gatepost.model.places import Source
from gatepost.model.records import NamedTuple

_SHELLS = {"sh": "sh", "ash": "sh", "dash": "sh", "bash": "bash"}


class Script(NamedTuple):
    """The script of one RUN. `shell` is sh or bash; `pieces` are (offset in the text, instruction or file offset)."""

    text: str
    shell: str
    source: Source
    pieces: tuple[tuple[int, Instruction | int], ...]

    def position(self, line: int, column: int) -> tuple[int, int]:
        """Return the 1-based line and column in the Dockerfile of a 1-based line and column in the script."""
        lines = self.text.split("\n")
        line = max(1, min(line, len(lines)))
        offset = sum(len(one) + 1 for one in lines[: line - 1]) + max(0, min(column - 1, len(lines[line - 1])))
        start, origin = next(piece for piece in reversed(self.pieces) if piece[0] <= offset)
        if isinstance(origin, int):
            return self.source.position(min(origin + offset - start, len(self.source.text)))
        at = min(origin.rest + offset - start, origin.rest_end)
        return self.source.position(origin.places.at(at) if at < origin.rest_end else origin.places.end(at))


def scripts_of(source: Source) -> Iterator[Script]:
    """Yield the scripts of a Dockerfile that a shell runs, in order; those of other shells are left out."""
    shell = "sh"
    for instruction in parse(source).instructions:
        if instruction.keyword == "FROM":
            shell = "sh"
        elif instruction.keyword == "SHELL" and instruction.words:
            shell = _SHELLS.get(instruction.words[0].text.rpartition("/")[2], "")
        elif instruction.keyword == "RUN" and instruction.words is None and shell:
            script = _script(source, instruction, shell)
            if script is not None:
                yield script


def _script(source: Source, run: Instruction, shell: str) -> Script | None:
    text = run.arguments
    if not run.heredocs:
        return Script(text, shell, source, ((0, run),)) if text.strip() else None
    first = run.heredocs[0]
    body = source.text[first.start : first.end]
    if len(run.heredocs) == 1 and text.strip().replace('"', "").replace("'", "") in (
        f"<<{first.name}",
        f"<<-{first.name}",
    ):
        asked = body.partition("\n")[0]
        if asked.startswith("#!"):
            shell = _SHELLS.get(
                asked.split()[0].rpartition("/")[2] if asked.split()[1:] == [] else asked.split()[-1], ""
            )
        return Script(body, shell, source, ((0, first.start),)) if shell else None
    # The documents follow the command in the file as they do in a script.
    last = run.heredocs[-1]
    rest = source.text[first.start : last.end]
    tail = "" if rest.endswith(f"{last.name}\n") or rest.rstrip().endswith(last.name) else f"{last.name}\n"
    return Script(f"{text}\n{rest}{tail}", shell, source, ((0, run), (len(text) + 1, first.start)))


def mapped(report: Any, scripts: Mapping[str, Script]) -> dict[str, Any]:
    """Return ShellCheck's json1 report with the places in the Dockerfiles; `scripts` are by the names of their files.

    What is said of no script of ours stays as it is.
    """
    comments = cast("dict[str, Any]", report).get("comments") if isinstance(report, dict) else None
    rows = [cast("dict[str, Any]", row) for row in cast("list[Any]", comments or []) if isinstance(row, dict)]
    return {"comments": [_row(row, scripts) for row in rows]}


def _row(row: Mapping[str, Any], scripts: Mapping[str, Script]) -> dict[str, Any]:
    script = scripts.get(str(row.get("file")))
    numbers = [row.get(key) for key in ("line", "column", "endLine", "endColumn")]
    if script is None or not all(isinstance(one, int) for one in numbers):
        return dict(row)
    line, column, end_line, end_column = cast("list[int]", numbers)
    start = script.position(line, column)
    end = max(start, script.position(end_line, end_column))
    places = {"line": start[0], "column": start[1], "endLine": end[0], "endColumn": end[1]}
    return {**row, "file": script.source.path, **places}
