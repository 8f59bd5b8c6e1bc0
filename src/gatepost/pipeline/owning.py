"""Finds the files that say who owns what: of the base, where there is one; never decides.

A change that writes itself an owner is judged by the owners of the base.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from gatepost.context import tells_owners
from gatepost.gate import Policy
from gatepost.model.findings import Finding, Undecided
from gatepost.model.places import Source
from gatepost.model.policy import OwnersOf
from gatepost.model.problems import Problem, UsageError
from gatepost.model.records import NamedTuple
from gatepost.pipeline.policies import OfBase
from gatepost.pipeline.request import Request
from gatepost.services.git import repository_top
from gatepost.sources.discovery import Found
from gatepost.sources.reading import Files, Unreadable, decode, read_bytes

if TYPE_CHECKING:
    from gatepost.context.catalogue import Catalogue
    from gatepost.context.codeowners import CodeOwners
    from gatepost.context.owner_tags import TagKeys
    from gatepost.context.owners import Owners

MOST_BYTES = 3 * 1024 * 1024  # GitHub reads no larger CODEOWNERS file
CATALOGUES = ("catalog-info.yaml", "catalog-info.yml")
_PLACES = ("CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS")
_MOST_FILES = 2_000  # of a catalogue


class Told(NamedTuple):
    """What tells owners as the repository's policy says, and as the organisation's does; None: nothing tells.

    `keys` and `keys_there` are the tags by which each of them goes.
    """

    owned: OwnersOf | None = None
    owned_there: OwnersOf | None = None
    problems: tuple[Problem, ...] = ()
    keys: TagKeys | None = None
    keys_there: TagKeys | None = None
    notes: tuple[str, ...] = ()


class Opened(NamedTuple):
    """Every source of owners there is, what cannot be read of them, and what is worth a note."""

    owners: Owners
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


class Repository(NamedTuple):
    """Where owners are looked for. `prefix` is where the scanned root lies below the top, "" or "live/".

    `around` finds everything below the scanned root, whatever paths were named.
    """

    top: str
    prefix: str
    around: Callable[[], Found]
    files: Files
    base: OfBase | None
    environment: Mapping[str, str]

    def text(self, path: str, most: int = MOST_BYTES) -> str | None:
        """Return the text of a file (its path from the top) as the base has it, None where there is none to read."""
        try:
            text = self.before(path)
        except (KeyError, UsageError):  # the base has none, or none that is text
            return None
        if text is not None:
            return text
        full = os.path.join(self.top, path)
        if not os.path.isfile(full) or not _is_inside(full, self.top):
            return None
        try:
            return decode(read_bytes(full, most))
        except Unreadable:
            return None

    def before(self, path: str) -> str | None:
        """Return the text that a path from the top had in the base, where it differs, also by a link that leads there.

        None without a base, and where nothing changed; raises KeyError where the base has no such file.
        """
        if self.base is None:
            return None
        real = os.path.relpath(os.path.realpath(os.path.join(self.top, path)), self.top).replace(os.sep, "/")
        for one in dict.fromkeys((path, real)):
            text = self.base.text(one) if not one.startswith("../") else None
            if text is not None:
                return text
        return None

    def is_there(self, path: str) -> bool:
        """Whether there is a file at a path from the top, in the base where there is one, readable or not."""
        try:
            return self.before(path) is not None or os.path.isfile(os.path.join(self.top, path))
        except KeyError:
            return False
        except UsageError:
            return True

    def has(self, path: str) -> bool:
        """Whether there is a file at a path from the top, in the base where there is one."""
        return self.text(path) is not None

    @property
    def root(self) -> str:
        """The scanned root."""
        return os.path.join(self.top, self.prefix.rstrip("/")) if self.prefix else self.top

    @property
    def dialect(self) -> Literal["github", "gitlab"]:
        """Whose CODEOWNERS files are written: the build service tells, else what the repository is set up for."""
        if self.environment.get("GITHUB_ACTIONS") == "true":
            return "github"
        if self.environment.get("GITLAB_CI"):
            return "gitlab"
        return "gitlab" if self.has(".gitlab/CODEOWNERS") or self.has(".gitlab-ci.yml") else "github"


def _is_inside(path: str, top: str) -> bool:
    return os.path.realpath(path).startswith(top.rstrip(os.sep) + os.sep)


def repository_of(
    found: Found,
    files: Files,
    base: OfBase | None,
    around: Callable[[], Found] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Repository:
    """Return the repository that the scanned root lies in, the root itself where there is none."""
    top = repository_top(found.root) or os.path.realpath(found.root)
    below = os.path.relpath(found.root, top).replace(os.sep, "/")

    def here() -> Found:
        return found

    # What has been walked already is not walked again.
    everything = here if around is None or "" in found.folders else around
    return Repository(top, "" if below == "." else f"{below}/", everything, files, base, environment)


def owners_told(
    request: Request,
    policies: Sequence[Policy],
    found: Found,
    files: Files,
    base: OfBase | None,
    things: Sequence[Finding | Undecided],
    around: Callable[[], Found] | None = None,
) -> Told:
    """Return what tells owners; nothing is loaded where there is no source of any. Raises `UsageError`.

    An organisation's policy that says where owners are told is decided by what it says.
    """
    chosen = any(one.owners.location is not None for one in policies) or request.cmdb or request.audit_logs
    repository = repository_of(found, files, base, around)
    told = chosen or any(tells_owners(one.tags) or one.calls for one in things)
    if not told and not _has_catalogue(found) and not _any_source(repository, things):
        return Told()
    if not chosen and not _has_catalogue(found) and not _catalogue_is_near(repository, things):
        repository = repository._replace(around=lambda: found)  # a walk of everything would find none that counts here
    owners, problems, notes = owners_of(request, policies[0], repository)
    theirs = [one for one in policies[1:] if one.owners.location is not None]
    if not theirs:
        return Told(owners.of, owners.of, problems, owners.sources.tags, owners.sources.tags, notes)
    there, more, others = owners_of(request._replace(policy=request.organisation_policy), theirs[0], repository)
    every = (*problems, *(one for one in more if one not in problems))
    notes = tuple(dict.fromkeys((*notes, *others)))
    return Told(owners.of, there.of, every, owners.sources.tags, there.sources.tags, notes)


def names_wanted(request: Request, policies: Sequence[Policy], found: Found) -> bool:
    """Whether a source of owners compares the names that clouds know resources by."""
    if request.cmdb is not None or request.audit_logs or any(one.owners.location is not None for one in policies):
        return True
    return _has_catalogue(found)


def _has_catalogue(found: Found) -> bool:
    return any(path.rpartition("/")[2] in CATALOGUES for path in found.files.get("data", ()))


def _any_source(repository: Repository, findings: Sequence[Finding | Undecided]) -> bool:
    if any(os.path.lexists(os.path.join(repository.top, place)) for place in _PLACES):
        return True
    if repository.base is not None and any(repository.has(place) for place in _PLACES):
        return True
    names = ("OWNERS", *CATALOGUES)
    return any(
        repository.has(posixpath.join(folder, name))
        for folder in _folders_above(repository, findings)
        for name in names
    )


def _catalogue_is_near(repository: Repository, things: Sequence[Finding | Undecided]) -> bool:
    """Whether a catalogue lies beside or above what was found, or changed since the base.

    Others of the repository count where this one is, and where everything was looked at anyway.
    """
    folders = _folders_above(repository, things)
    return bool(_outside(repository)) or any(
        repository.is_there(posixpath.join(folder, name)) for folder in folders for name in CATALOGUES
    )


def _folders_above(repository: Repository, things: Sequence[Finding | Undecided]) -> list[str]:
    folders = {posixpath.dirname(repository.prefix + one.location.path) for one in things}
    return sorted(
        {"/".join(parts[:count]) for one in folders for parts in (one.split("/"),) for count in range(len(parts) + 1)}
    )


def owners_of(request: Request, policy: Policy, repository: Repository) -> Opened:
    """Return every source of owners there is. Raises `UsageError`."""
    from gatepost.context.owner_tags import tag_keys
    from gatepost.context.owners import KNOWING, Directory, Owners, Sources
    from gatepost.context.owners_files import OwnersFiles
    from gatepost.pipeline import owning_files

    choice = policy.owners
    catalogue, problems = catalogue_of(repository)
    given = owning_files.read(request, policy, repository)
    name = choice.location.path if choice.location is not None else policy.name
    sources = Sources(
        tag_keys(choice.tags),
        tuple(dict.fromkeys((*choice.order, *KNOWING))),
        codeowners_of(repository),
        catalogue,
        OwnersFiles(repository.text),
        tuple(Directory(glob, owners, f"{name}:{line}") for glob, owners, line in choice.directories),
        given.cmdb,
        given.creations,
        given.history,
        repository.prefix,
        choice.location is not None,
    )
    return Opened(Owners(sources), (*problems, *given.problems), given.notes)


def codeowners_of(repository: Repository) -> CodeOwners | None:
    """Return the CODEOWNERS file of the repository as the host reads it."""
    if not any(repository.is_there(place) for place in _PLACES):
        return None
    from gatepost.context.codeowners import PLACES, CodeOwners, Fault, read_codeowners

    dialect = repository.dialect
    for place in PLACES[dialect]:
        text = repository.text(place)
        if text is not None:
            return read_codeowners(text, place, dialect)
        if repository.is_there(place):
            return CodeOwners(place, dialect, (), (Fault(1, "the host reads no such file: too large, or no text"),))
    return None


def catalogue_of(repository: Repository) -> tuple[Catalogue | None, tuple[Problem, ...]]:
    """Return the catalogue that the files called catalog-info.yaml make, with those that their Locations lead to.

    Its folders are relative to the top of the repository.
    """
    prefix, around = repository.prefix, repository.around()
    every = sorted({*(prefix + path for path in around.files.get("data", ())), *_outside(repository)})
    waiting = [path for path in every if path.rpartition("/")[2] in CATALOGUES]
    if not waiting:
        return None, ()
    from gatepost.context.catalogue import Catalogue, Component, Here, Party, read_catalogue
    from gatepost.sources.path_globs import compile_glob

    folders = {posixpath.dirname(prefix + path) for paths in around.files.values() for path in paths}
    folders = {"/".join(one.split("/")[:count]) for one in folders for count in range(one.count("/") + 2)}
    slug = repository.environment.get("GITHUB_REPOSITORY") or repository.environment.get("CI_PROJECT_PATH") or ""
    here = Here(slug, frozenset(folders))
    seen = set(waiting)
    components, parties, problems = list[Component](), list[Party](), list[Problem]()
    while waiting and len(seen) <= _MOST_FILES:
        path = waiting.pop(0)
        source = _trusted(path, repository)
        if source is None:
            continue
        read = read_catalogue(source, here)
        components += read.components
        parties += read.parties
        problems += read.problems
        for target in read.targets:
            matches = [one for one in every if compile_glob("/" + target)(one)] if "*" in target else [target]
            waiting += [one for one in matches if one not in seen]
            seen.update(matches)
    return Catalogue(components, parties), tuple(problems)


def _outside(repository: Repository) -> list[str]:
    """Return the catalogue files above the scanned root, and those that the base has and the change has not."""
    parts = repository.prefix.split("/")[:-1]
    above = ["/".join([*parts[:count], name]) for count in range(len(parts)) for name in CATALOGUES]
    found = [path for path in above if repository.has(path)]
    if repository.base is not None:
        found += [path for path in repository.base.before if path.rpartition("/")[2] in CATALOGUES]
    return found


def _trusted(path: str, repository: Repository) -> Source | None:
    inside = path[len(repository.prefix) :] if path.startswith(repository.prefix) else ""
    try:
        text = repository.before(path)
    except (KeyError, UsageError):
        return None
    if text is not None:
        return Source(path, text, "data")
    if not inside:
        text = repository.text(path)
        return None if text is None else Source(path, text, "data")
    source = repository.files.read(inside)
    return None if source is None else Source(path, source.text, "data")
