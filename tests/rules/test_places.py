"""Each form of place, read and written, in Terraform unless the dialect matters."""

from __future__ import annotations

import pytest

from gatepost.model.places import Source
from gatepost.model.problems import CannotWrite
from gatepost.rules.catalogue import load
from gatepost.rules.world import World
from gatepost.rules.writing import add, remove, write
from gatepost.testing.cases import edits_of
from gatepost.testing.documents import apply, read_document
from gatepost.testing.telling import spelled


def subject(attributes, text, relations="", name="x.thing", more=""):
    resource = f"name: {name}\nidentity: [id, name]\nfound_in:\n  - terraform: x_thing\n    attributes: {{{attributes}}}\n{relations}"  # noqa: E501
    files = [Source("r.yaml", resource + more, "rule")]
    catalogue = load([], files)
    document = read_document({"main.tf": text})
    return World(document, catalogue).things(catalogue.concept(name))[0]


def reads(attributes, body, ask="a", **more):
    return spelled(subject(attributes, f'resource "x_thing" "t" {{\n{body}\n}}\n', **more).get(ask))


def written(thing, changes):
    texts = {source.path: source.text for source in thing.world.document.sources}
    return apply(texts, edits_of(thing.world.document, changes))["main.tf"]


@pytest.mark.parametrize(
    ("attributes", "body", "told"),
    [
        ("a: a.b", "a {\n b = 1\n}", "1"),
        ("a: a.b", "", "nothing"),
        ("a: a.b", "a {\n b = 1\n}\na {\n b = 2\n}", "unknown (it is written more than once, so that which b is meant is not clear)"),  # noqa: E501
        ("a: a.1.b", "a {\n b = 1\n}\na {\n b = 2\n}", "2"),
        ("a: 'a[].b'", "a {\n b = 1\n}\na {\n b = 2\n}", "[1, 2]"),
        ("a: '$.count'", "count = 2", "2"),
        ("a: {path: a, default: false}", "", "False"),
        ("a: {path: a, default: false}", "a = null", "False"),
        ("a: {path: a, values: {Enabled: true, Off: false}}", 'a = "Enabled"', "True"),
        ("a: {path: a, values: {ENABLED: true}, ignore_case: true}", 'a = "enabled"', "True"),
        ("a: {path: a, ignore_case: true}", 'a = "TCP"', "'tcp'"),
        ("a: {path: a, values: {'old-*': false}}", 'a = "old-2016"', "False"),
        ("a: {first: [b, c], default: 9}", "c = 1", "1"),
        ("a: {first: [b, c], default: 9}", "", "9"),
        ("a: {together: ['b[]', c]}", 'b = ["x"]\nc = "y"', "['x', 'y']"),
        ("a: {constant: linux}", "", "'linux'"),
        ("a: {entries: b}", 'b = { k = "v" }', "{k: 'v'}"),
        ("a: {entries: b, key: name, value: value}", 'b {\n name = "k"\n value = "v"\n}', "{k: 'v'}"),
        ("a: {range: {from: b, to: c}}", "b = 20\nc = 30", "20-30"),
        ("a: {range: {from: b, to: c, protocol: p}}", 'b = 0\nc = 0\np = "-1"', "0-65535"),
        ("a: {each: b, attributes: {n: name}, where: {n: x}}", 'b {\n name = "x"\n}\nb {\n name = "y"\n}', "[{n: 'x', name: 'x'}]"),  # noqa: E501
    ],
)  # fmt: skip
def test_a_place_reads(attributes, body, told):
    assert reads(attributes, body) == told


def test_an_entry_is_asked_for_by_its_key():
    assert (
        reads("flags: {entries: b, key: name, value: value}", 'b {\n name = "log.x"\n value = "on"\n}', "flags.log.x")
        == "'on'"
    )


DEFAULTS = "a: {path: a, default: [{value: old, for: x < 4}, {value: new}]}"


