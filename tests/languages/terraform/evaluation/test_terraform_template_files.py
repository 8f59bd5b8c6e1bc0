"""template_file data sources are the text that Terraform makes of them, or say why that is not known."""

from __future__ import annotations

import pytest
from terraform_roots import attribute, plain

from gatepost.model.values import Value

USE = '\nresource "t" "r" {\n  x = data.template_file.t.rendered\n}\n'


def rendered(inside: str, template: str | None = None) -> Value:
    text = f'data "template_file" "t" {{\n{inside}\n}}\n' + USE
    return attribute(text if template is None else {"main.tf": text, "policy.tpl": template})


def test_names_are_filled_in_as_text() -> None:
    given = 'vars = {\n  who = "us"\n  count = 2\n  on = true\n}'
    found = rendered('template = "to $${who}, $${count + 1}, $${on}"\n' + given)
    assert plain(found) == "to us, 3, true"
    assert found.refers_to is not None
    assert found.refers_to.address == "data.template_file.t"
    assert [origin.what for origin in found.origins] == ["data.template_file.t.rendered"]


def test_the_file_of_a_template_is_told_and_cannot_be_written() -> None:
    found = rendered('template = file("policy.tpl")\nvars = { who = "us" }', "for ${who}\n")
    assert plain(found) == "for us\n"
    assert [(origin.what, origin.notation) for origin in found.origins] == [
        ("data.template_file.t.rendered", ""),
        ("file policy.tpl", ""),
    ]


def test_names_may_stand_in_a_block_as_they_once_did() -> None:
    assert plain(rendered('template = "to $${who}"\nvars {\n  who = "us"\n}')) == "to us"


def test_a_template_without_names_is_its_text() -> None:
    assert plain(rendered('template = file("policy.tpl")', '{"Statement": []}')) == '{"Statement": []}'


def test_what_is_not_known_is_a_hole() -> None:
    found = rendered('template = "a-$${who}-z"\nvars = { who = var.who }\n}\nvariable "who" {')
    assert found.unknown is not None
    assert found.unknown.pieces == ("a-", None, "-z")
    assert found.unknown.why == "var.who has no default and no var file gives it"


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("vars = {}", "there is no template"),
        ('template = var.t\n}\nvariable "t" {', "var.t has no default and no var file gives it"),
        ('template = "to $${who}"', "the template cannot be worked out: the template is given no who"),
        ('template = "to $${who"', "the template cannot be worked out: (template) is no template"),
        ('template = "x"\nvars = var.v\n}\nvariable "v" {', "what the template is given is not all known"),
        ('template = "$${x}"\nvars = { x = data.template_file.t.rendered }', "refers to itself"),
    ],
)
def test_why_it_is_not_known(inside: str, why: str) -> None:
    found = rendered(inside)
    assert found.unknown is not None
    assert why in found.unknown.why
