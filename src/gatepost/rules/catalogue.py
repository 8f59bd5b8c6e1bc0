"""The catalogue of rules and concepts, loaded part by part as documents need them; never judges."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from gatepost.model.places import Source
from gatepost.model.records import NamedTuple
from gatepost.rules.concepts import Concept
from gatepost.rules.rule import Packed, Rule

_NONE: frozenset[str] = frozenset()


class Part(NamedTuple):
    """A part of a catalogue as plain data: rules by id, concepts by name, tables of words by name.

    A part of the compiled catalogue has rules and concepts as they were packed.
    """

    rules: Mapping[str, Mapping[str, Any] | Packed]
    concepts: Mapping[str, Mapping[str, Any] | bytes]
    tables: Mapping[str, Mapping[str, Any]] = {}


class Deferred(NamedTuple):
    """A part that is read when a document has one of its types; `types` per language, "*" for any document.

    `rules`, `concepts` and `tables` are the names of what it holds. `thorough`: all its rules are for that audience.
    `settings` are, by rule, those that a policy can give for all rules at once.
    """

    types: Mapping[str, frozenset[str]]
    rules: frozenset[str]
    concepts: frozenset[str]
    tables: frozenset[str]
    read: Callable[[], Part]
    thorough: bool = False
    settings: Mapping[str, Sequence[str]] = {}


class Catalogue:
    """Rules and the concepts they speak of. What is loaded later replaces what has the same name."""

    def __init__(self, deferred: Iterable[Deferred] = ()) -> None:
        self._rules: dict[str, Rule] = {}
        self._concepts: dict[str, Concept] = {}
        self._tables: dict[str, Mapping[str, Any]] = {}
        self._deferred = list(deferred)
        self._by_type: dict[tuple[str, str], list[Rule]] = {}
        self._indexed = False
        # Ids of rules for the audience `thorough` that are selected; None: all of them are.
        self._wanted: frozenset[str] | None = None

    def leave_out_thorough(self, but: Collection[str] = ()) -> None:
        """Select no rules for the audience `thorough` from now on, but for some; all can still be asked for by id."""
        self._wanted = frozenset(but)
        self._indexed = False

    @property
    def left_out(self) -> frozenset[str]:
        """The ids of rules that are not selected, whatever a document has."""
        if self._wanted is None:
            return frozenset()
        left = frozenset(id for id, rule in self._rules.items() if rule.audience == "thorough")
        return left.union(*(part.rules for part in self._deferred if part.thorough)) - self._wanted

    def add(self, part: Part, proved: bool = False) -> None:
        """Take a part in; `proved`: all its conditions are known to compile."""
        self._tables.update(part.tables)
        for name, plain in part.concepts.items():
            self._concepts[name] = Concept(name, plain, self)
        for id, plain in part.rules.items():
            self._rules[id] = Rule(id, plain, self, proved)
        self._indexed = False

    def _read(self, wanted: Callable[[Deferred], bool]) -> None:
        due = [part for part in self._deferred if wanted(part)]
        if due:
            self._deferred = [part for part in self._deferred if part not in due]
            for part in due:
                found = part.read()
                # What was added from the user's own files stands.
                kept = Part(
                    {id: plain for id, plain in found.rules.items() if id not in self._rules},
                    {name: plain for name, plain in found.concepts.items() if name not in self._concepts},
                    {name: plain for name, plain in found.tables.items() if name not in self._tables},
                )
                self.add(kept, proved=True)  # it was compiled when the package was built

    def has_concept(self, name: str) -> bool:
        """Return whether a resource file declares the concept."""
        return name in self._concepts or any(name in part.concepts for part in self._deferred)

    def concept(self, name: str) -> Concept:
        """Return a concept; raises `KeyError` where there is none."""
        if name not in self._concepts:
            self._read(lambda part: name in part.concepts)
        return self._concepts[name]

    def table(self, name: str) -> Mapping[str, Any]:
        """Return a table of words; raises `KeyError` where there is none."""
        if name not in self._tables:
            self._read(lambda part: name in part.tables)
        return self._tables[name]

    def tables(self) -> Mapping[str, Mapping[str, Any]]:
        """Return all tables of words by name."""
        self._read(lambda _: True)
        return self._tables

    def rule(self, id: str) -> Rule:
        """Return a rule; raises `KeyError` where there is none."""
        if id not in self._rules:
            self._read(lambda part: id in part.rules)
        return self._rules[id]

    def shared_settings(self) -> dict[str, Sequence[str]]:
        """Return, by rule, the settings that a policy can give for all rules at once; no part is read for it."""
        found = {id: names for part in self._deferred for id, names in part.settings.items()}
        found.update({id: rule.shared_settings for id, rule in self._rules.items()})
        return {id: found[id] for id in sorted(found) if found[id]}

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all rules in order."""
        ids = set(self._rules)
        for part in self._deferred:
            ids |= part.rules
        return tuple(sorted(ids))

    def rules(self) -> tuple[Rule, ...]:
        """Return all rules in the order of their ids."""
        self._read(lambda _: True)
        return tuple(self._rules[id] for id in sorted(self._rules))

    def concepts(self) -> tuple[Concept, ...]:
        """Return all concepts in the order of their names."""
        self._read(lambda _: True)
        return tuple(self._concepts[name] for name in sorted(self._concepts))

    def rules_for(self, language: str, type: str) -> Sequence[Rule]:
        """Return the rules that apply to a type of resource, in the order of their ids; "*": to every value.

        Those that are left out are neither read nor looked at.
        """
        self._read(lambda part: self._has_some(part) and not part.types.get(language, _NONE).isdisjoint((type, "*")))
        if not self._indexed:
            self._index()
        return self._by_type.get((language, type), ())

    def _has_some(self, part: Deferred) -> bool:
        return self._wanted is None or not part.thorough or not part.rules.isdisjoint(self._wanted)

    def _index(self) -> None:
        self._by_type = {}
        wanted = self._wanted
        for id in sorted(self._rules):
            rule = self._rules[id]
            if wanted is not None and id not in wanted and rule.audience == "thorough":
                continue
            for language, types in rule.types().items():
                for type in types:
                    self._by_type.setdefault((language, type), []).append(rule)
        self._indexed = True