@pytest.mark.parametrize(
    ("constraint", "told"),
    [("~> 3.0", "'old'"), ("4.1.0", "'new'"), (">= 3", "unknown (its default depends on the version of the provider, which is not known)")],  # noqa: E501
)  # fmt: skip
def test_a_default_depends_on_the_version(constraint, told):
    head = f'terraform {{\n  required_providers {{\n    x = {{ source = "o/x", version = "{constraint}" }}\n  }}\n}}\n'
    thing = subject(DEFAULTS, head + 'resource "x_thing" "t" {}\n')
    assert spelled(thing.get("a")) == told


COMPANION = "a: {in: x_part, joined_by: thing, path: a}"


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("x_thing.t.id", "1"),
        ('"the-name"', "1"),
        ('["other", "the-name"]', "1"),
        ('"other"', "nothing"),
        ("x_thing.u.id", "nothing"),
        ("var.which", "unknown (var.which has no default and no var file gives it)"),
    ],
)
def test_a_companion_is_joined(key, told):
    text = 'variable "which" {}\nresource "x_thing" "t" {\n  name = "the-name"\n}\n'
    text += f'resource "x_thing" "u" {{}}\nresource "x_part" "p" {{\n  thing = {key}\n  a = 1\n}}\n'
    assert spelled(subject(COMPANION, text).get("a")) == told


def test_a_companion_is_made_where_it_is_missing():
    thing = subject(COMPANION, 'resource "x_thing" "t" {\n  name = "n"\n}\n')
    after = written(thing, write(thing, "a", 2))
    assert 'resource "x_part" "t" {\n  thing = x_thing.t.id\n  a     = 2\n}\n' in after


def test_a_companion_that_is_there_is_written_in():
    thing = subject(COMPANION, 'resource "x_thing" "t" {}\nresource "x_part" "p" {\n  thing = x_thing.t.id\n}\n')
    assert "  thing = x_thing.t.id\n  a     = 2\n" in written(thing, write(thing, "a", 2))


def test_nothing_is_written_where_there_may_be_a_companion():
    thing = subject(
        COMPANION, 'variable "v" {}\nresource "x_thing" "t" {}\nresource "x_part" "p" {\n  thing = var.v\n}\n'
    )
    with pytest.raises(CannotWrite, match="is not known"):
        write(thing, "a", 2)


@pytest.mark.parametrize(
    ("attributes", "body", "name", "new", "told"),
    [
        ("a: {path: a, values: {Enabled: true}}", '  a = "Off"', "a", True, '  a = "Enabled"'),
        ("a: {path: 'a[]', as: networks}", '  a = ["0.0.0.0/0"]', "a", "10.0.0.0/8", '  a = ["10.0.0.0/8"]'),
        ("a: {first: [b, c]}", "  c = 1", "a", 2, "  c = 2"),
        ("a: {first: [b, c]}", "", "a", 2, "  b = 2"),
        ("a: {range: {from: b, to: c}}", "  b = 1\n  c = 2", "a", "3-4", "  b = 3\n  c = 4"),
        ("a: {entries: m}", '  m = {\n    k = "x"\n  }', "a.k", "y", '  m = {\n    k = "y"\n  }'),
        ("a: {networks: {ipv4: b, ipv6: c}}", '  c = "::/0"', "a", "10.0.0.0/8", '  b = "10.0.0.0/8"'),
    ],
)
def test_a_place_is_written_back(attributes, body, name, new, told):
    inner = f"\n{body}\n" if body else "\n"
    thing = subject(attributes, f'resource "x_thing" "t" {{{inner}}}\n')
    assert written(thing, write(thing, name, new)) == f'resource "x_thing" "t" {{\n{told}\n}}\n'


def test_an_element_is_added_and_an_attribute_removed():
    thing = subject("a: 'b[]', c: c", 'resource "x_thing" "t" {\n  b = ["x"]\n  c = 1\n}\n')
    assert 'b = ["x", "y"]' in written(thing, add(thing, "a", "y"))
    assert "c = 1" not in written(thing, remove(thing, "c"))


