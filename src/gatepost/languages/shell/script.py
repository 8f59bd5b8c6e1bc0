"""Shell text → the simple commands in it, with their pipes, subshells and options; never what a command does."""

from __future__ import annotations

import re
from collections.abc import Callable

from gatepost.languages.shell.here_documents import HereDocuments
from gatepost.languages.shell.open_groups import DEEPEST, Open
from gatepost.languages.shell.parameters import Lookup
from gatepost.languages.shell.places import Given, Piece, Places, Word
from gatepost.languages.shell.simple import HereDocument, Redirection, SimpleCommand, assigned_names, changed_options
from gatepost.languages.shell.words import Unreadable, WordReader, closing_backtick, fields
from gatepost.model.regexes import regex

_BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n)+")
_RESERVED = re.compile(
    r"(?:if|then|elif|else|fi|while|until|do|done|for|select|case|esac|function|\{|\}|!|\[\[)(?=[\s;&|()<>]|\Z)"
)
_REDIRECTION = re.compile(r"(?:\d{0,4}|&)(?:<<<|<<-?|<>|<&|>>|>&|>\||[<>])")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\[[^\]\s]{0,80}\])?(\+?)=")
_NAME = regex(r"[A-Za-z_]\w*")
_OPENING = {"if": "fi", "while": "done", "until": "done", "for": "done", "select": "done", "case": "esac", "{": "}"}
_ASSIGNING = ("=", "read", "for", "unset", "select", "getopts", "mapfile", "printf")
_MOST_COMMANDS = 20_000


