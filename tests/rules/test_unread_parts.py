"""What stands in a part that cannot be read is not known; it is not missing."""

from __future__ import annotations

from gatepost.model.places import Source
from gatepost.rules.catalogue import load
from gatepost.rules.world import World
from gatepost.testing.documents import read_document

RESOURCE = """
name: x.thing
identity: [id]
found_in:
  - terraform: x_thing
    attributes: {size: {in: x_part, joined_by: thing, path: size}, kind: kind, walls: walls.height}
"""


def read(text, attribute):
    catalogue = load([], [Source("r.yaml", RESOURCE, "rule")])
    (thing,) = World(read_document({"main.tf": text}), catalogue).things(catalogue.concept("x.thing"))
    return thing.get(attribute)


def test_a_companion_that_cannot_be_read_may_be_there():
    value = read('resource "x_thing" "t" {\n}\n\nresource "x_part" "p" { size = = 1 }\n', "size")
    assert value.unknown.why == "a x_part cannot be read"


def test_another_type_that_cannot_be_read_does_not_matter():
    assert read('resource "x_thing" "t" {\n}\n\nresource "x_other" "p" { size = = 1 }\n', "size") is None


def test_a_call_that_cannot_be_read_may_make_a_companion():
    value = read('resource "x_thing" "t" {\n}\n\nmodule "p" { source = = 1 }\n', "size")
    assert value.unknown.why == "a part of the files cannot be read"


def test_an_attribute_that_cannot_be_read_is_not_missing():
    assert read('resource "x_thing" "t" {\n  kind = = 1\n}\n', "kind").unknown is not None


def test_a_block_that_cannot_be_read_is_not_missing():
    assert read('resource "x_thing" "t" {\n  walls { height = = 1 }\n}\n', "walls").unknown is not None