def test_a_form_of_an_unknown_version_is_not_invented():
    thing = subject("a: {first: [{path: b, for: x >= 4}, {path: c, for: x < 4}]}", 'resource "x_thing" "t" {}\n')
    with pytest.raises(CannotWrite, match="version of the provider"):
        write(thing, "a", 1)


RELATIONS = """\
relations:
  parent_thing: {to: x.thing, by: up}
  children: {from: x.thing, by: up}
  alike: {all: x.thing, where: {kind: "${kind}"}}
"""
TREE = """\
resource "x_thing" "t" {
  kind = "a"
  up   = x_thing.u.id
}
resource "x_thing" "u" {
  kind = "a"
  name = "u"
}
resource "x_thing" "v" {
  kind = "b"
  up   = "u"
}
"""


def test_relations_lead_to_named_naming_and_alike():
    thing = subject("up: up, kind: kind, name: name", TREE, RELATIONS)
    assert thing.get("parent_thing.name").literal == "u"
    assert [one.literal.resource.name for one in thing.get("parent_thing.children").literal] == ["t", "v"]
    assert [one.literal.resource.name for one in thing.get("alike").literal] == ["u"]


def test_a_relation_never_yields_the_resource_itself():
    thing = subject("up: up, kind: kind", 'resource "x_thing" "t" {\n  up = "me"\n  name = "me"\n}\n', RELATIONS)
    assert thing.get("parent_thing") is None
    assert thing.get("children").literal == ()


def test_relations_that_go_round_in_a_circle_end():
    relations = "relations:\n  other: {to: x.thing, by: up}\n"
    text = 'resource "x_thing" "t" {\n  up = x_thing.u.id\n}\nresource "x_thing" "u" {\n  up = x_thing.t.id\n}\n'
    thing = subject("up: up, a: {of: other, attribute: a}", text, relations)
    assert spelled(thing.get("a")) == "unknown (it goes round in a circle)"


def test_what_is_named_and_not_in_the_files_is_unknown_and_not_missing():
    relations = "relations:\n  other: {to: x.thing, by: up}\n"
    thing = subject(
        "up: up, a: {of: other, attribute: b}, b: b", 'resource "x_thing" "t" {\n  up = "elsewhere"\n}\n', relations
    )
    assert spelled(thing.get("a")) == "unknown (the other elsewhere is not in these files)"


def test_an_element_knows_its_parent_and_siblings():
    thing = subject(
        "name: name, a: {each: p, attributes: {n: n}}",
        'resource "x_thing" "t" {\n  name = "t"\n  p {\n    n = 1\n  }\n  p {\n    n = 2\n  }\n}\n',
    )
    second = thing.get("a").literal[1].literal
    assert (second.get("parent.name").literal, second.get("before.0.n").literal, second.get("after.0.n")) == (
        "t",
        1,
        None,
    )


def test_a_module_that_cannot_be_read_may_hold_the_companion():
    module = 'module "m" {\n  source = "registry.example/x/y"\n  thing = x_thing.t.id\n}\n'
    thing = subject(COMPANION, 'resource "x_thing" "t" {}\n' + module)
    assert "cannot be read" in spelled(thing.get("a"))
    other = module.replace("registry.example/x/y", "./local").replace("x_thing.t.id", '"nothing"')
    assert subject(COMPANION, 'resource "x_thing" "t" {}\n' + other).get("a") is None


def test_the_same_expression_names_the_same_thing():
    text = 'variable "v" {}\nresource "x_thing" "t" {\n  name = "${var.v}-logs"\n}\n'
    text += 'resource "x_part" "p" {\n  thing = "${var.v}-logs"\n  a = 1\n}\n'
    assert spelled(subject(COMPANION, text).get("a")) == "1"


def test_a_value_is_written_in_the_block_that_is_there_already():
    places = "a: {first: [{in: x_more, joined_by: thing, path: b.a}, b.a]}"
    thing = subject(places, 'resource "x_thing" "t" {\n  b {\n    c = 1\n  }\n}\n')
    assert written(thing, write(thing, "a", 2)) == 'resource "x_thing" "t" {\n  b {\n    c = 1\n    a = 2\n  }\n}\n'
