"""Looks in a repository for settings that rules take: what stands where a fix would write; never guesses one."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from gatepost.conditions import compile_condition
from gatepost.model.documents import Resource
from gatepost.model.records import NamedTuple
from gatepost.model.shared_settings import VOCABULARY, fits
from gatepost.model.values import Value
from gatepost.pipeline.policies import asked_by_conditions
from gatepost.pipeline.preparing import prepare
from gatepost.pipeline.request import Request
from gatepost.pipeline.roots import read_document
from gatepost.rules.catalogue import Catalogue, load_shipped
from gatepost.rules.concepts import Concept
from gatepost.rules.judge import bases, elements
from gatepost.rules.rule import Rule
from gatepost.rules.subjects import Subject
from gatepost.rules.world import World
from gatepost.sources.reading import Files

MOST_ROOTS = 300
_MOST_PLACES = 3
_MOST_LISTED = 8
_NETWORKS = "trusted_networks"
# What fits one image or workload need not fit another: these are the usual ones only when several have them.
_OF_ONE_PLACE = ("user", "memory_limit")
_SEVERAL = 3
# Networks that are named for the trust in them are one's own, or as small as an office: larger public ones are not.
_SMALLEST_PREFIX = {4: 24, 6: 48}


class Use(NamedTuple):
    """A value in use, or the address of a resource whose value is known only when it is made (`made`).

    `places` are the first few as path:line; `times` counts all.
    """

    text: str
    made: bool
    times: int
    places: tuple[str, ...]


class Wanted(NamedTuple):
    """A setting that rules take about something that is here.

    `provider` is "" where every provider writes it alike. `uses` has what is used most first. `decides`: a rule's
    condition asks for it, so that it can also hide a finding.
    """

    name: str
    provider: str
    rules: tuple[str, ...]
    uses: tuple[Use, ...]
    decides: bool

    @property
    def chosen(self) -> tuple[str, ...]:
        """What the repository says it is: the value that is used, or used most; all of them for a list. () for nothing.

        One that can hide a finding is never chosen for somebody.
        """
        known = [use for use in self.uses if not use.made]
        if not known or self.decides or any(use.times > known[0].times for use in self.uses):
            return ()
        if VOCABULARY[self.name].sort == "texts":
            listed = _together([use.text for use in known]) if self.name == _NETWORKS else [use.text for use in known]
            return tuple(listed) if len(listed) <= _MOST_LISTED else ()
        if self.name in _OF_ONE_PLACE and known[0].times < _SEVERAL:
            return ()
        clear = len(known) == 1 or known[0].times >= max(2, 2 * known[1].times)
        return (known[0].text,) if clear else ()


def wanted_settings(paths: Sequence[str], today: str) -> tuple[Wanted, ...]:
    """Return the settings that the shipped rules take about what is below some paths; those of most rules first."""
    run = prepare(Request(paths=tuple(paths), today=today), Files)
    catalogue = load_shipped()
    search = _Search(catalogue, today)
    for root in run.roots[:MOST_ROOTS]:
        document = read_document(run.workshop, root)
        if document is not None:
            search.look(World(document, catalogue))
    return search.found()


class _Search:
    """What was seen so far; a place that several roots share counts once."""

    def __init__(self, catalogue: Catalogue, today: str) -> None:
        self._catalogue = catalogue
        self._today = today
        self._rules: dict[tuple[str, str], set[str]] = {}
        self._places: dict[tuple[str, str], dict[tuple[str, bool], set[str]]] = {}
        self._concepts: dict[tuple[str, str], list[Concept]] = {}
        self._of: World | None = None
        self._addresses: dict[str, Resource] = {}

    def look(self, world: World) -> None:
        """Take a document in."""
        document = world.document
        for type in document.types():
            for rule in self._catalogue.rules_for(document.language, type):
                for name in (one for one in rule.shared_settings if one in VOCABULARY):
                    self._rules.setdefault(_key(name, rule), set()).add(rule.id)
                    for attribute, around in _written_by(rule, name):
                        for resource in document.resources(type):
                            self._look_at(world, rule, resource, name, attribute, around)

    def _look_at(
        self, world: World, rule: Rule, resource: Resource, name: str, attribute: str, around: re.Pattern[str]
    ) -> None:
        for base in bases(world, rule, resource):
            for subject in elements(base, rule.applies.lists):
                value = subject.get(attribute)
                if value is None or value.sensitive or not _is_about(rule, subject, attribute, self._today):
                    continue
                for text, made in self._texts(world, name, rule, value, around):
                    found = self._places.setdefault(_key(name, rule), {}).setdefault((text, made), set())
                    found.add(_place(value, resource))

    def _texts(
        self, world: World, name: str, rule: Rule, value: Value, around: re.Pattern[str]
    ) -> Iterator[tuple[str, bool]]:
        provider = rule.id.partition("/")[0]
        for one in _scalars(value):
            if one.refers_to is not None and not isinstance(one.literal, str):
                yield from self._of_reference(world, name, provider, one.refers_to.address)
            elif isinstance(one.literal, str | int) and not isinstance(one.literal, bool):
                match = around.fullmatch(str(one.literal))
                if match and _may_be(name, provider, match[1]):
                    yield match[1], False

    def _of_reference(self, world: World, name: str, provider: str, address: str) -> Iterator[tuple[str, bool]]:
        """Yield the name that a resource of this repository is known by, else its address."""
        resource = self._at(world, address)
        if resource is None:
            return
        for concept in self._of_type(world.document.language, resource.type):
            for thing in world.things_of(concept, resource):
                known = [thing.get(one) for one in concept.plain.get("identity", ()) if one in thing.kind.attributes]
                for got in known:
                    text = got.literal if got is not None and not got.sensitive else None
                    if isinstance(text, str) and _may_be(name, provider, text):
                        yield text, False
                        return
        yield address, True

    def _at(self, world: World, address: str) -> Resource | None:
        """Return the resource with an address in a document; addresses are looked up for one document at a time."""
        if self._of is not world:
            self._of = world
            listed = (one for type in world.document.types() for one in world.document.resources(type))
            self._addresses = {one.address: one for one in listed}
        return self._addresses.get(address)

    def _of_type(self, language: str, type: str) -> list[Concept]:
        if not self._concepts:
            for concept in self._catalogue.concepts():
                for spoken in ("terraform", "cloudformation"):
                    for one in concept.types_in(spoken):
                        self._concepts.setdefault((spoken, one), []).append(concept)
        return self._concepts.get((language, type), [])

    def found(self) -> tuple[Wanted, ...]:
        """Return what was seen."""
        wanted: list[Wanted] = []
        for (name, provider), rules in self._rules.items():
            seen = self._places.get((name, provider), {})
            uses = [
                Use(text, made, len(places), tuple(sorted(places, key=_by_line)[:_MOST_PLACES]))
                for (text, made), places in seen.items()
            ]
            uses.sort(key=lambda use: (use.made, -use.times, use.text))
            decides = any(name in asked_by_conditions(self._catalogue, rule) for rule in rules)
            wanted.append(Wanted(name, provider, tuple(sorted(rules)), tuple(uses), decides))
        wanted.sort(key=lambda one: (-len(one.rules), one.name, one.provider))
        return tuple(wanted)


def _key(name: str, rule: Rule) -> tuple[str, str]:
    meaning = VOCABULARY.get(name)
    return name, "" if meaning is None or "" in meaning.forms else rule.id.partition("/")[0]


def _written_by(rule: Rule, name: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the attributes that the fix of a rule writes a setting to, with what stands around it there."""
    hole = "${" + name + "}"
    for attribute, plain in (rule.fix or {}).get("set", {}).items():
        if isinstance(plain, str) and plain.count(hole) == 1 and plain.count("${") == 1:
            before, _, after = plain.partition(hole)
            yield attribute, re.compile(re.escape(before) + "(.+)" + re.escape(after))