class Script:
    """Reads one text; `commands` in the order of their ends, `complete` False when a part could not be read."""

    def __init__(
        self,
        text: str,
        places: Places,
        lookup: Lookup,
        *,
        start: int = 0,
        end: int | None = None,
        options: frozenset[str] = frozenset(),
        subshell: bool = False,
        given_documents: Callable[[], HereDocument | None] | None = None,
    ) -> None:
        self.text = text
        self.places = places
        self.end = len(text) if end is None else end
        self.commands: list[SimpleCommand] = []
        self.complete = True
        self.why = ""
        self.at = start
        self.depth = 0
        self.open = Open(options, subshell)
        self.here = HereDocuments(text, places, self.end, given_documents)
        self.doubtful = False
        self._outer = lookup
        self._own: dict[str, Given] = {}
        own = text[start : self.end]
        self._assigned = assigned_names(own) if any(mark in own for mark in _ASSIGNING) else {}
        self.words = WordReader(text, places, self.end, self.lookup, self._substituted)

    def lookup(self, name: str) -> Given:
        """Return a variable as far as it can be known where the reader stands."""
        if name in self._own:
            return self._own[name]
        if name in self._assigned:
            return Given(name, "unknown", name, "code", why=f"{name} is set while the shell runs")
        return self._outer(name)

    def read(self) -> None:
        """Read the whole text."""
        try:
            self._list("")
        except Unreadable as error:
            self.complete, self.why = False, str(error)
        self.open.separate()
        self.complete = self.complete and not self.open.groups

    def _list(self, closing: str) -> None:
        """Read commands until the end, or until `closing` at this level; leaves `at` behind it."""
        text, outer = self.text, len(self.open.groups)
        fresh = True
        while True:
            blank = _BLANK.match(text, self.at, self.end)
            if blank:
                self.at = blank.end()
            if self.at >= self.end:
                if closing:
                    raise Unreadable("a substitution is not closed")
                return
            character = text[self.at]
            if character in "\n;&|()#":
                done, fresh = self._operator(character, closing, outer, fresh)
                if done:
                    return
                continue
            if self.open.in_pattern:
                self._pattern()
                continue
            reserved = _RESERVED.match(text, self.at, self.end) if fresh else None
            if reserved:
                fresh = self._reserved(reserved[0], reserved.end())
                continue
            if not fresh and not _REDIRECTION.match(text, self.at, self.end):
                # A word behind a closed group: not shell as we know it.
                raise Unreadable("a command is not understood")
            fresh = self._command(fresh)

    def _operator(self, character: str, closing: str, outer: int, fresh: bool) -> tuple[bool, bool]:
        """Step over an operator; returns whether the list ends here, and whether a command may begin now."""
        text, at = self.text, self.at
        if character == "#":
            stop = text.find("\n", at, self.end)
            self.at = self.end if stop < 0 else stop
            return False, fresh
        if character == "(":
            if text.startswith("((", at) and (close := text.find("))", at, self.end)) >= 0:
                self.at = close + 2
                return False, False
            if self.open.in_pattern:
                self.at += 1
                return False, True
            if not fresh:
                raise Unreadable("a command is not understood")
            self.open.push(")", True)
            self.at += 1
            return False, True
        if character == ")":
            done = self._close(closing, outer)
            return done, bool(self.open.groups) and self.open.groups[-1].case == "body" and not done
        if character == "|" and not text.startswith("||", at):
            self.at += 2 if text.startswith("|&", at) else 1
            if self.open.in_pattern:
                return False, True
            self.open.pipe.append(self.open.part)
            self.open.part = []
            return False, True
        if character == "&" and text.startswith(("&>>", "&>"), at):
            self._command(fresh)
            return False, False
        self.at += 2 if text.startswith(("&&", "||", ";;", ";&"), at) else 1
        self.open.separate()
        self.doubtful = text.startswith("||", at) or (text.startswith("&&", at) and self.doubtful)
        if text.startswith((";;", ";&"), at):
            self.at += 1 if text.startswith(";;&", at) else 0
            if self.open.groups and self.open.groups[-1].closing == "esac":
                self.open.groups[-1].case = "pattern"
        elif character == "\n":
            self.at = self.here.read(self.at)
        return False, True

    def _close(self, closing: str, outer: int) -> bool:
        """Step over `)`; returns whether the list ends with it."""
        self.at += 1
        if len(self.open.groups) > outer:
            top = self.open.groups[-1]
            if top.case == "pattern":
                top.case = "body"
                self.open.part = []
                return False
            if top.closing == ")":
                self.open.pop()
                return False
            raise Unreadable("a bracket closes what is not open")
        if closing == ")":
            self.open.separate()
            return True
        raise Unreadable("a bracket closes what is not open")

    def _pattern(self) -> None:
        """Read one pattern of a `case`, or its `esac`."""
        reserved = _RESERVED.match(self.text, self.at, self.end)
        if reserved and reserved[0] == "esac":
            self.at = reserved.end()
            self.open.pop()
            return
        before = self.at
        _, self.at = self.words.read(self.at)
        if self.at == before:
            self.at += 1

    def _reserved(self, word: str, end: int) -> bool:
        """Step over a reserved word; returns whether a command may begin behind it."""
        self.at = end
        if word in ("for", "select"):
            self.open.push("done", False)
            if self.text[end : end + 3].lstrip().startswith("(("):
                close = self.text.find("))", end, self.end)
                self.at = close + 2 if close >= 0 else self.end
                return True
            self._skip_words()
            return True
        if word == "case":
            self.open.push("esac", False)
            self._skip_words("in")
            return True
        if word in _OPENING:
            self.open.push(_OPENING[word], False)
            return True
        if word in ("fi", "done", "}", "esac"):
            if not self.open.groups or self.open.groups[-1].closing != word:
                raise Unreadable(f"{word} closes what is not open")
            self.open.pop()
            return False
        if word == "function":
            blank = _BLANK.match(self.text, self.at, self.end)
            name = _NAME.match(self.text, blank.end() if blank else self.at, self.end)
            self.at = name.end() if name else self.at
            if self.text.startswith("()", self.at):
                self.at += 2
            return True
        if word == "[[":
            close = self.text.find("]]", self.at, self.end)
            if close < 0:
                raise Unreadable("[[ is not closed")
            self.at = close + 2
            return False
        if word in ("then", "elif", "else", "do"):
            self.open.separate()
        return True

    def _skip_words(self, until: str = "") -> None:
        """Read words that are no command, for the substitutions in them."""
        while self.at < self.end:
            blank = _BLANK.match(self.text, self.at, self.end)
            self.at = blank.end() if blank else self.at
            before = self.at
            if self.at >= self.end or self.text[self.at] in "\n;&|<>()":
                return
            word, self.at = self.words.read(self.at)
            if until and word.known == until:
                return
            if self.at == before:
                self.at += 1

    def _substituted(self, at: int, opening: str) -> int:
        """Read the commands of a substitution that opens at `at`; returns where it ends."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable("it is nested too deeply")
        if opening == "`":
            close = closing_backtick(self.text, at + 1, self.end)
            inner = Script(self.text, self.places, self.lookup, start=at + 1, end=close, subshell=True)
            inner.open.options, inner.depth = self.open.options, self.depth
            if "\\" in self.text[at:close]:
                self.complete = False
            else:
                inner.read()
                self.complete = self.complete and inner.complete
                self.commands.extend(inner.commands)
                if len(self.commands) > _MOST_COMMANDS:
                    raise Unreadable("it has too many commands")
            after = close + 1
        else:
            here, outside = self.at, self.open.enter_substitution()
            self.at = at + 2
            self._list(")")
            after = self.at
            self.open.leave_substitution(outside)
            self.at = here
        self.depth -= 1
        return after

    def _command(self, fresh: bool) -> bool:
        """Read one simple command; returns whether another may follow at once (behind the head of a function)."""
        text = self.text
        command = SimpleCommand(text, self.places, self.at, self.open.options, self.open.subshell)
        while self.at < self.end:
            blank = _BLANK.match(text, self.at, self.end)
            if blank:
                self.at = blank.end()
                if self.at >= self.end:
                    break
            character = text[self.at]
            redirection = _REDIRECTION.match(text, self.at, self.end) if character in "<>&0123456789" else None
            if text.startswith(("<(", ">("), self.at):
                start, self.at = self.at, self._substituted(self.at, "$(")
                hole = Piece(None, start, self.at, False, None, "a command gives this when it runs")
                command.words.append(Word((hole,), self.places, start, self.at))
                command.end = self.at
            elif redirection:
                self._redirection(command, redirection[0], redirection.end())
            elif character in "\n;&|)" or (character == "#" and text[self.at - 1 : self.at].isspace()):
                break
            elif character == "(":
                if text.startswith("()", self.at) and len(command.words) == 1:
                    self.at += 2
                    self._function()
                    return True
                raise Unreadable("a command is not understood")
            elif command.words or not self._assignment(command):
                word, self.at = self.words.read(self.at)
                command.words.extend(fields(word))
                command.end = self.at
        self._finish(command, fresh)
        return False

    def _function(self) -> None:
        """Step to the body of a function, which is read where it stands."""
        blank = re.compile(r"\s*").match(self.text, self.at, self.end)
        self.at = blank.end() if blank else self.at
        if self.text.startswith("{", self.at):
            self.open.push("}", False)
            self.at += 1

    def _assignment(self, command: SimpleCommand) -> bool:
        found = _ASSIGNMENT.match(self.text, self.at, self.end)
        if not found:
            return False
        self.at = found.end()
        if self.text.startswith("(", self.at):
            close = self.text.find(")", self.at, self.end)
            if close < 0:
                raise Unreadable("a bracket is not closed")
            self.at = command.end = close + 1
            return True
        if self.at < self.end and self.text[self.at] not in " \t\r\n;&|<>()":
            word, self.at = self.words.read(self.at)
        else:
            word = Word((), self.places, self.at, self.at)
        command.end = self.at
        command.assignments.append((found[1], word))
        return True

    def _redirection(self, command: SimpleCommand, operator: str, end: int) -> None:
        blank = _BLANK.match(self.text, end, self.end)
        self.at = blank.end() if blank else end
        target = None
        if self.at < self.end and self.text[self.at] not in "\n;&|<>()":
            target, self.at = self.words.read(self.at)
        command.end = self.at
        if operator.endswith(("<<", "<<-")) and not operator.endswith("<<<"):
            self.here.announce(command, operator.endswith("-"), target)
        command.redirections.append(Redirection(operator, target))

    def _finish(self, command: SimpleCommand, fresh: bool) -> None:
        if not fresh and not command.words:
            return
        if not command.words and not command.assignments and not command.redirections:
            if self.at < self.end and self.text[self.at] not in "\n;&|)":
                raise Unreadable("a command is not understood")
            return
        if len(self.commands) >= _MOST_COMMANDS:
            raise Unreadable("it has too many commands")
        self.commands.append(command)
        self.open.part.append(command)
        if not command.words:
            self._remember(command)
        elif command.words[0].known == "set":
            self.open.options = changed_options(self.open.options, command.words[1:])

    def _remember(self, command: SimpleCommand) -> None:
        """Keep what is assigned once, plainly and certainly; all else stays unknown."""
        for name, word in command.assignments:
            sure = not (self.open.groups or self.open.pipe or self.open.subshell or self.doubtful or self.depth)
            if sure and self._assigned.get(name) == 1 and word.known is not None:
                self._own[name] = Given(name, "known", name, "code", word=word)
