"""Regular expressions in the notation of Go's regexp/syntax, as a tree; never matched here.

Facts: https://pkg.go.dev/regexp/syntax.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from gatepost.languages.terraform.conversions import Fails, NotComputed
from gatepost.languages.terraform.functions.re2_classes import (
    ANY_CHARACTER,
    ANY_IN_LINE,
    PERL,
    POSIX,
    Class,
    folded,
    negated,
    unicode_class,
)

# ("set", Class), ("assert", kind), ("group", number, tree), ("cat", trees), ("or", trees),
# ("repeat", tree, least, most or -1, is lazy)
Tree: TypeAlias = tuple[Any, ...]
MOST_REPEATS = 1000
DEEPEST = 60
_REPEAT = re.compile(r"\{(\d{1,7})(?:(,)(\d{1,7})?)?\}", re.ASCII)
_FLAGS = re.compile(r"\?([imsU]*)(?:-([imsU]+))?([:)])")
_NAME = re.compile(r"\?P?<([^>]*)>")
_CONTROL = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}


class Parsed:
    """A pattern: its tree, how many groups it has, and their names by number."""

    __slots__ = ("folds", "groups", "names", "tree")

    def __init__(self, pattern: str) -> None:
        reader = _Reader(pattern)
        self.tree: Tree = reader.alternatives(0)
        if reader.at < len(pattern):
            raise _bad("a ) closes nothing")
        self.groups = reader.groups
        self.names = reader.names
        self.folds = reader.folds


def _bad(why: str) -> Fails:
    return Fails(f"the pattern is no regular expression: {why}")


class _Reader:
    __slots__ = ("at", "flags", "folds", "groups", "names", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.groups = 0
        self.names: dict[int, str] = {}
        self.flags: frozenset[str] = frozenset()
        self.folds = False

    def alternatives(self, depth: int) -> Tree:
        """Read up to a closing bracket or the end."""
        if depth > DEEPEST:
            raise NotComputed("a pattern that nests so deep")
        before = self.flags
        branches: list[Tree] = []
        items: list[Tree] = []
        repeated = True  # nothing yet that could be repeated
        stacked = False
        pattern, size = self.pattern, len(self.pattern)
        while self.at < size:
            character = pattern[self.at]
            if character == ")":
                break
            if character == "|":
                self.at += 1
                branches.append(("cat", items))
                items, repeated, stacked = [], True, False
                continue
            repeat = self.repeat(character)
            if repeat is not None:
                if repeated:
                    raise _bad("there is nothing before a repetition")
                if stacked:
                    raise _bad("a repetition is repeated")
                least, most, lazy = repeat
                items[-1] = ("repeat", items[-1], least, most, lazy)
                stacked = True
                continue
            item = self.item(character, depth)
            stacked = False
            if item is not None:
                items.append(item)
                repeated = False
            else:
                repeated = True
        branches.append(("cat", items))
        self.flags = before
        return branches[0] if len(branches) == 1 else ("or", branches)

    def repeat(self, character: str) -> tuple[int, int, bool] | None:
        """Read a repetition, None where none stands."""
        if character in "*+?":
            least, most = (0, -1) if character == "*" else (1, -1) if character == "+" else (0, 1)
            self.at += 1
        elif character == "{" and (match := _REPEAT.match(self.pattern, self.at)):
            least = int(match[1])
            most = least if not match[2] else int(match[3]) if match[3] else -1
            if max(least, most) > MOST_REPEATS or (most >= 0 and least > most):
                raise _bad("a number of repetitions is too large")
            self.at = match.end()
        else:
            return None
        lazy = self.pattern.startswith("?", self.at)
        self.at += lazy
        return least, most, lazy != ("U" in self.flags)

    def item(self, character: str, depth: int) -> Tree | None:
        """Read one item; None for what only sets flags."""
        if character == "(":
            return self.group(depth)
        self.at += 1
        if character == "[":
            return ("set", self.bracket())
        if character == ".":
            return ("set", ANY_CHARACTER if "s" in self.flags else ANY_IN_LINE)
        if character == "^":
            return ("assert", "line start" if "m" in self.flags else "start")
        if character == "$":
            return ("assert", "line end" if "m" in self.flags else "end")
        if character == "\\":
            return self.escape()
        return self.literal(ord(character))

    def literal(self, code: int) -> Tree:
        one = Class(((code, code),))
        return ("set", self.fold(one))

    def fold(self, one: Class) -> Class:
        if "i" not in self.flags:
            return one
        self.folds = True
        return folded(one)

    def group(self, depth: int) -> Tree | None:
        pattern = self.pattern
        self.at += 1
        number = 0
        before = self.flags
        if pattern.startswith("?", self.at):
            name = _NAME.match(pattern, self.at)
            flags = _FLAGS.match(pattern, self.at)
            if name is not None:
                if not re.fullmatch(r"\w+", name[1], re.ASCII):
                    raise _bad("the name of a group is not one")
                if name[1] in self.names.values():
                    raise NotComputed("a pattern with two groups of one name")
                self.groups += 1
                number = self.groups
                self.names[number] = name[1]
                self.at = name.end()
            elif flags is not None and flags[0] != "?)":
                self.flags = before.union(flags[1]).difference(flags[2] or "")
                self.at = flags.end()
                if flags[3] == ")":
                    return None
            else:
                raise _bad("what follows (? is not known")
        else:
            self.groups += 1
            number = self.groups
        tree = self.alternatives(depth + 1)
        if not pattern.startswith(")", self.at):
            raise _bad("a ( is not closed")
        self.at += 1
        self.flags = before
        return ("group", number, tree) if number else ("cat", [tree])

    def escape(self) -> Tree:
        """Read what follows a backslash, outside brackets."""
        pattern = self.pattern
        letter = pattern[self.at : self.at + 1]
        kinds = {"A": "start", "z": "end", "b": "boundary", "B": "no boundary"}
        if letter in kinds and letter:
            self.at += 1
            return ("assert", kinds[letter])
        if letter == "Q":
            end = pattern.find("\\E", self.at)
            text = pattern[self.at + 1 : end if end >= 0 else None]
            self.at = end + 2 if end >= 0 else len(pattern)
            return ("cat", [self.literal(ord(character)) for character in text])
        named = self.named_class()
        return ("set", self.fold(named)) if named is not None else self.literal(self.code())

    def named_class(self) -> Class | None:
        r"""Read \d, \pL and the like behind the backslash; None for other escapes."""
        pattern, letter = self.pattern, self.pattern[self.at : self.at + 1]
        if letter in PERL:
            self.at += 1
            return PERL[letter]
        if letter not in ("p", "P"):
            return None
        if pattern.startswith("{", self.at + 1):
            end = pattern.find("}", self.at)
            if end < 0:
                raise _bad("a { is not closed")
            name = pattern[self.at + 2 : end]
            self.at = end + 1
        else:
            name = pattern[self.at + 1 : self.at + 2]
            self.at += 2
        inverse = letter == "P"
        if name.startswith("^"):
            name, inverse = name[1:], not inverse
        found = unicode_class(name)
        return negated(found) if inverse else found

    def code(self) -> int:
        """Read the character that an escape stands for."""
        pattern = self.pattern
        letter = pattern[self.at : self.at + 1]
        self.at += 1
        octal = re.compile(r"0[0-7]{0,2}|[1-7][0-7]{1,2}").match(pattern, self.at - 1)
        if octal is not None:
            self.at = octal.end()
            return int(octal[0], 8)
        if letter == "x":
            digits = re.compile(r"\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2})").match(pattern, self.at)
            code = int(digits[1] or digits[2], 16) if digits is not None and len(digits[0]) < 12 else 0x110000
            if digits is None or code > 0x10FFFF:
                raise _bad("an escape is not one")
            self.at = digits.end()
            return code
        if letter in _CONTROL and letter:
            return _CONTROL[letter]
        if letter and letter.isascii() and not letter.isalnum():
            return ord(letter)
        raise _bad("an escape is not one")

    def bracket(self) -> Class:
        """Read a class in brackets, behind the opening one."""
        pattern = self.pattern
        inverse = pattern.startswith("^", self.at)
        self.at += inverse
        ranges: list[tuple[int, int]] = []
        others: list[Class] = []
        first = True
        while first or not pattern.startswith("]", self.at):
            if self.at >= len(pattern):
                raise _bad("a [ is not closed")
            first = False
            if pattern.startswith("[:", self.at) and (end := pattern.find(":]", self.at + 2)) >= 0:
                name = pattern[self.at + 2 : end]
                found = POSIX.get(name.removeprefix("^"))
                if found is None:
                    raise _bad("a class has a name that is not known")
                others.append(negated(found) if name.startswith("^") else found)
                self.at = end + 2
                continue
            if pattern.startswith("\\", self.at):
                self.at += 1
                named = self.named_class()
                if named is not None:
                    others.append(named)
                    continue
                self.at -= 1
            ranges.append(self.range())
        self.at += 1
        made = self.fold(Class(tuple(ranges), tuple(others)))
        return negated(made) if inverse else made

    def range(self) -> tuple[int, int]:
        low = high = self.single()
        pattern = self.pattern
        if pattern.startswith("-", self.at) and self.at + 1 < len(pattern) and pattern[self.at + 1] != "]":
            self.at += 1
            high = self.single()
            if high < low:
                raise _bad("a range is the wrong way round")
        return low, high

    def single(self) -> int:
        pattern = self.pattern
        if self.at >= len(pattern):
            raise _bad("a [ is not closed")
        character = pattern[self.at]
        self.at += 1
        return self.code() if character == "\\" else ord(character)
