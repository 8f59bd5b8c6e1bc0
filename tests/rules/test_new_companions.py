"""What a new companion is written with."""

from __future__ import annotations

import pytest

from gatepost.model.places import Source
from gatepost.model.problems import CannotWrite
from gatepost.rules.catalogue import load
from gatepost.rules.world import World
from gatepost.rules.writing import add
from gatepost.testing.cases import edits_of
from gatepost.testing.documents import apply, read_document

RESOURCE = """
name: x.thing
identity: [id]
found_in:
  - terraform: x_thing
    attributes: {parts: {in: x_part, joined_by: thing, attributes: {kind: {constant: all}, size: size}}}
"""


def with_part(new):
    catalogue = load([], [Source("r.yaml", RESOURCE, "rule")])
    document = read_document({"main.tf": 'resource "x_thing" "t" {}\n'})
    (thing,) = World(document, catalogue).things(catalogue.concept("x.thing"))
    return apply({"main.tf": 'resource "x_thing" "t" {}\n'}, edits_of(document, add(thing, "parts", new)))["main.tf"]


def test_what_the_type_says_by_being_used_is_not_written():
    assert 'resource "x_part" "t" {\n  thing = x_thing.t.id\n  size  = 1\n}\n' in with_part({"kind": "all", "size": 1})


def test_what_the_type_cannot_say_is_not_written_at_all():
    with pytest.raises(CannotWrite):
        with_part({"kind": "some", "size": 1})
