"""Where findings are routed to, and what a verdict is about; never who is told how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from gatepost.model.places import Location
from gatepost.model.records import NamedTuple


class Routed(NamedTuple):
    """A route of a policy with the fingerprints of the findings that take it, in the order of the verdict.

    `groups` are what one edit each would mend of them (`Finding.cause`).

    `destinations` are plain data: service → key → value, without any credential or address to send to.
    """

    name: str
    policy: str
    location: Location
    destinations: Mapping[str, Mapping[str, Any]]
    fingerprints: tuple[str, ...]
    groups: tuple[str, ...] = ()


class Judged(NamedTuple):
    """What a verdict is about, so that a later one of the same can tell what is gone.

    `repository` is what the build service calls it, "" where none tells; `root` the scanned folder below its top, ""
    for the top itself; `paths` are those that were asked for, relative to that folder; `commit` is what was checked
    out, "" where there is no repository. `change` is true for a pull or merge request. `inputs` is a digest of what
    else decides what a run can find: reports, variable files, scanners.
    """

    repository: str
    root: str
    paths: tuple[str, ...]
    commit: str
    change: bool
    inputs: str = ""


class Mark(NamedTuple):
    """What an issue at a host remembers of us: whose group it is, of which scope, and what was last written to it.

    `key` and `scope` are hexadecimal digits, `content` a digest of what the issue tells, `severity` and `total` (how
    many findings) those that were told last; `gone` is true once we have said that nothing of it is left. `extent`
    tells which paths and inputs it was found by last: only a run by the same can tell that it is gone.
    """

    key: str
    scope: str
    content: str
    severity: str = ""
    total: int = 0
    gone: bool = False
    extent: str = ""


class Wanted(NamedTuple):
    """An issue as it should be. `title` and `body` are in the host's own form, `fields` what else it takes."""

    mark: Mark
    title: str
    body: Any
    fields: Mapping[str, Any]


class Issue(NamedTuple):
    """An issue as a host has it; `id` is the host's, `name` what people call it, `order` grows with age."""

    id: str
    name: str
    mark: Mark
    open: bool
    order: int


class Tracker(Protocol):
    """A host that keeps issues. Every method raises `services.web.Refused` where the host does not do it."""

    def find(self, scope: str) -> Sequence[Issue]:
        """Return every issue of a scope, open or not."""
        ...

    def create(self, wanted: Wanted) -> str:
        """Make an issue; returns what people call it."""
        ...

    def update(self, issue: Issue, wanted: Wanted, note: str) -> None:
        """Write an issue anew, open as it is, with a note where there is one."""
        ...

    def close(self, issue: Issue, mark: Mark, note: str) -> None:
        """Close an issue that is open, and remember `mark`."""
        ...

    def remember(self, issue: Issue, mark: Mark) -> None:
        """Change nothing but what the issue remembers."""
        ...

    def reopen(self, issue: Issue, wanted: Wanted, note: str) -> None:
        """Open an issue again and write it anew."""
        ...
