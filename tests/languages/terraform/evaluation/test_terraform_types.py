"""Types are unified and converted as Terraform does it, and conversion never loses a place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from terraform_roots import attribute, plain, root
from tests.fuzz.terraform_expression import fuzz

from gatepost.languages.terraform.conversions import Fails
from gatepost.languages.terraform.converting import converted
from gatepost.languages.terraform.value_types import convertible, parsed, type_of, unified
from gatepost.model.values import Value, unknown

scalars = st.sampled_from(["string", "number", "bool"])
types = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["list", "set", "map"]), inner),
        st.lists(inner, max_size=3).map(lambda found: ("tuple", tuple(found))),
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(
            lambda found: ("object", tuple(sorted(found.items())))
        ),
    ),
    max_leaves=6,
)


@given(types)
@settings(max_examples=60)
def test_a_type_is_the_one_it_has_in_common_with_itself(one: object) -> None:
    assert unified([one, one]) == one
    assert convertible(one, one)


@given(types, types)
@settings(max_examples=150)
def test_both_can_be_made_into_what_they_have_in_common(one: object, other: object) -> None:
    common = unified([one, other])
    assert common is None or (convertible(one, common) and convertible(other, common))


def test_text_wins_over_numbers_and_lists_over_tuples() -> None:
    assert unified(["number", "string"]) == "string"
    assert unified(["number", "bool"]) is None
    assert unified([parsed("list(string)"), ("tuple", ("number",))]) == ("list", "string")
    assert unified([("object", (("a", "number"),)), ("object", (("b", "string"),))]) == ("map", "string")


def test_a_converted_element_keeps_its_place() -> None:
    value = root('locals {\n  x = tolist([1, var.y])\n}\nvariable y {\n  default = "z"\n}\n').root.local("x")
    assert plain(value) == ["1", "z"]
    assert value.literal[1].origins[-1].what == "var.y"


def test_what_is_not_known_keeps_its_reason_and_gets_the_type() -> None:
    value = converted(unknown("nobody says"), "number")
    assert (value.unknown is not None, type_of(value)) == (True, "number")
    with pytest.raises(Fails):
        converted(converted(unknown("nobody says"), ("list", "string")), "number")


def test_a_list_beside_text_has_no_common_type() -> None:
    with pytest.raises(Fails):
        converted(Value((Value("a"), Value(()))), parsed("list(any)"))


@given(st.binary(max_size=80))
@settings(max_examples=100, deadline=None)
def test_any_text_has_an_answer(data: bytes) -> None:
    fuzz(data)


_TAKES = """variable "o" {
  type = object({
    a    = string
    deep = optional(list(object({ q = string, r = optional(bool) })), [])
    z    = optional(map(string))
  })
}
variable "l" {
  type = list(object({ a = string, b = optional(number, 3) }))
}
output "o" {
  value = [var.o == null, length(var.l)]
}
"""


def test_a_null_or_empty_list_of_objects_without_optional_attributes_fits() -> None:
    texts = {
        "main.tf": 'variable "o" {\n  type    = object({ a = string, deep = list(object({ q = number })) })\n'
        '  default = null\n}\nvariable "l" {\n  type    = list(object({ a = string }))\n  default = []\n}\n'
        'module "m" {\n  source = "./m"\n  o = var.o\n  l = var.l\n}\nresource "t" "r" {\n  x = module.m.o\n}\n',
        "m/main.tf": _TAKES,
    }
    assert plain(attribute(texts)) == [True, 0]


def test_a_map_without_optional_attributes_fits() -> None:
    texts = {
        "main.tf": 'variable "no" {\n  type    = map(string)\n  default = null\n}\n'
        'variable "off" {\n  default = true\n}\n'
        'module "m" {\n  source = "./m"\n  o = var.off ? {} : { a = false, b = "y", c = var.off }\n  n = var.no\n}\n'
        'resource "t" "r" {\n  x = module.m.o\n}\n',
        "m/main.tf": 'variable "o" {\n  type = object({ a = optional(bool, true), b = optional(string) })\n}\n'
        'variable "n" {\n  type = object({ a = optional(bool, true), b = optional(list(string)) })\n}\n'
        'output "o" {\n  value = [var.o.a, var.o.b, var.n == null]\n}\n',
    }
    assert plain(attribute(texts)) == [True, None, True]


def test_what_does_not_fit_its_type_may_be_null() -> None:
    texts = 'variable "v" {\n  type = list(string)\n  default = 1\n}\nresource "t" "r" {\n  x = var.v == null\n}\n'
    assert plain(attribute(texts)) == "?"
