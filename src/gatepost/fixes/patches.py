"""Reads unified diffs and puts them into texts in memory; never judges what they bring.

The format is that of POSIX `diff -u` with git's extended headers ("git help diff", "Generating patch text with -p").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

from gatepost.model.records import NamedTuple

MOST_BYTES = 16 * 1024 * 1024
MOST_FILES = 3_000
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(r"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {"n": 10, "t": 9, "r": 13, "a": 7, "b": 8, "f": 12, "v": 11, '"': 34, "\\": 92}
_NO_NEWLINE = "\\"

Kind: TypeAlias = Literal["malformed", "does_not_apply"]
# Gives the text of a file by its path, None where there is none.
ReadText: TypeAlias = Callable[[str], "str | None"]


class PatchError(Exception):
    """A patch that cannot be read or put in; `line` is 1-based in the patch."""

    def __init__(self, kind: Kind, what: str, line: int, path: str = "") -> None:
        super().__init__(what)
        self.kind: Kind = kind
        self.what = what
        self.line = line
        self.path = path


class Hunk(NamedTuple):
    """Lines that follow each other: `old` have to be there, `new` come in their place; both with their line ends.

    `start` is the 1-based line of the first old one as the patch says (the line before it where `old` is empty);
    `line` is where the hunk stands in the patch.
    """

    start: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    line: int


class FilePatch(NamedTuple):
    """What a patch does to one file: `before` or `after` is None for a file that is made or removed."""

    before: str | None
    after: str | None
    hunks: tuple[Hunk, ...]
    line: int


def read_patch(text: str) -> tuple[FilePatch, ...]:
    """Return the files of a patch in its order. Raises `PatchError` of the kind "malformed"."""
    if len(text) > MOST_BYTES:
        raise PatchError("malformed", f"the patch is larger than {MOST_BYTES >> 20} MB", 1)
    files = tuple(_Reader(text).files())
    if not files:
        raise PatchError("malformed", "this is no unified diff: there is no line that begins with ---", 1)
    seen: set[str] = set()
    for file in files:
        for path in {file.before, file.after} - {None}:
            if path in seen:
                raise PatchError("malformed", f"the patch has {path} twice", file.line, str(path))
            seen.add(str(path))
    return files


def apply_patch(files: tuple[FilePatch, ...], read: ReadText) -> dict[str, str | None]:
    """Return the texts that a patch makes, by path; None for a file that it removes.

    A hunk may stand elsewhere than it says, as long as there is one such place only. Raises `PatchError` of the kind
    "does_not_apply".
    """
    made: dict[str, str | None] = {}
    for file in files:
        if file.before is None:
            text = ""
            if file.after is not None and read(file.after) is not None:
                raise PatchError("does_not_apply", f"{file.after} is there already", file.line, file.after)
        else:
            found = read(file.before)
            if found is None:
                raise PatchError("does_not_apply", f"{file.before} is not there", file.line, file.before)
            text = found
        changed = _with_hunks(text, file)
        if file.before is not None and file.before != file.after:
            made[file.before] = None
        if file.after is None and changed:
            what = f"{file.before} has more lines than the patch removes"
            raise PatchError("does_not_apply", what, file.line, file.before or "")
        if file.after is not None:
            made[file.after] = changed
    return made


class _Reader:
    """The lines of a patch and how far they are read."""

    def __init__(self, text: str) -> None:
        # A patch for a file with other line ends than \n holds them inside its lines.
        self.lines = text.split("\n")
        if self.lines[-1] == "":
            self.lines.pop()
        self.at = 0

    def files(self) -> Iterator[FilePatch]:
        count = 0
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.startswith("diff --git "):
                file = self._git_file()
            elif line.startswith("--- ") and self._follows("+++ "):
                file = self._file(self.at + 1, None, None)
            else:
                self.at += 1
                continue
            count += 1
            if count > MOST_FILES:
                raise PatchError("malformed", f"the patch is about more than {MOST_FILES:,} files", self.at + 1)
            yield file

    def _follows(self, start: str) -> bool:
        return self.at + 1 < len(self.lines) and self.lines[self.at + 1].startswith(start)

    def _git_file(self) -> FilePatch:
        """Read one file of git's form, whose headers tell what `---` and `+++` leave out."""
        begin = self.at + 1
        named = _both(self.lines[self.at][len("diff --git ") :])
        self.at += 1
        made = removed = False
        renamed: dict[str, str] = {}
        while self.at < len(self.lines) and not self.lines[self.at].startswith(("diff --git ", "@@ ")):
            line = self.lines[self.at]
            if line.startswith("--- ") and self._follows("+++ "):
                return self._file(begin, renamed.get("from"), renamed.get("to"))
            if line.startswith(("GIT binary patch", "Binary files ")):
                raise PatchError("malformed", "the patch has a binary file, which cannot be judged", self.at + 1)
            made |= line.startswith("new file mode")
            removed |= line.startswith("deleted file mode")
            if re.match(r"(?:new|old|new file|deleted file) mode 1[26]0000|index .* 1[26]0000$", line):
                raise PatchError(
                    "malformed", "the patch has a link or a submodule, which cannot be judged", self.at + 1
                )
            match = re.match(r"(?:rename|copy) (from|to) (.*)", line)
            if match:
                if line.startswith("copy"):
                    raise PatchError("malformed", "the patch copies a file; write the new one whole", self.at + 1)
                renamed[match[1]] = _unquoted(match[2], self.at + 1)
            self.at += 1
        if {"from", "to"} <= renamed.keys():
            return FilePatch(_safe(renamed["from"], begin), _safe(renamed["to"], begin), (), begin)
        if named is None:
            raise PatchError("malformed", "it is not clear which file this part is about", begin)
        path = _safe(named, begin)
        return FilePatch(None if made else path, None if removed else path, (), begin)

    def _file(self, begin: int, before: str | None, after: str | None) -> FilePatch:
        old = _name(self.lines[self.at][4:], self.at + 1)
        new = _name(self.lines[self.at + 1][4:], self.at + 2)
        if (old is None or old.startswith("a/")) and (new is None or new.startswith("b/")):
            old, new = old and old[2:], new and new[2:]
        elif old and new and old != new and before is None:
            # diff -u ORIGINAL MENDED: the file that is mended is the one that is there.
            new = old
        if old is None and new is None:
            raise PatchError("malformed", "the patch names no file", begin)
        old = None if old is None else _safe(before or old, begin)
        new = None if new is None else _safe(after or new, begin)
        self.at += 2
        return FilePatch(old, new, tuple(self._hunks()), begin)

    def _hunks(self) -> Iterator[Hunk]:
        while self.at < len(self.lines) and (match := _HUNK.match(self.lines[self.at])):
            begin = self.at + 1
            self.at += 1
            want_old, want_new = (1 if match[group] is None else int(match[group]) for group in (2, 4))
            old: list[str] = []
            new: list[str] = []
            while len(old) < want_old or len(new) < want_new:
                self._hunk_line(old, new, begin)
            if (len(old), len(new)) != (want_old, want_new):
                raise PatchError("malformed", "a hunk has more lines than its header says", begin)
            self._no_newline(old, new)
            yield Hunk(int(match[1]), tuple(old), tuple(new), begin)

    def _hunk_line(self, old: list[str], new: list[str], begin: int) -> None:
        if self.at >= len(self.lines):
            raise PatchError("malformed", "a hunk ends before it has the lines that its header says", begin)
        # Editors strip the blank of a context line that is empty.
        line = self.lines[self.at] or " "
        sign, text = line[0], line[1:] + "\n"
        if sign == _NO_NEWLINE:
            self._no_newline(old, new)
            return
        if sign not in " -+":
            raise PatchError("malformed", "a line of a hunk begins with none of blank, - and +", self.at + 1)
        if sign in " -":
            old.append(text)
        if sign in " +":
            new.append(text)
        self.at += 1

    def _no_newline(self, old: list[str], new: list[str]) -> None:
        """Take the remark that the line above has no line end."""
        if self.at >= len(self.lines) or not self.lines[self.at].startswith(_NO_NEWLINE):
            return
        sign = self.lines[self.at - 1][:1]
        if sign in (" ", "-", "") and old:
            old[-1] = old[-1].removesuffix("\n")
        if sign in (" ", "+", "") and new:
            new[-1] = new[-1].removesuffix("\n")
        self.at += 1


