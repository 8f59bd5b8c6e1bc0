"""The catalogue of rules and concepts, loaded part by part as documents need them; never judges."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, cast

from gatepost.conditions.expressions import remember
from gatepost.model.places import Source
from gatepost.model.records import NamedTuple
from gatepost.rules.concepts import Concept
from gatepost.rules.rule import Packed, Rule


class Part(NamedTuple):
    """A part of a catalogue as plain data: rules by id, concepts by name, tables of words by name.

    A part of the compiled catalogue has rules and concepts as they were packed, and what `needs_of` said of their
    expressions.
    """

    rules: Mapping[str, Mapping[str, Any] | Sequence[bytes]]
    concepts: Mapping[str, Mapping[str, Any] | bytes]
    tables: Mapping[str, Mapping[str, Any]] = {}
    expressions: Mapping[str, Any] = {}


class Contents(NamedTuple):
    """What the parts of a compiled catalogue hold, told without reading them.

    `rules`, `concepts` and `tables` name the part that each is in, the rules in the order of their ids. `types` are, by
    language and type, the rules that apply, as their places in that order; "*" stands for any document. All rules of
    the parts `thorough` are for that audience. `settings` are, by rule, those that a policy can give for all rules at
    once.
    """

    rules: Mapping[str, str]
    concepts: Mapping[str, str]
    tables: Mapping[str, str]
    types: Mapping[str, Mapping[str, Sequence[int]]]
    thorough: frozenset[str]
    settings: Mapping[str, Sequence[str]]
    read: Callable[[str], Part]


def _nothing(name: str) -> Part:
    raise KeyError(name)


_EMPTY = Contents({}, {}, {}, {}, frozenset(), {}, _nothing)


class Catalogue:
    """Rules and the concepts they speak of. What is added replaces what has the same name."""

    def __init__(self, shipped: Contents = _EMPTY) -> None:
        self._shipped = shipped
        self._ids: tuple[str, ...] = tuple(shipped.rules)
        self._was_read: dict[str, Part] = {}
        self._own: dict[str, Rule] = {}
        self._rules: dict[str, Rule] = {}
        self._concepts: dict[str, Concept] = {}
        self._tables: dict[str, Mapping[str, Any]] = {}
        self._by_type: dict[tuple[str, str], Sequence[Rule]] = {}
        self._own_by_type: dict[tuple[str, str], list[str]] | None = None
        # Ids of rules for the audience `thorough` that are selected; None: all of them are.
        self._wanted: frozenset[str] | None = None
        self.as_shipped = True  # nothing was added that rules were not compiled beside

    def leave_out_thorough(self, but: Collection[str] = ()) -> None:
        """Select no rules for the audience `thorough` from now on, but for some; all can still be asked for by id."""
        self._wanted = frozenset(but)
        self._by_type.clear()

    @property
    def left_out(self) -> frozenset[str]:
        """The ids of rules that are not selected, whatever a document has."""
        if self._wanted is None:
            return frozenset()
        return frozenset(id for id in (*self._ids, *self._own) if not self._is_selected(id))

    def _is_selected(self, id: str) -> bool:
        if self._wanted is None or id in self._wanted:
            return True
        own = self._own.get(id)
        return own.audience != "thorough" if own is not None else self._shipped.rules[id] not in self._shipped.thorough

    def add(self, part: Part) -> None:
        """Take in what is the user's own."""
        self._tables.update(part.tables)
        for name, plain in part.concepts.items():
            self._concepts[name] = Concept(name, plain, self)
        for id, plain in part.rules.items():
            self._rules[id] = self._own[id] = Rule(id, cast("Mapping[str, Any]", plain), self)
        if part.concepts or part.tables:
            self.as_shipped = False
        self._own_by_type = None
        self._by_type.clear()

    def _part(self, name: str) -> Part:
        found = self._was_read.get(name)
        if found is None:
            found = self._was_read[name] = self._shipped.read(name)
            remember(found.expressions)
        return found

    def has_concept(self, name: str) -> bool:
        """Return whether a resource file declares the concept."""
        return name in self._concepts or name in self._shipped.concepts

    def concept(self, name: str) -> Concept:
        """Return a concept; raises `KeyError` where there is none."""
        found = self._concepts.get(name)
        if found is None:
            plain = self._part(self._shipped.concepts[name]).concepts[name]
            found = self._concepts[name] = Concept(name, plain, self)
        return found

    def table(self, name: str) -> Mapping[str, Any]:
        """Return a table of words; raises `KeyError` where there is none."""
        found = self._tables.get(name)
        if found is None:
            found = self._tables[name] = self._part(self._shipped.tables[name]).tables[name]
        return found

    def tables(self) -> Mapping[str, Mapping[str, Any]]:
        """Return all tables of words by name."""
        return {name: self.table(name) for name in (*self._shipped.tables, *self._tables)}

    def rule(self, id: str) -> Rule:
        """Return a rule; raises `KeyError` where there is none."""
        found = self._rules.get(id)
        if found is None:
            packed = self._part(self._shipped.rules[id]).rules[id]
            found = self._rules[id] = Rule(id, Packed(*cast("Sequence[bytes]", packed)), self)
        return found

    def shared_settings(self) -> dict[str, Sequence[str]]:
        """Return, by rule, the settings that a policy can give for all rules at once; no part is read for it."""
        found = dict(self._shipped.settings)
        found.update({id: rule.shared_settings for id, rule in self._own.items()})
        return {id: found[id] for id in sorted(found) if found[id]}

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all rules in order."""
        return tuple(sorted({*self._ids, *self._own}))

    def rules(self) -> tuple[Rule, ...]:
        """Return all rules in the order of their ids."""
        return tuple(self.rule(id) for id in self.ids())

    def concepts(self) -> tuple[Concept, ...]:
        """Return all concepts in the order of their names."""
        return tuple(self.concept(name) for name in sorted({*self._shipped.concepts, *self._concepts}))

    def rules_for(self, language: str, type: str) -> Sequence[Rule]:
        """Return the rules that apply to a type of resource, in the order of their ids; "*": to every value.

        Those that are left out are neither read nor looked at.
        """
        key = (language, type)
        found = self._by_type.get(key)
        if found is None:
            shipped = self._shipped.types.get(language, {}).get(type, ())
            ids = {id for place in shipped if (id := self._ids[place]) not in self._own}
            ids.update(self._own_ids().get(key, ()))
            found = self._by_type[key] = [self.rule(id) for id in sorted(ids) if self._is_selected(id)]
        return found

    def _own_ids(self) -> Mapping[tuple[str, str], Sequence[str]]:
        if self._own_by_type is None:
            self._own_by_type = {}
            for id, rule in self._own.items():
                for language, types in rule.types().items():
                    for type in types:
                        self._own_by_type.setdefault((language, type), []).append(id)
        return self._own_by_type


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
