"""Which places of the resource files their cases show read and written back; never what a place means."""

from __future__ import annotations

from contextlib import contextmanager

from gatepost.conditions import compile_condition
from gatepost.model.problems import CannotWrite
from gatepost.rules.companions import EachPlace, InPlace
from gatepost.rules.merging import merged
from gatepost.rules.placeholders import filled
from gatepost.rules.places import ConstantPlace, OfPlace, PathPlace
from gatepost.rules.several import EntriesPlace, FirstPlace, NetworksPlace, RangePlace, TogetherPlace
from gatepost.rules.world import World
from gatepost.rules.writing import add, remove, write
from gatepost.testing.cases import edits_of
from gatepost.testing.documents import read_document, texts_of

LEAVES = (PathPlace, EntriesPlace, RangePlace, NetworksPlace, OfPlace, ConstantPlace, EachPlace)
READING = ("raw", "understood")
WRITING = ("write", "add", "remove", "write_entry", "remove_entry", "blueprint", "blueprint_entry")
# What these readers yield has attributes of its own, which the tests of the readers write back.
TREES = ("iam_policy", "commands", "user_data", "image", "json", "yaml", "certificate", "filter_pattern", "secrets")


def steps(path):
    return ("$." if path.beside else "") + ".".join(str(step) for step in path.steps).replace(".[]", "[]")


def spelled(place):
    """Return what a place is, as far as it matters for a case: form, path, reader."""
    if isinstance(place, PathPlace | EachPlace | EntriesPlace):
        said = steps(place.path)
    elif isinstance(place, RangePlace):
        said = f"{steps(place.first)} to {steps(place.last)}"
    elif isinstance(place, NetworksPlace):
        said = " and ".join(steps(path) for path in place.paths.values())
    elif isinstance(place, OfPlace):
        said = f"{place.attribute} of {place.relation}"
    else:
        said = f"constant {place.value.literal}"
    return said + (f" as {place.options.reader}" if place.options.reader else "")


def leaves(kind, above):
    """Yield (label, place) for everything below a kind that is read by itself."""
    for name, place in kind.attributes.items():
        yield from below(place, f"{above}{name}")


def below(place, label):
    if isinstance(place, FirstPlace | TogetherPlace):
        for part in place.places:
            yield from below(part, label)
    elif isinstance(place, InPlace):
        if place.inner is not None:
            yield from below(place.inner, f"{label} in {place.type}")
        else:
            yield from leaves(place.kind, f"{label} in {place.type}, ")
    elif isinstance(place, EachPlace):
        yield f"{label}: {spelled(place)}", place
        yield from leaves(place.kind, f"{label}.")
    else:
        yield f"{label}: {spelled(place)}", place


def places_of(concept):
    """Return the places of a concept: label → the objects that stand for it (one for each type with the same)."""
    found = {}
    for entry in concept.entries:
        for label, place in leaves(entry.kind, ""):
            found.setdefault(f"{entry.dialect} {label}", []).append(place)
    return found


def has_to_be_written(place):
    return not isinstance(place, ConstantPlace | EachPlace) and place.options.reader not in TREES


@contextmanager
def watched(names, seen):
    """Note the places that are read (names of methods that return something) or written in the meantime."""
    kept = []
    for form in LEAVES:
        for name in names:
            if name in vars(form):
                original = vars(form)[name]
                kept.append((form, name, original))
                setattr(form, name, _noting(original, seen))
    try:
        yield
    finally:
        for form, name, original in kept:
            setattr(form, name, original)


def _noting(original, seen):
    def noting(self, *arguments):
        found = original(self, *arguments)
        if found is not None and getattr(found, "literal", True) is not None:
            seen.add(id(self))
        return found

    return noting


def shown(concept, catalogue):
    """Return the places (by id) that the cases of a concept read, and those that they write."""
    read, written = set(), set()
    for case in concept.plain.get("cases", ()):
        document = read_document(texts_of(case))
        things = World(document, catalogue).things(concept)
        if not things:
            continue
        with watched(READING, read):
            for attribute, test in case.get("reads", {}).items():
                compile_condition({attribute: test}, concept.schema()).judge(things[0], {})
        with watched(WRITING, written):
            _write(case, things[0])
    return read, written


def _write(case, subject):
    changes = []
    try:
        for verb, function in (("write", write), ("add", add)):
            for name, new in case.get(verb, {}).items():
                changes += function(subject, name, filled(new, subject, {}))
        removed = case.get("remove", [])
        for name in [removed] if isinstance(removed, str) else removed:
            changes += remove(subject, name)
        edits_of(subject.world.document, merged(changes))
    except CannotWrite:
        return


def missing(concept, catalogue):
    """Return the labels of places that no case reads, and of those that no case writes."""
    read, written = shown(concept, catalogue)
    unread, unwritten = [], []
    for label, places in places_of(concept).items():
        if not isinstance(places[0], ConstantPlace) and not any(id(place) in read for place in places):
            unread.append(label)
        if has_to_be_written(places[0]) and not any(id(place) in written for place in places):
            unwritten.append(label)
    return unread, unwritten