def _both(text: str) -> str | None:
    """Return the path in `a/PATH b/PATH` of a git header, None where the two differ."""
    half = (len(text) - 1) // 2
    first, second = text[:half], text[half + 1 :]
    if first.startswith('"'):
        first, second = _unquoted(first, 0), _unquoted(second, 0)
    if first.startswith("a/") and second.startswith("b/") and first[2:] == second[2:]:
        return first[2:]
    return first if first == second else None


def _name(text: str, line: int) -> str | None:
    """Return the path behind `---` or `+++`, None for /dev/null; what follows a tab is a time."""
    name = _unquoted(text, line) if text.startswith('"') else text.partition("\t")[0].rstrip("\r")
    return None if name == "/dev/null" else name


def _unquoted(text: str, line: int) -> str:
    """Return a path that git has put in quotes: bytes that are not plain ASCII are written as octal numbers."""
    text = text.rstrip("\r")
    if not text.startswith('"'):
        return text
    end = re.match(r'"((?:[^"\\]|\\.)*)"', text)
    if end is None:
        raise PatchError("malformed", "a quoted path does not end", line)

    def byte(match: re.Match[str]) -> str:
        value = _LETTERS.get(match[1], ord(match[1][0]) & 0xFF) if len(match[1]) == 1 else int(match[1], 8) & 0xFF
        return bytes((value,)).decode("utf-8", "surrogateescape")

    raw = _ESCAPE.sub(byte, end[1])
    return raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _safe(path: str, line: int) -> str:
    """Return a path that stays below the folder it is relative to."""
    parts = path.removeprefix("./").split("/")
    if path.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", path) or "\0" in path:
        raise PatchError("malformed", "a path of the patch is not relative", line, path)
    if not path or ".." in parts or ".git" in (part.lower() for part in parts):
        raise PatchError("malformed", "a path of the patch leads out of the folder", line, path)
    return "/".join(part for part in parts if part not in ("", "."))


