"""Looks through loaded rules and concepts for what does not fit together; never judges a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, cast

from gatepost.conditions import ConditionError, Schema, compile_condition, nearest_word
from gatepost.conditions.sorts import sort_of
from gatepost.languages.positioned import Node
from gatepost.rules.companions import EachPlace, InPlace
from gatepost.rules.loading import Loaded, fault
from gatepost.rules.places import OfPlace, Place
from gatepost.rules.several import FirstPlace, TogetherPlace

if TYPE_CHECKING:
    from gatepost.rules.catalogue import Catalogue
    from gatepost.rules.rule import Rule
    from gatepost.rules.subjects import Kind

_HOLE = re.compile(r"\$\{([^}]*)\}")


def proofread(catalogue: Catalogue, rules: Sequence[Loaded], concepts: Sequence[Loaded]) -> None:
    """Raise `UsageError` at the first thing that names what is not there, or asks what cannot be asked."""
    # Everything that is named is there before anything is looked into: one concept leads to the others.
    for loaded in concepts:
        _named(catalogue, loaded)
    for loaded in concepts:
        _concept(catalogue, loaded)
    for loaded in rules:
        _rule(catalogue.rule(loaded.name), loaded)


def _at(node: Node, path: Sequence[str | int]) -> Node:
    """Return the node a path of keys leads to, or the last one on the way."""
    at = node
    for position, step in enumerate(path):
        inner: Node | None = None
        if type(step) is int:
            elements = at.elements()
            inner = elements[step] if step < len(elements) else None
        else:
            inner = at.get(str(step))
            if inner is not None and position == len(path) - 1:
                return next(key for name, key, _ in at.items() if name == step)
        if inner is None:
            return at
        at = inner
    return at


def _condition(loaded: Loaded, path: tuple[str | int, ...], compile: Callable[[], object]) -> None:
    try:
        compile()
    except ConditionError as error:
        hint = f'did you mean "{error.nearest}"?' if error.nearest else ""
        fault(loaded.source, _at(loaded.node, (*path, *error.path)), error.message, hint)


def _no_such(loaded: Loaded, node: Node, word: str, schema: Schema) -> NoReturn:
    near = nearest_word(word, schema.names())
    names = ", ".join(sorted(schema.names())[:20])
    hint = f'did you mean "{near}"?' if near else f"it has {names}" if names else ""
    fault(loaded.source, node, f'there is no attribute "{word}" here', hint)


# -- concepts ---------------------------------------------------------------------------------------------------------


def _named(catalogue: Catalogue, loaded: Loaded) -> None:
    """Raise for a relation to a concept, or a table, that there is not."""
    relations: Mapping[str, Any] = loaded.plain.get("relations", {})
    for name, plain in relations.items():
        form = next(form for form in ("to", "from", "all") if form in plain)
        if not catalogue.has_concept(plain[form]):
            node = _at(loaded.node, ("relations", name))
            known = [concept.name for concept in catalogue.concepts()]
            near = nearest_word(plain[form], known)
            fault(
                loaded.source,
                node,
                f'no resource file declares "{plain[form]}"',
                f'did you mean "{near}"?' if near else "",
            )
    _tables(catalogue, loaded, loaded.plain["found_in"], loaded.node.get("found_in") or loaded.node)


def _concept(catalogue: Catalogue, loaded: Loaded) -> None:
    relations: Mapping[str, Any] = loaded.plain.get("relations", {})
    concept = catalogue.concept(loaded.name)
    schema = concept.schema()
    for name, plain in relations.items():
        _relation(catalogue, loaded, name, plain, schema)
    for entry in concept.entries:
        for place in _places(entry.kind):
            if isinstance(place, OfPlace):
                relation = entry.kind.relations.get(place.relation)
                if relation is None:
                    fault(
                        loaded.source, loaded.node, f'"of" names the relation "{place.relation}", which is not declared'
                    )
                if relation.concept.schema().sort(place.attribute) is None:
                    _no_such(loaded, loaded.node, place.attribute, relation.concept.schema())
    for name in schema.names():
        schema.sort(name)


def _tables(catalogue: Catalogue, loaded: Loaded, plain: Any, node: Node) -> None:
    if isinstance(plain, Mapping):
        named = cast("Mapping[str, Any]", plain)
        for key in ("values", "table"):
            table = named.get(key)
            if isinstance(table, str) and ("path" in named or "first" in named or "as" in named):
                try:
                    catalogue.table(table)
                except KeyError:
                    fault(loaded.source, node.get(key) or node, f'there is no table "{table}"')
        for name, _, inner in node.items():
            if name == "where":
                _where(loaded, named[name], inner)
            _tables(catalogue, loaded, named[name], inner)
    elif isinstance(plain, list):
        for one, inner in zip(cast("list[Any]", plain), node.elements(), strict=False):
            _tables(catalogue, loaded, one, inner)


def _where(loaded: Loaded, plain: Any, node: Node) -> None:
    try:
        compile_condition(plain)
    except ConditionError as error:
        fault(loaded.source, _at(node, error.path), error.message)


def _relation(catalogue: Catalogue, loaded: Loaded, name: str, plain: Mapping[str, Any], schema: Schema) -> None:
    node = _at(loaded.node, ("relations", name))
    owner, _, last = name.rpartition(".")
    mine = schema
    if owner:
        sort = sort_of(schema, owner)
        if sort is None:
            _no_such(loaded, node, owner, schema)
        from gatepost.rules.schemas import element_schema

        mine = element_schema(sort, schema) or schema
        name = last
    if "to" in plain and sort_of(mine, plain["by"]) is None:
        _no_such(loaded, node, plain["by"], mine)
    other = catalogue.concept(plain.get("from") or plain.get("to") or plain["all"])
    if "from" in plain and sort_of(other.schema(), plain["by"]) is None:
        _no_such(loaded, node, plain["by"], other.schema())
    if plain.get("where") is not None:
        _condition(
            loaded,
            ("relations", name, "where"),
            lambda: compile_condition(plain["where"], other.schema(), mine.names()),
        )


def _places(kind: Kind) -> Iterator[Place]:
    for place in kind.attributes.values():
        yield from _inner(place)


def _inner(place: Place) -> Iterator[Place]:
    yield place
    if isinstance(place, FirstPlace | TogetherPlace):
        for part in place.places:
            yield from _inner(part)
    elif isinstance(place, InPlace) and place.inner is not None:
        yield from _inner(place.inner)
    elif isinstance(place, EachPlace):
        yield from _places(place.kind)


# -- rules ------------------------------------------------------------------------------------------------------------


def _rule(rule: Rule, loaded: Loaded) -> None:
    node = loaded.node
    applies_to = node.get("applies_to") or node
    try:
        schema = rule.schema
    except ValueError as error:
        near = nearest_word(rule.plain["applies_to"], [concept.name for concept in rule.catalogue.concepts()])
        fault(loaded.source, applies_to, str(error), f'did you mean "{near}"?' if near else "")
    names = (*rule.settings, "today")
    for key in ("when", "require", "forbid"):
        if key in rule.plain:
            condition = rule.plain[key]
            _condition(loaded, (key,), lambda condition=condition: compile_condition(condition, schema, names))
    _owners(rule, loaded)
    points = node.get("points_at")
    for element in points.elements() if points is not None else ():
        if sort_of(schema, str(element.value)) is None:
            _no_such(loaded, element, str(element.value), schema)
    message = node.get("message")
    if message is not None:
        for found in _HOLE.finditer(str(message.value)):
            if found[1] not in names and sort_of(schema, found[1]) is None:
                _no_such(loaded, message, found[1], schema)
    if rule.fix is not None:
        _fix(rule, loaded, schema)


def _owners(rule: Rule, loaded: Loaded) -> None:
    """Raise for a rule that undecided judgements are left to, when it asks of something else or leaves them back."""
    owners = loaded.node.get("leaves_undecided_to")
    for element in owners.elements() if owners is not None else ():
        if element.value not in rule.catalogue.ids():
            continue  # a rule may be tested by itself
        owner = rule.catalogue.rule(str(element.value)).plain
        if owner["applies_to"] != rule.plain["applies_to"]:
            fault(loaded.source, element, f"that rule applies to {owner['applies_to']}, which is something else")
        if rule.id in owner.get("leaves_undecided_to", ()):
            fault(loaded.source, element, "that rule leaves what is undecided to this one")


def _fix(rule: Rule, loaded: Loaded, schema: Schema) -> None:
    fix = rule.fix or {}
    node = loaded.node.get("fix") or loaded.node
    for verb in ("set", "add"):
        part = node.get(verb)
        for name, key, value in part.items() if part is not None else ():
            if sort_of(schema, name) is None:
                _no_such(loaded, key, name, schema)
            for found in _HOLE.finditer(str(value.plain())):
                if found[1] not in rule.settings and sort_of(schema, found[1]) is None:
                    _no_such(loaded, value, found[1], schema)
            if fix["safety"] == "safe" and _replaces(rule, name):
                hint = "write safety: unsafe, and say why"
                fault(loaded.source, key, f"a fix of {name} replaces the resource, so that it cannot be safe", hint)
    removed = fix.get("remove", [])
    for name in [removed] if isinstance(removed, str) else removed:
        if name != "this" and sort_of(schema, name) is None:
            _no_such(loaded, node.get("remove") or node, name, schema)


def _replaces(rule: Rule, name: str) -> bool:
    concept = rule.applies.concept
    if concept is None:
        return False
    for entry in concept.entries:
        kinds = [entry.kind]
        for inner in rule.applies.lists:
            kinds = [
                place.kind
                for kind in kinds
                if (found := kind.attributes.get(inner)) is not None
                for place in _inner(found)
                if isinstance(place, EachPlace | InPlace)
            ]
        if any(found.replaces() for kind in kinds if (found := kind.attributes.get(name)) is not None):
            return True
    return False
