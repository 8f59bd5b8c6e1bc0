"""Where new lines and words go in a Dockerfile, in its own style; never decides what they say."""

from __future__ import annotations

import re

from gatepost.languages.dockerfile.stages import Entry, Stage
from gatepost.languages.dockerfile.syntax import Instruction
from gatepost.model.changes import Edit
from gatepost.model.places import Source, Span
from gatepost.model.problems import CannotWrite
from gatepost.model.regexes import regex

_LATE = frozenset(("CMD", "ENTRYPOINT"))
_PLAIN = regex(r"[A-Za-z0-9@%_+:,./~^=-]*\Z")


def edit(source: Source, start: int, end: int, text: str) -> Edit:
    """Return the edit that puts a text in place of two offsets."""
    return Edit(Span(source, start, end).location, text)


def newline(source: Source) -> str:
    """Return the file's line break."""
    at = source.text.find("\n")
    return "\r\n" if at > 0 and source.text[at - 1] == "\r" else "\n"


def cased(keyword: str, like: Instruction) -> str:
    """Return a keyword in the letters in which another is written."""
    written = like.text[like.keyword_start : like.keyword_end]
    if written.islower():
        return keyword.lower()
    return keyword.capitalize() if written.istitle() and len(written) > 1 else keyword


def line_start(source: Source, offset: int) -> int:
    """Return where the line of an offset begins."""
    return source.text.rfind("\n", 0, offset) + 1


def after_line(source: Source, offset: int) -> int:
    """Return where the line behind an offset begins."""
    end = source.text.find("\n", offset)
    return len(source.text) if end < 0 else end + 1


def insert_after(source: Source, instruction: Instruction, text: str) -> Edit:
    """Return the edit that puts a line below an instruction."""
    at = after_line(source, instruction.end)
    if at == len(source.text) and not source.text.endswith("\n"):
        return edit(source, at, at, f"{newline(source)}{text}")
    return edit(source, at, at, f"{text}{newline(source)}")


def insert_late(source: Source, stage: Stage, text: str) -> Edit:
    """Return the edit that puts a line at the end of a stage, before its last CMD and ENTRYPOINT.

    Comments right above those stay with them; where a blank line stands above, one stands below too.
    """
    anchor: Entry | None = None
    for entry in reversed(stage.entries):
        if entry.instruction.keyword not in _LATE:
            break
        anchor = entry
    if anchor is None:
        return insert_after(source, stage.entries[-1].instruction, text)
    at = line_start(source, anchor.instruction.start)
    while at > 0:
        above = line_start(source, at - 1)
        if not source.text[above:at].lstrip().startswith("#"):
            break
        at = above
    above = source.text[line_start(source, at - 1) : at] if at else "x"
    gap = "" if above.strip() else newline(source)
    return edit(source, at, at, f"{text}{newline(source)}{gap}")


def remove_lines(source: Source, instruction: Instruction) -> Edit:
    """Return the edit that removes an instruction with its lines."""
    return edit(source, line_start(source, instruction.start), after_line(source, instruction.end), "")


def rendered(new: object) -> str:
    """Return plain data as the text of a word; raises `CannotWrite`."""
    if isinstance(new, bool):
        return "true" if new else "false"
    if isinstance(new, (str, int, float)):
        text = str(new)
        if "\n" in text or "\r" in text or "\x00" in text:
            raise CannotWrite("a word cannot hold a line break")
        return text
    raise CannotWrite("only text can be written in a Dockerfile")


def worded(text: str, source: Source, span: Span, json: bool) -> str:
    """Return a text as it has to be written in place of a span; raises `CannotWrite`."""
    if _PLAIN.match(text) and text:
        old = span.text
        quoted = len(old) > 1 and old[0] == old[-1] and old[0] in "\"'"
        return f"{old[0]}{text}{old[0]}" if quoted else text
    if json:
        return text.replace("\\", "\\\\").replace('"', '\\"')
    before = source.text[span.start - 1 : span.start]
    behind = source.text[span.end : span.end + 1]
    old = span.text
    if len(old) > 1 and old[0] == old[-1] == "'" and "'" not in text:
        return f"'{text}'"
    quoted = re.sub(r'([\\"$`])', r"\\\1", text)
    if len(old) > 1 and old[0] == old[-1] == '"':
        return f'"{quoted}"'
    if before == behind == '"':
        return quoted
    if (not before or before.isspace() or before == "=") and (not behind or behind.isspace()):
        return f'"{quoted}"'
    raise CannotWrite("the new text would need quotes where none can stand")


def append_command(source: Source, instruction: Instruction, text: str, escape: str) -> Edit:
    """Return the edit that adds a command to the end of a RUN, in the style of its chain; raises `CannotWrite`."""
    if instruction.words is not None:
        raise CannotWrite("the exec form has no chain of commands")
    if "\n" in text or "\r" in text:
        raise CannotWrite("a command is one line")
    end = instruction.places.end(instruction.rest_end)
    if instruction.heredocs:
        first, *others = instruction.heredocs
        if not instruction.arguments.startswith("<<") or others:
            raise CannotWrite("it is not certain which script runs last")
        at = first.end
        above = source.text[line_start(source, max(at - 1, 0)) : at]
        indent = above[: len(above) - len(above.lstrip(" \t"))] if at > first.start else ""
        return edit(source, at, at, f"{indent}{text}{newline(source)}")
    lines = source.text[instruction.start : end].split("\n")
    if len(lines) == 1:
        return edit(source, end, end, f" && {text}")
    joint, indent = _chain(lines, escape)
    ending = f" {escape}{newline(source)}{indent}"
    if joint == "&&<":
        return edit(source, end, end, f"{ending}&& {text}")
    return edit(source, end, end, f"{joint}{ending}{text}")


def _chain(lines: list[str], escape: str) -> tuple[str, str]:
    """Return how commands are joined ("&&<": at the beginning of a line) and the indentation of the lines."""
    joint, indent = "&&<", ""
    joined = False
    for number, line in enumerate(lines[1:], 1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        spaces = line[: len(line) - len(line.lstrip())]
        above = lines[number - 1].rstrip().removesuffix(escape).rstrip()
        if bare.startswith("&&"):
            joint, indent, joined = "&&<", spaces, True
        elif above.endswith("&&"):
            joint, indent, joined = " &&", spaces, True
        elif above.endswith(";") and not above.endswith(";;"):
            joint, indent, joined = ";", spaces, True
        elif not joined:
            indent = spaces
    if joint == ";" and lines[-1].rstrip().endswith(";"):
        joint = ""
    return joint, indent
