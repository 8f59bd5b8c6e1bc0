"""Who owns what, from every source that tells, each answer with how it is known and how sure; never reads a file.

Sources are asked in an order; all that answer are told, so that those which contradict each other are seen, and the
first counts first. Guesses are asked for only where nobody is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from gatepost.context.owner_tags import TagKeys, called, tag_keys, tagged
from gatepost.model.decisions import Claim, Sureness
from gatepost.model.policy import Owning, Whose
from gatepost.model.records import NamedTuple
from gatepost.sources.path_globs import compile_glob

if TYPE_CHECKING:
    from gatepost.context.audit_logs import Creations
    from gatepost.context.catalogue import Catalogue
    from gatepost.context.cmdb import Cmdb
    from gatepost.context.codeowners import CodeOwners
    from gatepost.context.owners_files import OwnersFiles

# Those that know, in the order in which they count unless a policy says otherwise, and those that guess.
KNOWING = ("tags", "directories", "cmdb", "codeowners", "owners_files", "catalogue", "modules")
GUESSING = ("audit_log", "history")
_BY_PATH = ("codeowners", "owners_files", "directories")
_MOST_KNOWN = 100_000
_SURENESS: tuple[Sureness, ...] = ("high", "medium", "guess")


class Directory(NamedTuple):
    """A line of a policy's `directories`: a glob of paths below the scanned root, its owners, its place."""

    glob: str
    owners: tuple[str, ...]
    place: str


class Answer(NamedTuple):
    """What one source says of something."""

    source: str
    facts: tuple[Claim, ...]


class Sources(NamedTuple):
    """Every source there is. `prefix` is where the scanned root lies below the top of the repository, "" or "live/".

    `history` returns the authors of lines of a path from the top. `settled`: a policy says where owners are told, so
    what no source names nobody owns.
    """

    tags: TagKeys = tag_keys({})
    order: tuple[str, ...] = KNOWING
    codeowners: CodeOwners | None = None
    catalogue: Catalogue | None = None
    owners_files: OwnersFiles | None = None
    directories: tuple[Directory, ...] = ()
    cmdb: Cmdb | None = None
    creations: Creations | None = None
    history: Callable[[str, tuple[int, int]], list[Claim]] | None = None
    prefix: str = ""
    settled: bool = False


