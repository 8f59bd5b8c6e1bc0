"""Dockerfile text → instructions with exact places, as BuildKit's parser reads them; never what they mean."""

from __future__ import annotations

import re

from gatepost.languages.dockerfile.exec_form import JsonWord, read_json_words
from gatepost.languages.shell.places import Places
from gatepost.model.places import Source
from gatepost.model.records import NamedTuple
from gatepost.model.regexes import regex

KEYWORDS = (
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
    "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
)  # fmt: skip
_KNOWN = frozenset(KEYWORDS)
_JSON = frozenset(("ADD", "COPY", "VOLUME", "SHELL", "CMD", "RUN", "ENTRYPOINT", "HEALTHCHECK"))
_HEREDOC_IN = frozenset(("ADD", "COPY", "RUN"))
MOST_INSTRUCTIONS = 20_000

_DIRECTIVE = re.compile(r"#[ \t]*([A-Za-z][A-Za-z0-9]*)[ \t]*=[ \t]*([^\r\n]*)")
_KEYWORD = re.compile(r"([^\t\v\f\r ]+)[\t\v\f\r ]*")
_FLAG = re.compile(r"--(?:\\.|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[^\s\"'\\])+")
_FLAG_NAME = re.compile(r"--([^=\"'\\]+)(=?)")
_LOOSE_WORD = regex(r"(?:\"(?:\\.|[^\"\\])*\"|'[^']*'|\\.|[^\s\"'\\])+|\S+")
_HEREDOC = regex(r"\d*<<(-?)([^<]+)\Z")
_UNQUOTE = regex(r"\\(.)|[\"']", re.S)


class Flag(NamedTuple):
    """`--name=value`: offsets are into the instruction's text; `value_start` is -1 where there is no value."""

    name: str
    start: int
    end: int
    value_start: int


class Heredoc(NamedTuple):
    """A here-document: its body's file offsets, and whether its name was quoted; `strip` for `<<-`."""

    name: str
    start: int
    end: int
    quoted: bool
    strip: bool


class Comment(NamedTuple):
    """A comment's file offsets, from its `#` to the end of its line; `inside` an instruction's continuation."""

    start: int
    end: int
    inside: bool


class Fault(NamedTuple):
    """What could not be read at two file offsets, and what to do."""

    start: int
    end: int
    what: str
    hint: str


class Instruction:
    """One instruction. `text` is all of it with continuations joined; `places` map it to the file.

    `rest` to `rest_end` are the arguments behind the flags. `start` and `end` are file offsets, the end without the
    line break, and `after` is where the line begins with which the parser went on. `words` are set for the exec form.
    `trigger` is the instruction inside ONBUILD.
    """

    __slots__ = (
        "after", "comments", "end", "flags", "heredocs", "keyword", "keyword_end", "keyword_start", "places", "rest",
        "rest_end", "start", "text", "trigger", "words",
    )  # fmt: skip

    def __init__(self, keyword: str, start: int, end: int, text: str, places: Places) -> None:
        self.keyword = keyword
        self.keyword_start = start
        self.keyword_end = end
        self.text = text
        self.places = places
        self.start = places.at(start)
        self.end = self.after = self.start
        self.rest = self.rest_end = end
        self.flags: tuple[Flag, ...] = ()
        self.heredocs: tuple[Heredoc, ...] = ()
        self.words: tuple[JsonWord, ...] | None = None
        self.trigger: Instruction | None = None
        self.comments: tuple[Comment, ...] = ()

    @property
    def arguments(self) -> str:
        """The arguments behind the flags, joined."""
        return self.text[self.rest : self.rest_end]


class Parsed:
    """A whole file: its instructions, comments, directives (name → value) and faults."""

    __slots__ = ("comments", "directives", "escape", "faults", "instructions")

    def __init__(self) -> None:
        self.instructions: list[Instruction] = []
        self.comments: list[Comment] = []
        self.directives: dict[str, tuple[str, int, int]] = {}
        self.escape = "\\"
        self.faults: list[Fault] = []


def parse(source: Source) -> Parsed:
    """Read a Dockerfile; what cannot be read becomes a fault and the rest goes on."""
    return Parser(source, Parsed(), 1 if source.text[:1] == "\ufeff" else 0).parse()


