"""Every place of every resource file, written into an otherwise empty resource, is read back as what was written."""

from __future__ import annotations

from functools import cache

import pytest

from gatepost.conditions import Attributes, Sort, compile_condition
from gatepost.model.changes import Append
from gatepost.rules.companions import EachPlace, InPlace
from gatepost.rules.merging import merged
from gatepost.rules.paths import steps_to_write
from gatepost.rules.schemas import place_sort
from gatepost.rules.several import EntriesPlace, FirstPlace, NetworksPlace, RangePlace, TogetherPlace
from gatepost.rules.world import World
from gatepost.testing.cases import edits_of
from gatepost.testing.documents import apply, read_document
from tests.policies.places import can_be_written, spelled, unread
from tests.policies.refresh import catalogue

SAMPLES = {
    "truth": True, "number": 7, "networks": "10.1.0.0/16", "ports": "443", "version": "1.2", "date": "2027-01-01",
    "duration": "30d", "size": "2Gi",
}  # fmt: skip


@cache
def shipped():
    return catalogue()


def chains(place, above=()):
    """Yield the ways through a place to what is written by itself, as the places on the way."""
    here = (*above, place)
    if isinstance(place, FirstPlace | TogetherPlace):
        for part in place.places:
            yield from chains(part, here)
    elif isinstance(place, InPlace) and place.inner is not None:
        yield from chains(place.inner, here)
    elif isinstance(place, EachPlace | InPlace):
        for inner in place.kind.attributes.values():
            yield from chains(inner, here)
    else:
        yield here


def writable(chain):
    through = [place for place in chain if isinstance(place, EachPlace)]
    return can_be_written(chain[-1]) and not any(place.options.reader for place in through)


def every_chain():
    for concept in shipped().concepts():
        for number, entry in enumerate(concept.entries):
            for name, place in entry.kind.attributes.items():
                for chain in filter(writable, chains(place)):
                    companions = "".join(f"in {one.type} " for one in chain if isinstance(one, InPlace))
                    label = f"{concept.name}.{name}, {entry.type}: {companions}{spelled(chain[-1])}"
                    yield pytest.param(concept.name, number, name, chain, id=label)


def empty(entry):
    if entry.dialect == "cloudformation":
        return {"template.yaml": f"Resources:\n  It:\n    Type: {entry.type}\n"}
    kind, _, type = entry.type.rpartition("data.")
    return {"main.tf": f'{"data" if kind or entry.type != type else "resource"} "{type}" "it" {{\n}}\n'}


class Text:
    """A text that changes, and the thing in it that stands at the end of a way of places."""

    def __init__(self, concept, entry):
        self.concept, self.entry = concept, entry
        self.texts = empty(entry)
        self.way = []

    def write(self, change):
        """Make the changes that a function says of the thing."""
        thing = self.thing()
        self.texts = apply(self.texts, edits_of(thing.world.document, merged(change(thing))))

    def thing(self):
        from gatepost.rules.subjects import Subject

        world = World(read_document(self.texts), shipped())
        resource = next(one for one in world.document.resources(self.entry.type))
        found = Subject(world, resource, self.entry.kind, resource.body, self.entry.under)
        for step in self.way:
            found = step(found)
        return found

    def enter(self, place):
        """Go into an element or companion, which is made where there is none."""
        if isinstance(place, InPlace):
            self.write(lambda thing: place.create(thing, ({}, frozenset())))
            self.way.append(lambda thing: companion(thing, place))
        elif isinstance(place, EachPlace):
            self.go_down(place.path, place.kind)

    def go_down(self, path, kind):
        begun = {"Other": "x"} if self.entry.dialect == "cloudformation" else {}
        self.write(lambda thing: [Append(thing.container, (*thing.prefix, *steps_to_write(path)), begun)])
        self.way.append(lambda thing: element(thing, path, kind))


def companion(thing, place):
    from gatepost.rules.subjects import Subject

    found = thing.world.companions(thing, place.type, place.joined_by).resources[0]
    return Subject(thing.world, found, place.kind, found.body, (), "", thing)


def element(thing, path, kind):
    from gatepost.rules.subjects import Subject

    found = thing.along(path)
    one = found.literal[0] if found.is_list else found
    return Subject(thing.world, thing.resource, kind, one, (), "0", thing)


def sample(place, kind):
    if place.options.values:
        return list(place.options.values.values())[-1]
    if isinstance(place, RangePlace):
        return "443"
    return "10.1.0.0/16" if isinstance(place, NetworksPlace) else SAMPLES.get(place_sort(place, kind).kind, "sample")


@pytest.mark.parametrize(("concept", "number", "name", "chain"), list(every_chain()))
def test_a_place_reads_what_it_writes(concept, number, name, chain):
    found = shipped().concept(concept)
    entry = found.entries[number]
    text = Text(found, entry)
    if entry.each is not None:
        text.go_down(entry.each, entry.kind)
    for place in chain[:-1]:
        text.enter(place)
    leaf = chain[-1]
    new = sample(leaf, entry.kind)
    if isinstance(leaf, EntriesPlace):
        text.write(lambda thing: leaf.write_entry(thing, "sample", new))
    else:
        text.write(lambda thing: leaf.write(thing, new))
    value = leaf.understood(text.thing())
    assert value is not None, text.texts
    assert reads(leaf, entry.kind, value, new), (value, text.texts)


def reads(place, kind, value, new):
    """Return whether a value is the one that was written: equal, or in the set or list."""
    if isinstance(place, EntriesPlace):
        value, sort = value.literal["sample"], Sort("any")
    else:
        sort = place_sort(place, kind)
    test = {"includes": new} if sort.kind in ("networks", "ports", "list") else new
    return compile_condition({"it": test}, Attributes({"it": sort})).judge({"it": value}, {}).truth is True


CASES = {
    "terraform": ("terraform", "terraform_json", "files"),
    "cloudformation": ("cloudformation",),
    "dockerfile": ("dockerfile",),
}


@pytest.mark.parametrize("name", [concept.name for concept in shipped().concepts()])
def test_the_cases_of_a_concept_show_every_dialect_and_what_cannot_be_written(name):
    concept = shipped().concept(name)
    for dialect in {entry.dialect for entry in concept.entries}:
        cases = concept.plain.get("cases", ())
        assert any(key in case for case in cases for key in CASES[dialect]), f"no case for {dialect}"
    assert unread(concept, shipped()) == []
