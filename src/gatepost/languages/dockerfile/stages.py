"""Stages and variables: what each stage is built from, and what `$NAME` is at every line; never looks at an image."""

from __future__ import annotations

from bisect import bisect_left
from typing import TypeAlias, TypeVar

from gatepost.languages.dockerfile.syntax import Instruction, Parsed
from gatepost.languages.dockerfile.words import WordReader, json_word
from gatepost.languages.shell.places import Given, Piece, Word
from gatepost.languages.shell.programs import SHELLS
from gatepost.languages.shell.simple import changed_options
from gatepost.model.values import Value

MOST_STAGES = 300
# What the builder sets by itself (Dockerfile reference, "Automatic platform ARGs in the global scope").
_PLATFORM = frozenset(
    "TARGETPLATFORM TARGETOS TARGETARCH TARGETVARIANT BUILDPLATFORM BUILDOS BUILDARCH BUILDVARIANT".split()  # noqa: SIM905
)


_Read = TypeVar("_Read")
# Something that was read, with the ledger names of the variables that were met in it.
Met: TypeAlias = tuple[_Read, list[str]]


class Entry:
    """An instruction in its place: the n-th of its keyword in its stage; `order` counts all of the file."""

    __slots__ = ("instruction", "key", "number", "order", "stage")

    def __init__(self, instruction: Instruction, order: int, stage: Stage | None, number: int, key: str) -> None:
        self.instruction = instruction
        self.order = order
        self.stage = stage
        self.number = number
        self.key = key


class Pair:
    """`key=value` of ENV, ARG or LABEL; no value in `ARG key`. `start` and `end` are offsets into the joined text."""

    __slots__ = ("end", "key", "start", "value")

    def __init__(self, key: Word, value: Word | None, start: int, end: int) -> None:
        self.key = key
        self.value = value
        self.start = start
        self.end = end


class Stage:
    """One stage: what it is built from, its instructions (FROM first), its variables by name with their orders.

    `words` are those of its FROM, with the ledger names of the variables in them.
    """

    __slots__ = (
        "alias", "arguments", "base", "entries", "environment", "image", "index", "key", "parts", "shells", "windows",
        "words",
    )  # fmt: skip

    def __init__(
        self, index: int, key: str, image: Word, alias: Word | None, base: Stage | None, words: Met[list[Word]]
    ) -> None:
        self.index = index
        self.key = key
        self.words = words
        # The image taken apart, once somebody has asked.
        self.parts: Value | None = None
        self.image = image
        self.alias = alias
        self.base = base
        self.entries: list[Entry] = []
        self.environment: dict[str, list[tuple[int, Given]]] = {}
        self.arguments: dict[str, list[tuple[int, Given]]] = {}
        self.shells: list[Entry] = []
        # Whether it is built on Windows, as far as the name of the first image tells.
        self.windows: bool = base.windows if base is not None else _windows(image.plain.lower())

    def chain(self) -> list[Stage]:
        """Return this stage and those it is built from, nearest first."""
        found: list[Stage] = []
        stage: Stage | None = self
        while stage is not None:
            found.append(stage)
            stage = stage.base
        return found


