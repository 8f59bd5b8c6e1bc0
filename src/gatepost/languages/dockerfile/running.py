"""What an instruction runs: which shell reads it and the commands in it; never what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from gatepost.languages.dockerfile.words import json_word
from gatepost.languages.shell.places import Given, Places
from gatepost.languages.shell.programs import SHELLS
from gatepost.languages.shell.reader import Read, read_script, read_words, shebang, unreadable
from gatepost.languages.shell.simple import HereDocument
from gatepost.model.regexes import regex
from gatepost.model.values import Value, value_at

if TYPE_CHECKING:
    from gatepost.languages.dockerfile.bodies import InstructionBody

_HERE = regex(r"(?:\d*<<-?(?:\"[^\"]*\"|'[^']*'|[^\s<\"';&|>]+)\s*)+\Z")
_WINDOWS = frozenset(("cmd", "powershell", "pwsh"))


def shell_of(body: InstructionBody, used: list[str]) -> Value | None:
    """Return the name of the shell that reads the shell form; missing for the exec form."""
    if body.instruction.words is not None and body.instruction.keyword != "SHELL":
        return None
    if body.instruction.keyword == "SHELL":
        words = body.instruction.words
        return json_word(words[0], body.instruction).value() if words else None
    name, _, entry = body.context.layout.shell(body.entry.stage, body.entry.order)
    if entry is not None:
        used.append(entry.key)
    return Value(name)


def commands_of(body: InstructionBody, used: list[str]) -> Value | None:
    """Return the simple commands an instruction runs, as a list of maps; unknown where the shell is not read.

    Missing where it is one of Windows: every rule about commands would else be undecided there.
    """
    instruction = body.instruction
    keyword = instruction.keyword
    start = instruction.rest
    if keyword == "SHELL":
        return None
    if keyword == "HEALTHCHECK":
        if instruction.text[start : start + 3].upper() != "CMD":
            return None
        start += 3
    lookup = _lookup(body, used)
    if instruction.words is not None:
        words = [json_word(w, instruction) for w in instruction.words]
        text, end = instruction.text, instruction.rest_end
        read = read_words(words, text, instruction.places, lookup, keyword, start, end)
        return _value(body, read)
    name, options, entry = body.context.layout.shell(body.entry.stage, body.entry.order)
    if entry is not None:
        used.append(entry.key)
    if instruction.heredocs and keyword == "RUN" and _HERE.match(instruction.arguments):
        return _here_script(body, lookup, name, options)
    if name in _WINDOWS:
        return None  # its commands are none of those that the shell's reader knows
    if name not in SHELLS:
        return unreadable(name, instruction.places.span(start, instruction.rest_end))
    read = Read()
    documents = _documents(body)
    read_script(
        instruction.text,
        instruction.places,
        lookup,
        read,
        name,
        options,
        keyword,
        lambda: next(documents, None),
        start=start,
        end=instruction.rest_end,
    )
    return _value(body, read)


def _lookup(body: InstructionBody, used: list[str]) -> Callable[[str], Given]:
    layout, stage, order = body.context.layout, body.entry.stage, body.entry.order

    def lookup(name: str) -> Given:
        given = layout.given(name, stage, order)
        if given.item:
            used.append(given.item)
        return given

    return lookup


def _documents(body: InstructionBody) -> Iterator[HereDocument]:
    source = body.instruction.places.source
    for document in body.instruction.heredocs:
        places = Places(source, (0,), (0,))
        yield HereDocument(source.text, places, document.start, document.end, document.quoted)


def _here_script(
    body: InstructionBody, lookup: Callable[[str], Given], shell: str, options: frozenset[str]
) -> Value | None:
    """Read `RUN <<EOF`: the body is the script, for the program its first line names."""
    read = Read()
    # Only the last document reaches the shell's input.
    document = list(_documents(body))[-1]
    text = document.text[document.start : document.end]
    named = shebang(text)
    if named is not None:
        shell, options = named
    if shell not in SHELLS:
        return unreadable(shell, body.instruction.places.span(body.instruction.rest, body.instruction.rest_end))
    read_script(
        document.text,
        document.places,
        lookup,
        read,
        shell,
        options,
        body.instruction.keyword,
        start=document.start,
        end=document.end,
    )
    return _value(body, read)


def _value(body: InstructionBody, read: Read) -> Value:
    values = tuple([value_at(c, c.span, "docker") for c in read.commands])
    span = body.instruction.places.span(body.instruction.rest, body.instruction.rest_end)
    return Value(values, span, open=not read.complete, notation="docker")