class Owners:
    """Answers whose something is; what a path alone tells is worked out once."""

    __slots__ = ("_by_path", "_known", "_same", "sources")

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._known: dict[object, Owning] = {}
        self._same: dict[str, frozenset[str]] = {}
        self._by_path: dict[tuple[str, str], tuple[Claim, ...]] = {}

    def of(self, whose: Whose) -> Owning:
        """Return the owners and projects of something; guesses only where no source knows."""
        path, tags, resource, lines, names, calls, _, fresh = whose
        # Only the history asks for lines, and a resource has many findings.
        lines = lines if self.sources.history is not None else (0, 0)
        key = (path, tuple(tags.items()), resource, lines, names, calls, fresh)
        found = self._known.get(key)
        if found is None:
            found = self._worked_out(whose)
            if len(self._known) < _MOST_KNOWN:
                self._known[key] = found
        return found

    def _worked_out(self, whose: Whose) -> Owning:
        answers = self.answers(whose)
        known = [fact for answer in answers for fact in answer.facts]
        guessed = () if known else self._guessed(whose)
        owners = _once(known) if known or self._could_tell(whose) else None
        return Owning(owners, self._projects(whose), guessed, self.disagree(answers))

    def answers(self, whose: Whose) -> list[Answer]:
        """Return what each source that knows says, those that say nothing left out."""
        found = [Answer(name, tuple(self._asked(name, whose))) for name in self.sources.order]
        return [answer for answer in found if answer.facts]

    def contacts(self, whose: Whose) -> list[Claim]:
        """Return what the tags of a resource tell of whom to contact."""
        return tagged(whose.tags, self.sources.tags.contacts)

    def guesses(self, whose: Whose) -> list[Answer]:
        """Return what each source that guesses says."""
        found = [Answer(name, tuple(self._asked(name, whose))) for name in GUESSING]
        return [answer for answer in found if answer.facts]

    def _guessed(self, whose: Whose) -> tuple[Claim, ...]:
        for name in GUESSING:
            facts = self._asked(name, whose)
            if facts:
                return _once(facts)
        return ()

    def _asked(self, source: str, whose: Whose) -> Sequence[Claim]:
        if not whose.path and source in _BY_PATH:
            return ()
        if source in _BY_PATH:
            key = (source, whose.path)
            found = self._by_path.get(key)
            if found is None:
                found = self._by_path[key] = tuple(self._by_path_alone(source, whose.path))
            return found
        return self._by_thing(source, whose)

    def _by_path_alone(self, source: str, inside: str) -> Iterable[Claim]:
        sources, path = self.sources, self.sources.prefix + inside
        if source == "directories":
            lines = [one for one in sources.directories if compile_glob(one.glob)(inside)]
            return (
                [Claim(name, f"{lines[-1].place}, {lines[-1].glob}", "high") for name in lines[-1].owners]
                if lines
                else ()
            )
        if source == "codeowners":
            return sources.codeowners.owners(path) if sources.codeowners is not None else ()
        return sources.owners_files.owners(path) if sources.owners_files is not None else ()

    def _by_thing(self, source: str, whose: Whose) -> Sequence[Claim]:
        sources = self.sources
        if source == "tags":
            return tagged(whose.tags, sources.tags.owners, whose.fresh)
        if source == "modules":
            return called(whose, sources.tags.owners) if whose.calls else ()
        if source == "cmdb":
            return sources.cmdb.owners(whose, self._path(whose)) if sources.cmdb is not None else ()
        if source == "catalogue":
            return sources.catalogue.owners(self._from_top(whose)) if sources.catalogue is not None else ()
        if source == "audit_log":
            return sources.creations.creators(whose) if sources.creations is not None else ()
        if sources.history is None or not whose.path:
            return ()
        return sources.history(self._path(whose), whose.lines)

    def _could_tell(self, whose: Whose) -> bool:
        """Whether a source that knows is there for this, so that naming nobody is an answer."""
        sources = self.sources
        told = (sources.codeowners, sources.directories or None) if whose.path else ()
        if sources.cmdb is not None or sources.settled or any(one is not None for one in told):
            return True
        if whose.path and sources.owners_files is not None and sources.owners_files.speak_of(self._path(whose)):
            return True
        return sources.catalogue is not None and bool(sources.catalogue.of(self._from_top(whose)))

    def _from_top(self, whose: Whose) -> Whose:
        return whose._replace(path=self._path(whose)) if self.sources.prefix else whose

    def _path(self, whose: Whose) -> str:
        """Return the path from the top of the repository, "" for what is in no file."""
        return self.sources.prefix + whose.path if whose.path else ""

    def _projects(self, whose: Whose) -> tuple[Claim, ...] | None:
        sources = self.sources
        facts = tagged(whose.tags, sources.tags.projects, whose.fresh)
        facts += called(whose, sources.tags.projects) if whose.calls else ()
        if sources.cmdb is not None:
            facts += sources.cmdb.services(whose, self._path(whose))
        if sources.catalogue is not None:
            facts += sources.catalogue.projects(self._from_top(whose))
        if facts:
            return _once(facts)
        return () if sources.settled else None

    def disagree(self, answers: Sequence[Answer]) -> bool:
        """Whether sources name owners none of whom are the same, members of a group counting as the group."""
        if len(answers) < 2:
            return False
        named = [frozenset[str]().union(*(self._everybody(one.name) for one in answer.facts)) for answer in answers]
        return any(first.isdisjoint(other) for at, first in enumerate(named) for other in named[at + 1 :])

    def _everybody(self, name: str) -> frozenset[str]:
        """Return the names, in the form that is compared, that mean the same owner: its others, its members."""
        found = self._same.get(name)
        if found is None:
            from gatepost.context.owner_names import plain_owner

            names = {name}
            catalogue = self.sources.catalogue
            party = catalogue.party(name) if catalogue is not None else None
            if catalogue is not None and party is not None:
                names.update(party.names)
                names.update(catalogue.members(name))
            found = self._same[name] = frozenset(plain_owner(one) for one in names)
        return found


def _once(facts: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return each name once, with all that told it and as sure as the surest of them."""
    told: dict[str, list[Claim]] = {}
    for fact in facts:
        told.setdefault(fact.name, []).append(fact)
    return tuple(
        Claim(
            name,
            ", ".join(dict.fromkeys(fact.how for fact in same)),
            next(sure for sure in _SURENESS if any(fact.confidence == sure for fact in same)),
        )
        for name, same in told.items()
    )
