"""What is open where a script is being read: groups, pipes, subshells, options; never the text itself."""

from __future__ import annotations

from typing import TypeAlias

from gatepost.languages.shell.simple import Pipe, SimpleCommand
from gatepost.languages.shell.words import Unreadable

DEEPEST = 30

_Outside: TypeAlias = tuple[list[SimpleCommand], list[list[SimpleCommand]], list[SimpleCommand], bool, frozenset[str]]


class Group:
    """One open group: what closes it, and what was open around it.

    `case` is "pattern" or "body" in a `case`, "" in any other group.
    """

    __slots__ = ("before", "case", "closing", "level", "options", "part", "pipe")

    def __init__(self, closing: str, around: Open) -> None:
        self.closing = closing
        self.case = "pattern" if closing == "esac" else ""
        self.level = around.level
        self.pipe = around.pipe
        self.part = around.part
        self.options = around.options
        self.before = around.subshell


class Open:
    """The open groups, and what is read so far of the innermost one.

    `level` has its finished commands, `pipe` the parts of its current pipe, `part` the commands of the current part.
    """

    __slots__ = ("groups", "level", "options", "part", "pipe", "subshell")

    def __init__(self, options: frozenset[str], subshell: bool) -> None:
        self.options = options
        self.subshell = subshell
        self.groups: list[Group] = []
        self.level: list[SimpleCommand] = []
        self.pipe: list[list[SimpleCommand]] = []
        self.part: list[SimpleCommand] = []

    @property
    def in_pattern(self) -> bool:
        """Whether a pattern of a `case` is what comes next."""
        return bool(self.groups) and self.groups[-1].case == "pattern"

    def push(self, closing: str, subshell: bool) -> None:
        """Open a group; raises Unreadable where too many are open."""
        if len(self.groups) >= DEEPEST:
            raise Unreadable("it is nested too deeply")
        self.groups.append(Group(closing, self))
        self.level, self.pipe, self.part = [], [], []
        self.subshell = self.subshell or subshell

    def pop(self) -> None:
        """Close the innermost group: its commands become part of the pipe it stands in."""
        self.separate()
        group = self.groups.pop()
        inner = self.level
        self.level, self.pipe, self.part = group.level, group.pipe, group.part
        self.subshell = group.before
        if group.closing == ")":
            self.options = group.options
        self.part.extend(inner)

    def separate(self) -> None:
        """End the current pipe."""
        if self.pipe:
            self.pipe.append(self.part)
            pipe = Pipe(self.pipe)
            for index, part in enumerate(self.pipe):
                for command in part:
                    command.pipes.append((pipe, index))
                self.level.extend(part)
            self.pipe = []
        else:
            self.level.extend(self.part)
        self.part = []

    def enter_substitution(self) -> _Outside:
        """Begin the commands of a substitution, which are a subshell's; returns what `leave_substitution` takes."""
        outside = (self.level, self.pipe, self.part, self.subshell, self.options)
        self.level, self.pipe, self.part = [], [], []
        self.subshell = True
        return outside

    def leave_substitution(self, outside: _Outside) -> None:
        """Go on where the substitution stands."""
        self.level, self.pipe, self.part, self.subshell, self.options = outside
