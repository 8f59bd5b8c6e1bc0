"""What could not be done, as values and errors; never decides whether it blocks."""

from __future__ import annotations

from gatepost.model.places import Location, Region
from gatepost.model.records import NamedTuple

NOWHERE = Region(1, 1, 1, 1)

# What could not be read (files, reports, parts of them), a report that is too old or of another commit, a feed that is
# too old or broken, a scanner that did not do its work, a history that cannot be used, a report that the change wrote.
KINDS = ("unreadable", "old-report", "other-commit", "feed", "detector", "history", "of-change")


class Problem(NamedTuple):
    """Something in the user's files that could not be read.

    `what` says what is wrong, `hint` what to do about it; both are plain sentences without a full stop. `kind` is
    what a policy can tell it by: one of KINDS.
    """

    location: Location
    what: str
    hint: str
    kind: str = "unreadable"


class UsageError(Exception):
    """A fault in options, configuration, policy or rule files; the command ends with exit code 2.

    `message` is one plain sentence. `location` (1-based) and `line` (its text) are there when a file is at fault;
    `hint` says what to type instead.
    """

    def __init__(self, message: str, location: Location | None = None, line: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.line = line
        self.hint = hint


class CannotWrite(Exception):
    """A change that cannot be written; its text is the reason, in words a finding can show."""