class Layout:
    """The stages of a file with every instruction's entry, and the variables.

    One that is made after an edit takes over what the layout before it (`earlier`) says of the first `kept`
    instructions, which are the very same: nothing in a layout depends on what stands further down.
    """

    def __init__(self, parsed: Parsed, earlier: Layout | None = None, kept: int = 0) -> None:
        self.escape = parsed.escape
        self.stages: list[Stage] = []
        self.entries: list[Entry] = []
        self.too_many: Instruction | None = None
        self._names: dict[str, Stage] = {}
        self._global: dict[str, list[tuple[int, Given]]] = {}
        self._keys: dict[str, int] = {}
        counts: dict[str, int] = {}
        stage: Stage | None = None
        if earlier is not None and kept:
            stage = self._take_over(earlier, kept)
            counts = {entry.instruction.keyword: entry.number for entry in stage.entries} if stage is not None else {}
        for order in range(len(self.entries), len(parsed.instructions)):
            instruction = parsed.instructions[order]
            keyword = instruction.keyword
            if keyword == "FROM":
                if len(self.stages) >= MOST_STAGES:
                    self.too_many = instruction
                    break
                stage = self._stage(instruction, order)
                counts = {}
            counts[keyword] = counts.get(keyword, 0) + 1
            key = f"{stage.key} {keyword} {counts[keyword]}" if stage else f"{keyword} {counts[keyword]}"
            entry = Entry(instruction, order, stage, counts[keyword], key)
            self.entries.append(entry)
            if stage is not None:
                stage.entries.append(entry)
                if keyword == "SHELL":
                    stage.shells.append(entry)
            if keyword in ("ARG", "ENV"):
                self._define(entry)

    def _take_over(self, earlier: Layout, kept: int) -> Stage | None:
        """Begin with the first instructions of another layout; returns the stage in which it goes on, if there is one.

        What stands before all stages is read anew.
        """
        last = earlier.entries[kept - 1].stage if len(earlier.entries) >= kept else None
        if last is None:
            return None
        stage = Stage(last.index, last.key, last.image, last.alias, last.base, last.words)
        stage.parts = last.parts
        for one in (*earlier.stages[: last.index], stage):
            self._key(one.alias, one.index)
            self._add(one)
        self._global = earlier._global  # they all stand before the first FROM
        for entry in last.entries:
            if entry.order < kept:
                stage.entries.append(Entry(entry.instruction, entry.order, stage, entry.number, entry.key))
        self.entries = [*earlier.entries[: last.entries[0].order], *stage.entries]
        stage.shells = [entry for entry in stage.entries if entry.instruction.keyword == "SHELL"]
        stage.environment = _before(last.environment, kept)
        stage.arguments = _before(last.arguments, kept)
        return stage

    def _add(self, stage: Stage) -> Stage:
        self.stages.append(stage)
        if stage.alias is not None:
            self._names[stage.alias.plain.lower()] = stage
        return stage

    def _key(self, alias: Word | None, index: int) -> str:
        """Return the key of the next stage, which none has twice."""
        key = f"stage {alias.plain if alias else index}"
        if key in self._keys:
            self._keys[key] += 1
            key = f"{key} ({self._keys[key]})"
        self._keys[key] = 1
        return key

    def _stage(self, instruction: Instruction, order: int) -> Stage:
        used: list[str] = []
        words = self.reader(instruction, None, order, used).words(instruction.rest, instruction.rest_end)
        alias = words[2] if len(words) > 2 and words[1].plain.lower() == "as" else None
        index = len(self.stages)
        base = self._names.get(words[0].plain.lower()) if words and words[0].known is not None else None
        image = words[0] if words else Word((), instruction.places, instruction.rest, instruction.rest_end)
        return self._add(Stage(index, self._key(alias, index), image, alias, base, (words, used)))

    def stage_named(self, name: str, before: int) -> Stage | None:
        """Return the stage of a name or number among those before the stage with index `before`."""
        if name.isascii() and name.isdigit() and len(name) < 6:
            return self.stages[int(name)] if int(name) < min(before, len(self.stages)) else None
        lowered = name.lower()
        for stage in reversed(self.stages[:before]):
            if stage.alias is not None and stage.alias.plain.lower() == lowered:
                return stage
        return None

    def names_a_stage(self, name: str, before: int, numbers: bool) -> bool | None:
        """Return True for an earlier stage, False for a number or a name that only comes later, None for no stage."""
        if not name.isdigit() or numbers:
            if self.stage_named(name, before) is not None:
                return True
            if name.isdigit() or self.stage_named(name, len(self.stages)) is not None:
                return False
        return None

    def reader(
        self, instruction: Instruction, stage: Stage | None, order: int, used: list[str] | None = None
    ) -> WordReader:
        """Return a reader of an instruction's words; the ledger names of the variables it meets go to `used`."""

        def lookup(name: str) -> Given:
            given = self.given(name, stage, order)
            if used is not None and given.item:
                used.append(given.item)
            return given

        return WordReader(instruction.text, instruction.places, self.escape, lookup)

    def given(self, name: str, stage: Stage | None, order: int) -> Given:
        """Return a variable as it stands before the instruction with this order."""
        if stage is None:
            found = _last(self._global, name, order)
            if found is None and name in _PLATFORM:
                return _by_builder(name)
            return found or Given(name, "not_given", name, "code", why=f"no ARG {name} stands before the first FROM")
        chain = stage.chain()
        for kind in ("environment", "arguments"):
            for link in chain:
                found = _last(getattr(link, kind), name, order)
                if found is not None:
                    return found
        why = f"{name} is not set in this file; the base image may set it"
        return Given(name, "unknown", name, "code", why=why)

    def pairs(self, instruction: Instruction, reader: WordReader) -> list[Pair]:
        """Return the entries of ENV, ARG or LABEL."""
        ranges = reader.ranges(instruction.rest, instruction.rest_end)
        text = instruction.text
        if ranges and instruction.keyword != "ARG" and "=" not in text[ranges[0][0] : ranges[0][1]]:
            if len(ranges) < 2:
                return []
            key = reader.word(*ranges[0])[0]
            value = reader.word(ranges[1][0], instruction.rest_end)[0]
            return [Pair(key, value, ranges[0][0], instruction.rest_end)]
        found: list[Pair] = []
        for start, end in ranges:
            equals = _equals(text, start, end)
            if equals < 0:
                if instruction.keyword == "ARG":
                    found.append(Pair(reader.word(start, end)[0], None, start, end))
                continue
            found.append(Pair(reader.word(start, equals)[0], reader.word(equals + 1, end)[0], start, end))
        return found

    def _define(self, entry: Entry) -> None:
        instruction, stage = entry.instruction, entry.stage
        if instruction.keyword == "ENV" and stage is None:
            return
        reader = self.reader(instruction, stage, entry.order)
        for pair in self.pairs(instruction, reader):
            name = pair.key.known
            if name is None:
                continue
            if instruction.keyword == "ENV" and stage is not None:
                word = pair.value
                state = "known" if word is not None and word.known is not None else "unknown"
                why = "" if state == "known" else f"ENV {name} is made of something that is not known"
                made = Given(name, state, f"ENV {name}", "code", word=word, why=why, item=entry.key)
                stage.environment.setdefault(name, []).append((entry.order, made))
            else:
                table = self._global if stage is None else stage.arguments
                table.setdefault(name, []).append((entry.order, self._argument(entry, pair, name)))

    def _argument(self, entry: Entry, pair: Pair, name: str) -> Given:
        what = f"ARG {name}"
        if pair.value is not None:
            known = pair.value.known is not None
            why = "" if known else f"the default of ARG {name} is made of something that is not known"
            state = "known" if known else "unknown"
            return Given(name, state, what, "default", word=pair.value, why=why, item=entry.key)
        above = self._global.get(name) if entry.stage is not None else None
        if above:
            given = above[-1][1]
            text = given.word.known if given.word is not None else None
            piece = Piece(text, pair.start, pair.end, False, given, given.why)
            word = Word((piece,), entry.instruction.places, pair.start, pair.end) if given.word is not None else None
            return Given(
                name, given.state, what, given.kind, word=word, span=pair.key.span, why=given.why, item=entry.key
            )
        if name in _PLATFORM:
            return _by_builder(name)
        why = f"ARG {name} has no default; --build-arg {name}=… gives it"
        return Given(name, "not_given", what, "shown_input", span=pair.key.span, why=why, item=entry.key)

    def shell(self, stage: Stage | None, order: int) -> tuple[str, frozenset[str], Entry | None]:
        """Return the shell of the shell form before an instruction, its options, and the SHELL that sets it."""
        link = stage
        while link is not None:
            for entry in reversed(link.shells):
                if entry.order < order and entry.instruction.words:
                    words = [json_word(w, entry.instruction) for w in entry.instruction.words]
                    name = words[0].plain.replace("\\", "/").rsplit("/", 1)[-1].lower().removesuffix(".exe")
                    options = changed_options(frozenset(), words[1:]) if name in SHELLS else frozenset[str]()
                    return name, options, entry
            link = link.base
        if self.escape == "`" or (stage is not None and stage.windows):
            return "cmd", frozenset(), None
        return "sh", frozenset(), None


def _windows(text: str) -> bool:
    return "nanoserver" in text or "servercore" in text or "/windows" in text


def _by_builder(name: str) -> Given:
    return Given(name, "unknown", name, "input", why=f"the builder sets {name} for the platform it builds for")


def _before(table: dict[str, list[tuple[int, Given]]], order: int) -> dict[str, list[tuple[int, Given]]]:
    """Return the variables as they are set by the instructions before one."""
    found = {name: [one for one in settings if one[0] < order] for name, settings in table.items()}
    return {name: settings for name, settings in found.items() if settings}


def _last(table: dict[str, list[tuple[int, Given]]], name: str, order: int) -> Given | None:
    settings = table.get(name)
    if settings is None:
        return None
    at = bisect_left(settings, order, key=_order)
    return settings[at - 1][1] if at else None


def _order(setting: tuple[int, Given]) -> int:
    return setting[0]


def _equals(text: str, start: int, end: int) -> int:
    """Return where the `=` stands that ends a key, which may be quoted; -1 without one."""
    equals = text.find("=", start, end)
    if equals < 0 or (text.find('"', start, equals) < 0 and text.find("'", start, equals) < 0):
        return equals
    quote = ""
    for at in range(start, end):
        character = text[at]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "=":
            return at
    return -1
