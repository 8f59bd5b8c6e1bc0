"""The places of the resource files, and which of them their cases show; never what a place means."""

from __future__ import annotations

from contextlib import contextmanager

from gatepost.conditions import compile_condition
from gatepost.rules.companions import EachPlace, InPlace
from gatepost.rules.mentions import MentionsPlace
from gatepost.rules.paths import EACH
from gatepost.rules.places import ConstantPlace, OfPlace, PathPlace
from gatepost.rules.several import EntriesPlace, FirstPlace, NetworksPlace, RangePlace, TogetherPlace
from gatepost.rules.world import World
from gatepost.testing.documents import read_document, texts_of

LEAVES = (PathPlace, EntriesPlace, RangePlace, NetworksPlace, OfPlace, ConstantPlace, EachPlace, MentionsPlace)
READING = ("raw", "understood")
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
    elif isinstance(place, MentionsPlace):
        said = f"mentions of {steps(place.path) or 'itself'}"
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


def can_be_written(place):
    """Return whether a value can be written at the place; which element of a list is meant is not clear."""
    if isinstance(place, PathPlace) and EACH in place.path.steps[:-1]:
        return False
    return (
        not isinstance(place, ConstantPlace | OfPlace | EachPlace | MentionsPlace) and place.options.reader not in TREES
    )


@contextmanager
def watched(read):
    """Note the places where something is read in the meantime."""
    kept = []
    for form in LEAVES:
        for name in READING:
            if name in vars(form):
                original = vars(form)[name]
                kept.append((form, name, original))
                setattr(form, name, _noting(original, read))
    try:
        yield
    finally:
        for form, name, original in kept:
            setattr(form, name, original)


def _noting(original, read):
    def noting(self, *arguments):
        found = original(self, *arguments)
        if found is not None and getattr(found, "literal", True) is not None:
            read.add(id(self))
        return found

    return noting


def seen(concept, catalogue):
    """Return the places (by id) that the cases of a concept read."""
    read = set()
    for case in concept.plain.get("cases", ()):
        things = World(read_document(texts_of(case)), catalogue).things(concept)
        with watched(read):
            for attribute, test in case.get("reads", {}).items():
                compile_condition({attribute: test}, concept.schema()).judge(things[0], {})
    return read


def unread(concept, catalogue):
    """Return the labels of the places that no case reads, and that cannot be written and read back by themselves."""
    read = seen(concept, catalogue)
    return [
        label
        for label, places in places_of(concept).items()
        if not can_be_written(places[0])
        and not isinstance(places[0], ConstantPlace)
        and not any(id(place) in read for place in places)
    ]
