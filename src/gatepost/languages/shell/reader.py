"""Reads the commands of a text, of the scripts inside it too; never decides which texts are shell."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from gatepost.languages.shell.commands import Command
from gatepost.languages.shell.parameters import Lookup
from gatepost.languages.shell.places import LONGEST, Given, Piece, Places, Word
from gatepost.languages.shell.programs import SHELLS
from gatepost.languages.shell.script import Script
from gatepost.languages.shell.simple import HereDocument, SimpleCommand, changed_options, placed
from gatepost.model.places import Source, Span
from gatepost.model.values import Notation, Unknown, Value

_DEEPEST = 8
_LONGEST_KEPT = 2_000
_NOWHERE = Places(Source("", "", ""), (0,), (0,))
_NAMED_NEXT = r"[-+][a-zA-Z]*[oO]\Z"  # -euo pipefail: the next word is an option's name
_SHEBANG = r"#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-S[ \t]+)?)?(?:\S*/)?([A-Za-z0-9_.-]+)([^\n]*)"


class Read:
    """The commands of a text; `complete` is False when a part could not be read, then `why` says what."""

    __slots__ = ("commands", "complete", "why")

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.complete = True
        self.why = ""


def unknown_variable(name: str) -> Given:
    """Return a variable nothing is known of."""
    return Given(name, "unknown", name, "code", why=f"{name} is known only when the shell runs")


def read_commands(
    text: str,
    at: Span | Places,
    lookup: Lookup = unknown_variable,
    *,
    shell: str = "sh",
    options: frozenset[str] = frozenset(),
    instruction: str = "",
    notation: Notation = "",
    documents: Callable[[], HereDocument | None] | None = None,
) -> Value:
    """Return the simple commands of shell text as a list value of map values (see `Command`).

    `at` says where the text stands: places that map each character; or a span, whose characters then are the text's
    own when they are equal, and which else is the place of every word. The list is open when a part is not understood.
    """
    places = at if isinstance(at, Places) else places_of(text, at, notation)
    read = Read()
    read_script(text, places, lookup, read, shell, options, instruction, documents)
    values = tuple(Value(c, c.span, notation=places.notation) for c in read.commands)
    return Value(values, places.span(0, len(text)), open=not read.complete, notation=places.notation)


def places_of(text: str, at: Span, notation: Notation) -> Places:
    """Return the places of a text whose source is a span of a file."""
    exact = at.end - at.start == len(text) and at.text == text
    return Places(at.source, (0,), (at.start,), None if exact else at, notation)


def read_script(
    text: str,
    places: Places,
    lookup: Lookup,
    into: Read,
    shell: str,
    options: frozenset[str] = frozenset(),
    instruction: str = "",
    documents: Callable[[], HereDocument | None] | None = None,
    *,
    subshell: bool = False,
    start: int = 0,
    end: int | None = None,
    depth: int = 0,
) -> None:
    """Read a script and the scripts it gives to shells (`sh -c`, here-documents) into `into`."""
    end = len(text) if end is None else end
    if len(text) < _LONGEST_KEPT and "$" not in text and "<<" not in text:
        commands, complete, why = _plain_script(text, start, end, options, subshell)
        commands = placed(commands, places)
    else:
        script = Script(
            text, places, lookup, start=start, end=end, options=options, subshell=subshell, given_documents=documents
        )
        script.read()
        commands, complete, why, lookup = script.commands, script.complete, script.why, script.lookup
    if not complete and into.complete:
        into.complete, into.why = False, why or "a part is not understood"
    for simple in commands:
        if not simple.words:
            continue
        command = Command(simple, instruction, shell)
        into.commands.append(command)
        read_inner(command, lookup, into, depth)


@lru_cache(1024)
def _plain_script(
    text: str, start: int, end: int, options: frozenset[str], subshell: bool
) -> tuple[list[SimpleCommand], bool, str]:
    """Read a script that names no variable and no here-document: it reads the same wherever it stands.

    The Dockerfiles of a repository have many lines in common, and one that is edited most of its own.
    """
    script = Script(text, _NOWHERE, unknown_variable, start=start, end=end, options=options, subshell=subshell)
    script.read()
    return script.commands, script.complete, script.why


def read_inner(command: Command, lookup: Lookup, into: Read, depth: int) -> None:
    """Read the scripts that a command hands to a shell, when it is one."""
    program = command.name
    if program in ("su", "runuser"):
        flags = command.get("flags")
        if flags is not None and (flags.literal.get("c") or flags.literal.get("command")):
            _read_argument(command, lookup, into, depth, "sh", {"c", "command"}, frozenset())
        return
    if program not in SHELLS:
        return
    words = command.simple.words[command.tail :]
    options = changed_options(frozenset(), words)
    letters = [w.plain for w in words if w.plain[:1] == "-" and w.plain[:2] != "--"]
    if any("c" in text for text in letters):
        _read_argument(command, lookup, into, depth, program, None, options)
        return
    plain = command.get("arguments")
    if plain is not None and plain.literal and "s" not in "".join(letters):
        return
    for document in command.simple.here_documents:
        if depth < _DEEPEST:
            read_script(document.text, document.places, lookup, into, program, options, command.instruction,
                        subshell=True, start=document.start, end=document.end, depth=depth + 1)  # fmt: skip


def _read_argument(
    command: Command,
    lookup: Lookup,
    into: Read,
    depth: int,
    shell: str,
    names: set[str] | None,
    options: frozenset[str],
) -> None:
    """Read the text behind `-c`."""
    words = command.simple.words
    found = None
    for at in range(command.tail, len(words)):
        text = words[at].plain
        if names is None and text[:1] not in "-+" and not re.match(_NAMED_NEXT, words[at - 1].plain):
            found = words[at]
            break
        if names is not None and text.lstrip("-") in names and at + 1 < len(words):
            found = words[at + 1]
            break
    if found is None:
        return
    if depth >= _DEEPEST:
        into.complete, into.why = False, "it is nested too deeply"
        return
    text, places = inner_text(found, command.simple.text)
    read_script(text, places, lookup, into, shell, options, command.instruction, subshell=True, depth=depth + 1)


def inner_text(word: Word, raw: str) -> tuple[str, Places]:
    """Return the text a word hands to another shell, variables left as they are written, and its places."""
    parts: list[str] = []
    starts: list[int] = []
    offsets: list[int] = []
    length = 0
    places = word.places
    for piece in word.pieces:
        if piece.given is not None or piece.inner is not None:
            text, first, step = raw[piece.start : piece.end], piece.start, True
        elif piece.text is None:
            # What a command printed: unknown, and its commands are read already.
            text, first, step = "$?", piece.start, False
        else:
            text, first, step = piece.text, piece.start if piece.exact else piece.end - 1, True
        if not text:
            continue
        if length + len(text) > LONGEST:
            break
        last = None
        for index in range(len(text)):
            offset = places.at(first + index) if step else places.at(first)
            if offset != last:
                starts.append(length + index)
                offsets.append(offset)
            last = offset + 1
        parts.append(text)
        length += len(text)
    if not starts:
        starts, offsets = [0], [places.at(word.start)]
    return "".join(parts), Places(places.source, starts, offsets, places.solid, places.notation)


def shebang(text: str) -> tuple[str, frozenset[str]] | None:
    """Return the interpreter a script names in its first line and the options set there; None without one."""
    found = re.match(_SHEBANG, text)
    if not found:
        return None
    source = Source("", text, "")
    words = [Word((Piece(w, 0, 0),), Places(source, (0,), (0,)), 0, 0) for w in found[2].split()]
    return found[1], changed_options(frozenset(), words)


def read_words(
    words: Sequence[Word], text: str, places: Places, lookup: Lookup, instruction: str, start: int, end: int
) -> Read:
    """Return the commands of words that run without a shell (the exec form), scripts inside `sh -c` included."""
    read = Read()
    if not words:
        return read
    simple = SimpleCommand(text, places, start, frozenset(), False)
    simple.words = list(words)
    simple.end = end
    command = Command(simple, instruction, "", True)
    read.commands.append(command)
    read_inner(command, lookup, read, 0)
    return read


def unreadable(shell: str, span: Span) -> Value:
    """Return the commands of a text in a shell that is not read here (powershell, cmd, python)."""
    return Value(Unknown(f"{shell} is not read as shell"), span)
