"""Reads what a policy, or the command line, names as sources of owners: exports and the history; never decides."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gatepost.gate import Policy
from gatepost.model.decisions import Claim
from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE, Problem, UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.request import Request
from gatepost.sources.reading import Unreadable, decode, open_bytes, printable_path, read_bytes

if TYPE_CHECKING:
    from gatepost.context.audit_logs import Creations
    from gatepost.context.cmdb import Cmdb
    from gatepost.pipeline.owning import Repository

_LISTED = 3


class Given(NamedTuple):
    """The sources that were named, as far as they can be read."""

    cmdb: Cmdb | None = None
    creations: Creations | None = None
    history: Callable[[str, tuple[int, int]], list[Claim]] | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


class _File(NamedTuple):
    """A file that was named: its path, how it is shown, its path from the top of the repository ("" for outside)."""

    path: str
    shown: str
    inside: str
    location: Location | None


def read(request: Request, policy: Policy, repository: Repository) -> Given:
    """Return the sources that a request and a policy name; raises `UsageError` for a file that is not there."""
    problems: list[Problem] = []
    file = _one(request.cmdb, policy.owners.cmdb, "--cmdb", "cmdb", policy, request, repository)
    if file is None and policy.owners.columns:
        raise UsageError(
            "`owners`, `cmdb`: columns of which file is not said",
            policy.owners.location,
            hint="give --cmdb FILE, or `file`",
        )
    cmdb = _cmdb(file, policy, repository, problems) if file is not None else None
    logs = [_named(one, "--audit-log", None, repository) for one in request.audit_logs]
    if not logs:
        logs = [_beside(one, "audit_log", policy, request, repository) for one in policy.owners.audit_logs]
    creations = _creations(logs, repository, problems) if logs else None
    history, notes = _history(repository) if policy.owners.history else (None, ())
    return Given(cmdb, creations, history, tuple(problems), notes)


def _one(
    given: str | None, chosen: str, option: str, key: str, policy: Policy, request: Request, repository: Repository
) -> _File | None:
    if given is not None:
        return _named(given, option, None, repository)
    return _beside(chosen, key, policy, request, repository) if chosen else None


def _named(path: str, option: str, location: Location | None, repository: Repository) -> _File:
    file = _File(path, printable_path(path), _inside(path, repository), location)
    if not _is_there(file, repository):
        raise UsageError(
            f"{option}: there is no file {file.shown!r}", location, hint="look at the spelling of the path"
        )
    return file


def _beside(path: str, key: str, policy: Policy, request: Request, repository: Repository) -> _File:
    """Return a file that a policy names, relative to its folder."""
    folder = os.path.dirname(request.policy) if request.policy is not None else repository.root
    full = os.path.join(folder, path)
    file = _File(full, printable_path(path), _inside(full, repository), policy.owners.location)
    if not _is_there(file, repository):
        raise UsageError(f"`owners`, `{key}`: there is no file {file.shown!r}", file.location, hint="look at the path")
    return file


def _inside(path: str, repository: Repository) -> str:
    full = os.path.normpath(os.path.join(os.path.realpath(os.getcwd()), path))
    relative = os.path.relpath(full, repository.top).replace(os.sep, "/")
    return "" if relative == ".." or relative.startswith("../") else relative


def _is_there(file: _File, repository: Repository) -> bool:
    return _of_base(file, repository) is not None or os.path.isfile(file.path)


def _of_base(file: _File, repository: Repository) -> str | None:
    """Return the text that a file had in the base; None where it did not change or is no part of the repository.

    A file that git does not track was brought by the pipeline. Raises `UsageError` for one that the change brings: it
    would decide about itself.
    """
    base = repository.base
    if base is None or not file.inside or file.inside in base.untracked:
        return None
    try:
        return repository.before(file.inside)
    except KeyError:
        raise UsageError(
            f"{file.shown!r} is brought by this change, so it says nothing of owners yet",
            file.location,
            hint=f"bring it to {base.name} first, or let the pipeline fetch it",
        ) from None


def _text(file: _File, repository: Repository, most: int) -> str:
    text = _of_base(file, repository)
    return decode(read_bytes(file.path, most)) if text is None else text


def _problem(file: _File, what: str, hint: str) -> Problem:
    return Problem(Location(file.shown, NOWHERE), f"owners cannot be read from it: {what}", hint)


def _cmdb(file: _File, policy: Policy, repository: Repository, problems: list[Problem]) -> Cmdb | None:
    from gatepost.context import cmdb

    try:
        found = cmdb.read_cmdb(_text(file, repository, cmdb.MOST_BYTES), file.shown, policy.owners.columns)
    except cmdb.UnknownColumn as error:
        from gatepost.conditions import nearest_word

        near = nearest_word(error.column.lower(), error.known)
        hint = f'did you mean "{near}"?' if near else f"there are: {', '.join(error.known[:12])}"
        message = f'{file.shown} has no column "{error.column}", which `columns` names'
        raise UsageError(message, policy.owners.location, hint=hint) from None
    except (cmdb.BadExport, Unreadable) as error:
        problems.append(_problem(file, error.what, error.hint))
        return None
    if found.unnamed:
        what = f"{found.unnamed} records name their owners only by ids of other records"
        problems.append(_problem(file, what, "export it with sysparm_display_value=true"))
    return found


def _creations(files: list[_File], repository: Repository, problems: list[Problem]) -> Creations:
    from gatepost.context.audit_logs import BadLog, Creations

    creations = Creations()
    for file in files:
        try:
            _read_log(file, repository, creations)
        except (BadLog, Unreadable) as error:
            problems.append(_problem(file, error.what, error.hint))
    return creations


def _read_log(file: _File, repository: Repository, creations: Creations) -> None:
    from gatepost.context.audit_logs import MOST_BYTES, BadLog, entries_of, lines_of, read_log
    from gatepost.scans.streaming import BadJson, read_large

    text = _of_base(file, repository)
    opened = None if text is not None else open_bytes(file.path, MOST_BYTES)
    buffer: Any = text.encode() if text is not None else opened
    try:
        data, rest = read_large(buffer)
        # One value after the other, as exports to storage have it.
        more = rest.strip()
        if more and more[:1] in b"{[":
            read_log(lines_of(_text(file, repository, MOST_BYTES)), file.shown, creations)
        else:
            read_log(entries_of(data), file.shown, creations)
    except BadJson as error:
        cut = (
            "it is empty"
            if not len(buffer)
            else "it ends in the middle: it was cut off"
            if error.cut
            else f"it is not JSON (byte {error.at})"
        )
        raise BadLog(cut, "export the log again, as JSON that is not compressed") from None
    except UnicodeDecodeError:
        raise BadLog("it is not text", "give JSON that is not compressed") from None
    finally:
        if opened is not None:
            opened.close()


_History = Callable[[str, tuple[int, int]], "list[Claim]"]


def _history(repository: Repository) -> tuple[_History | None, tuple[str, ...]]:
    """Return what tells the authors of lines, and a note where there is nothing to tell them by."""
    from gatepost.services.git import repository_top
    from gatepost.services.git_history import History

    if repository_top(repository.root) is None:
        return None, ("`owners`, `history`: this is no git repository, so nobody is guessed by it",)
    history = History(repository.top, repository.base.commit if repository.base is not None else "")
    if history.why:
        return None, (f"`owners`, `history`: {history.why}",)

    def authors(path: str, lines: tuple[int, int]) -> list[Claim]:
        found, what = history.authors(path, lines) if lines[0] else [], "wrote these lines"
        if not found:  # those of the change do not count
            found, what = history.authors(path, (0, 0)), "wrote this file"
        return [
            Claim(one.email or one.name, f"{what}, last on {_day(one.when)} (git)", "guess") for one in found[:_LISTED]
        ]

    return authors, ()


def _day(when: int) -> str:
    import time

    return time.strftime("%Y-%m-%d", time.gmtime(min(when, 253_402_300_799)))