class Parser:
    """Reads a file from `at` on into `parsed`.

    Between two steps it knows nothing but where it is and the escape character, so that it can go on anywhere where
    it, or another one, once stood.
    """

    def __init__(self, source: Source, parsed: Parsed, at: int) -> None:
        self.source = source
        self.text = source.text
        self.parsed = parsed
        self.at = at

    def parse(self) -> Parsed:
        """Read all of the file."""
        parsed, size = self.parsed, len(self.text)
        self._directives()
        while self.at < size:
            self.step()
            if len(parsed.instructions) >= MOST_INSTRUCTIONS:
                what = f"the file has more than {MOST_INSTRUCTIONS} instructions"
                parsed.faults.append(Fault(self.at, self.at, what, "split the file; the rest is not read"))
                break
        if not parsed.instructions and not parsed.faults:
            parsed.faults.append(Fault(0, 0, "the file has no instructions", "begin with FROM and an image"))
        return parsed

    def step(self) -> None:
        """Read a blank line, a comment or an instruction."""
        text = self.text
        start, end, after = self._line()
        stripped = start
        while stripped < end and text[stripped].isspace():
            stripped += 1
        if stripped == end:
            self.at = after
        elif text[stripped] == "#":
            self.parsed.comments.append(Comment(stripped, end, False))
            self.at = after
        else:
            self._instruction(stripped, end, after)

    def _line(self) -> tuple[int, int, int]:
        """Return where the line at `at` begins, where its text ends, and where the next line begins."""
        start = self.at
        end = self.text.find("\n", start)
        after = end + 1
        if end < 0:
            end = after = len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return start, end, after

    def _directives(self) -> None:
        parsed = self.parsed
        while self.at < len(self.text):
            start, end, after = self._line()
            line = self.text[start:end]
            begin = start + len(line) - len(line.lstrip())
            found = _DIRECTIVE.match(self.text, begin, end)
            if not found:
                return
            name, value = found[1].lower(), found[2].rstrip()
            if name not in ("syntax", "escape", "check") or not value:
                return
            place = (found.start(2), found.start(2) + len(value))
            parsed.comments.append(Comment(begin, end, False))
            self.at = after
            if name in parsed.directives:
                parsed.faults.append(Fault(*place, f"the directive {name} is written twice", "keep one of them"))
                continue
            parsed.directives[name] = (value, *place)
            if name == "escape":
                if value in ("\\", "`"):
                    parsed.escape = value
                else:
                    parsed.faults.append(Fault(*place, "the escape character must be \\ or `", "write # escape=`"))

    def _continues(self, start: int, end: int) -> int:
        """Return where the continuation character stands with which a line ends, or -1."""
        text, escape = self.text, self.parsed.escape
        last = end - 1
        while last >= start and text[last] in " \t":
            last -= 1
        # Two in a row are an escaped one and continue nothing, as in BuildKit.
        if last >= start and text[last] == escape and (last == start or text[last - 1] != escape):
            return last
        return -1

    def _instruction(self, start: int, end: int, after: int) -> None:
        text = self.text
        stop = self._continues(start, end)
        comments: list[Comment] = []
        if stop < 0:
            joined, places = text[start:end], Places(self.source, (0,), (start,))
            last, self.at = end, after
        else:
            joined, places, last = self._join(start, stop, after, comments)
        if not joined.strip():
            return
        built = self._build(joined, places)
        if built is None:
            return
        built.end = last
        built.comments = tuple(comments)
        inner = built.trigger or built
        if inner.keyword in _HEREDOC_IN and inner.words is None and "<<" in inner.arguments:
            if not self._heredocs(inner, built):
                return
            built.heredocs = built.heredocs or inner.heredocs
        built.after = self.at
        self.parsed.instructions.append(built)

    def _join(self, start: int, stop: int, after: int, comments: list[Comment]) -> tuple[str, Places, int]:
        """Join the lines of a continuation; returns the text, its places and where it ends; moves `at` behind it."""
        text = self.text
        parts, starts, offsets, length = [text[start:stop]], [0], [start], stop - start
        last, self.at = stop + 1, after
        while self.at < len(text):
            begin, end, after = self._line()
            content = begin
            while content < end and text[content].isspace():
                content += 1
            self.at = after
            if content == end:
                continue
            if text[content] == "#":
                comments.append(Comment(content, end, True))
                self.parsed.comments.append(comments[-1])
                continue
            stop = self._continues(begin, end)
            part = text[begin : end if stop < 0 else stop]
            if part:
                starts.append(length)
                offsets.append(begin)
                parts.append(part)
                length += len(part)
            last = end if stop < 0 else stop + 1
            if stop < 0:
                break
        return "".join(parts), Places(self.source, starts, offsets), last

    def _build(self, text: str, places: Places, begin: int = 0) -> Instruction | None:
        """Return the instruction that begins at `begin` of a joined text, or note a fault."""
        while text[begin].isspace():
            begin += 1
        found = _KEYWORD.match(text, begin)
        if not found:
            return None
        keyword = found[1].upper()
        end = len(text.rstrip())
        made = Instruction(keyword, begin, found.end(1), text, places)
        made.rest, made.rest_end = found.end(), max(end, found.end())
        if keyword not in _KNOWN:
            what = f"{_shown(found[1])} is no instruction"
            self._fault(made, begin, found.end(1), what, nearest_hint(keyword))
            return None
        self._flags(made)
        if made.rest >= made.rest_end:
            self._fault(made, begin, found.end(1), f"{keyword} has no arguments", f"write what {keyword} is to do")
            return None
        if keyword == "ONBUILD":
            made.trigger = self._build(text, places, made.rest)
            return made if made.trigger else None
        if keyword in _JSON and not self._json(made):
            return None
        return made

    def _fault(self, made: Instruction, start: int, end: int, what: str, hint: str) -> None:
        span = made.places.span(start, end)
        self.parsed.faults.append(Fault(span.start, span.end, what, hint))

    def _flags(self, made: Instruction) -> None:
        text, at = made.text, made.rest
        flags: list[Flag] = []
        while text.startswith("--", at):
            found = _FLAG.match(text, at, made.rest_end)
            if not found or (found.end() < made.rest_end and not text[found.end()].isspace()):
                break
            name = _FLAG_NAME.match(text, at, found.end())
            if name:
                flags.append(Flag(name[1], at, found.end(), name.end() if name[2] else -1))
            at = found.end()
            while at < made.rest_end and text[at].isspace():
                at += 1
        made.flags, made.rest = tuple(flags), at

    def _json(self, made: Instruction) -> bool:
        """Read the exec form; returns False, with a fault, when it is one with something else than strings."""
        start = made.rest
        if made.keyword == "HEALTHCHECK":
            found = re.compile(r"CMD[ \t]+(?=\[)", re.I).match(made.text, start, made.rest_end)
            if not found:
                return True
            start = found.end()
        if made.text[start] != "[":
            return True
        words = read_json_words(made.text, start, made.rest_end)
        if words is None:
            return True
        if words and words[-1].start < 0:
            what = f"{made.keyword} has something else than text in its list"
            self._fault(made, start, made.rest_end, what, "quote every element")
            return False
        made.words = tuple(words)
        return True

    def _heredocs(self, inner: Instruction, outer: Instruction) -> bool:
        found: list[Heredoc] = []
        for word in _LOOSE_WORD.finditer(inner.text, inner.rest, inner.rest_end):
            match = _HEREDOC.match(word[0]) if "<<" in word[0] else None
            if not match:
                continue
            name = _UNQUOTE.sub(lambda m: m[1] or "", match[2])
            if not name:
                continue
            start, strip = self.at, bool(match[1])
            while True:
                if self.at >= len(self.text):
                    what = f"the here-document {_shown(name)} is not closed"
                    self._fault(inner, word.start(), word.end(), what, "write its name on a line of its own at its end")
                    return False
                begin, end, after = self._line()
                self.at = after
                line = self.text[begin:end]
                if (line.lstrip("\t") if strip else line) == name:
                    found.append(Heredoc(name, start, begin, name != match[2], strip))
                    outer.end = end
                    break
        inner.heredocs = tuple(found)
        return True


def nearest_hint(keyword: str) -> str:
    """Return what an unknown keyword was probably meant to be."""
    from difflib import get_close_matches

    near = get_close_matches(keyword[:20], KEYWORDS, 1)
    if near:
        return f"did you mean {near[0]}?"
    return "an instruction begins with a keyword such as RUN; does a continuation end too early above?"


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