def _is_about(rule: Rule, subject: Subject, attribute: str, today: str) -> bool:
    """Whether a rule is about this subject, whatever the attribute is: what is written at other ports says nothing."""
    asked: list[Mapping[str, Any]] = []
    if "when" in rule.plain:
        asked.append(rule.plain["when"])
    if not rule.requires:
        asked.append(rule.plain["forbid"])
    for condition in asked:
        rest = {name: test for name, test in condition.items() if not _mentions((name, test), attribute)}
        if rest:
            compiled = compile_condition(rest, rule.schema, (*rule.settings, "today"), proved=True)
            if compiled.answer(subject.get, {**rule.settings, "today": today})[0] is False:
                return False
    return True


def _mentions(plain: Any, attribute: str) -> bool:
    if isinstance(plain, Mapping):
        return any(_mentions(pair, attribute) for pair in cast("Mapping[str, Any]", plain).items())
    if isinstance(plain, list | tuple):
        return any(_mentions(one, attribute) for one in cast("Sequence[Any]", plain))
    return isinstance(plain, str) and (plain == attribute or plain.startswith(attribute + "."))


def _scalars(value: Value) -> Iterator[Value]:
    """Yield the single values of a list, and the networks as they are written."""
    parts = getattr(value.literal, "parts", None)
    if isinstance(parts, tuple):
        for _, part in cast("tuple[tuple[object, Value], ...]", parts):
            yield part
    elif value.is_list:
        yield from value.literal
    else:
        yield value


def _may_be(name: str, provider: str, text: str) -> bool:
    return fits(name, provider, text) and (name != _NETWORKS or _is_own(text))


def _is_own(text: str) -> bool:
    """Whether a network can be somebody's own: a private one, or a public one that is small."""
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return network.prefixlen > 0 and (network.is_private or network.prefixlen >= _SMALLEST_PREFIX[network.version])


def _together(networks: Sequence[str]) -> list[str]:
    """Return the same networks without those that lie in others, in order of their addresses."""
    found = [ipaddress.ip_network(one, strict=False) for one in networks]
    fours = ipaddress.collapse_addresses(one for one in found if isinstance(one, ipaddress.IPv4Network))
    sixes = ipaddress.collapse_addresses(one for one in found if isinstance(one, ipaddress.IPv6Network))
    return [str(one) for one in (*fours, *sixes)]


def _place(value: Value, resource: Resource) -> str:
    location = value.span.location if value.span is not None else resource.header.location
    return f"{location.path}:{location.region.start_line}"


def _by_line(place: str) -> tuple[str, int]:
    path, _, line = place.rpartition(":")
    return path, int(line)