def _with_hunks(text: str, file: FilePatch) -> str:
    """Return a text after the hunks of its file."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    windows = 0 < text.count("\n") == text.count("\r\n")
    out: list[str] = []
    done = 0
    for hunk in file.hunks:
        old, new = "".join(hunk.old), "".join(hunk.new)
        if windows and "\r" not in old + new:
            old, new = old.replace("\n", "\r\n"), new.replace("\n", "\r\n")
        at = _place(text, old, hunk, starts, done, file.before or file.after or "")
        out += (text[done:at], new)
        done = at + len(old)
    return "".join((*out, text[done:]))


def _place(text: str, old: str, hunk: Hunk, starts: list[int], done: int, path: str) -> int:
    """Return the offset at which the old lines of a hunk stand, not before `done`."""
    said = hunk.start - 1 if old else hunk.start
    told = starts[said] if 0 <= said < len(starts) else -1
    if not old:
        if told < done:
            raise PatchError("does_not_apply", f"{path} has no line {said}", hunk.line, path)
        return told
    if told >= done and text.startswith(old, told) and _is_whole(text, old, told):
        return told
    places = list(_found(text, old, done))
    if len(places) == 1:
        return places[0]
    if places:
        what = f"the lines of this hunk stand at several places of {path}, and not at line {hunk.start} as it says"
    else:
        what = f"{path} does not have the lines that this hunk wants at line {hunk.start}"
    raise PatchError("does_not_apply", what, hunk.line, path)


def _found(text: str, old: str, done: int) -> Iterator[int]:
    """Yield the first two offsets from `done` on at which old lines stand."""
    if not old.endswith("\n"):
        at = len(text) - len(old)
        if at >= done and text.endswith(old) and (at == 0 or text[at - 1] == "\n"):
            yield at
        return
    above = "\n" + text[done:]  # a line end in front, so that only whole lines are found
    at = above.find("\n" + old)
    if at >= 0:
        yield done + at
        at = above.find("\n" + old, at + 1)
        if at >= 0:
            yield done + at


def _is_whole(text: str, old: str, at: int) -> bool:
    """Whether old lines end where a line of the text does."""
    return old.endswith("\n") or at + len(old) == len(text)