def load(rule_files: Sequence[tuple[str, Source]], resource_files: Sequence[Source]) -> Catalogue:
    """Return the catalogue of some files: rules as (id, source), resource files as sources.

    Everything is looked through; raises `UsageError` with file, line, column and the nearest valid word.
    """
    catalogue = Catalogue()
    add_files(catalogue, rule_files, resource_files)
    return catalogue


def add_files(
    catalogue: Catalogue,
    rule_files: Sequence[tuple[str, Source]],
    resource_files: Sequence[Source],
    proof: bool = True,
) -> None:
    """Add the user's own files to a catalogue; raises `UsageError`. `proof`: see that all they name is there."""
    from gatepost.rules.loading import read_resource_file, read_rule_file  # YAML only when there is some
    from gatepost.rules.proofreading import proofread

    rules = [read_rule_file(id, source) for id, source in rule_files]
    files = [read_resource_file(source) for source in resource_files]
    concepts = [concept for file in files for concept in file.concepts]
    tables = {name: plain for file in files for name, plain in file.tables.items()}
    catalogue.add(
        Part({r.name: r.plain for r in rules}, {c.name: c.plain for c in concepts}, tables),
    )
    if proof:
        proofread(catalogue, rules, concepts)


def load_shipped() -> Catalogue:
    """Return the catalogue that comes with Gatepost: compiled where it is installed, else from the checkout's YAML."""
    from gatepost.rules.compiled import read_compiled

    found = read_compiled()
    if found is not None:
        return found
    from gatepost.rules.folders import policy_files, shipped_folder

    folder = shipped_folder()
    rules, resources = policy_files(folder)
    catalogue = Catalogue()
    add_files(catalogue, rules, resources, proof=False)  # the tests proofread what is shipped
    return catalogue
