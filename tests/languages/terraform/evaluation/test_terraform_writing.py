"""Changes are written where the value is set, and say when that place feeds more."""

from __future__ import annotations

import pytest
from terraform_roots import resource, root

from gatepost.languages.terraform.document import TerraformDocument
from gatepost.model.changes import Append, Change, Create, Remove, RemoveResource, Set, Written
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Reference

MODULE = {
    "main.tf": 'module "net" {\n  source = "./net"\n  cidr   = "10.0.0.0/8"\n}\n',
    "net/main.tf": 'variable "cidr" {}\nresource "v" "a" {\n  cidr = var.cidr\n}\n',
}


def after(document: TerraformDocument, written: Written, path: str = "main.tf") -> str:
    edited = document.edited(written.edits).document
    return next(source.text for source in edited.sources if source.path == path)


def changed(texts: str | dict[str, str], change: Change, path: str = "main.tf") -> str:
    document = root(texts)
    return after(document, document.write(change), path)


def body(text: str | dict[str, str], address: str = "t.r"):
    return resource(root(text), address).body


def test_a_literal_is_replaced_where_it_stands() -> None:
    text = 'resource "t" "r" {\n  x = "a" # why\n}\n'
    assert changed(text, Set(body(text), ("x",), "b")) == text.replace('"a"', '"b"')


def test_a_missing_attribute_is_added() -> None:
    text = 'resource "t" "r" {\n  x = "a"\n}\n'
    assert changed(text, Set(body(text), ("acl",), "b")) == 'resource "t" "r" {\n  x   = "a"\n  acl = "b"\n}\n'


def test_a_variable_default_is_written_and_shared_when_used_twice() -> None:
    text = 'variable "v" {\n  default = "a"\n}\nresource "t" "r" {\n  x = var.v\n  y = var.v\n}\n'
    document = root(text)
    written = document.write(Set(resource(document, "t.r").body, ("x",), "b"))
    assert after(document, written) == text.replace('"a"', '"b"') and written.shared


def test_a_var_file_is_written_when_it_gives_the_value() -> None:
    texts = {
        "main.tf": 'variable "v" {\n  default = "a"\n}\nresource "t" "r" {\n  x = var.v\n}\n',
        "terraform.tfvars": 'v = "b"\n',
    }
    change = Set(body(texts), ("x",), "c")
    assert changed(texts, change, "terraform.tfvars") == 'v = "c"\n'


def test_a_module_argument_is_written() -> None:
    change = Set(body(MODULE, "module.net.v.a"), ("cidr",), "10.0.0.0/16")
    assert changed(MODULE, change) == MODULE["main.tf"].replace("/8", "/16")


def test_an_element_of_a_local_list_is_written() -> None:
    text = 'locals {\n  l = ["a", "b"]\n}\nresource "t" "r" {\n  x = concat(local.l, ["c"])\n}\n'
    assert changed(text, Set(body(text), ("x", 1), "z")) == text.replace('"b"', '"z"')


def test_the_chosen_side_of_a_conditional_is_written() -> None:
    text = 'resource "t" "r" {\n  x = true ? "a" : "b"\n}\n'
    assert changed(text, Set(body(text), ("x",), "z")) == text.replace('"a"', '"z"')


def test_a_block_made_by_a_dynamic_block_is_written_at_its_source() -> None:
    text = (
        'locals {\n  ports = [22]\n}\nresource "t" "r" {\n'
        '  dynamic "in" {\n    for_each = local.ports\n'
        "    content {\n      port = in.value\n      open = true\n    }\n  }\n}\n"
    )
    document = root(text)
    written = document.write(Set(resource(document, "t.r").body, ("in", 0, "port"), 443))
    assert after(document, written) == text.replace("22", "443") and written.shared
    assert changed(text, Set(body(text), ("in", 0, "open"), False)) == text.replace("true", "false")


def test_an_element_is_appended_and_removed() -> None:
    text = 'resource "t" "r" {\n  x = ["a"]\n  y = 1\n}\n'
    assert changed(text, Append(body(text), ("x",), "b")) == text.replace('["a"]', '["a", "b"]')
    assert changed(text, Remove(body(text), ("y",))) == text.replace("  y = 1\n", "")


@pytest.mark.parametrize("value", ["u.v.id", "var.v", "local.l", 'one("${u.v.id}")'])
def test_what_is_removed_goes_from_where_it_is_named_whatever_its_value(value: str) -> None:
    text = (
        f'variable "v" {{\n  default = 1\n}}\nlocals {{\n  l = 1\n}}\nresource "t" "r" {{\n  x = 1\n  y = {value}\n}}\n'
    )
    text += 'resource "u" "v" {}\n'
    assert changed(text, Remove(body(text), ("y",))) == text.replace(f"  y = {value}\n", "")


def test_an_element_is_removed_from_where_the_list_is_set() -> None:
    text = 'variable "v" {\n  default = ["a", "b"]\n}\nresource "t" "r" {\n  x = var.v\n  y = [u.v.id, 2]\n}\n'
    assert changed(text, Remove(body(text), ("x", 0))) == text.replace('"a", ', "")
    assert changed(text, Remove(body(text), ("y", 0))) == text.replace("u.v.id, ", "")


def test_a_resource_is_removed_with_its_lines() -> None:
    text = 'resource "t" "r" {\n}\n\nresource "t" "s" {\n}\n'
    document = root(text)
    assert "r" not in after(document, document.write(RemoveResource(resource(document, "t.r")))).split('"')


def test_a_companion_is_made_behind_its_subject_with_a_free_name() -> None:
    text = 'resource "t" "r" {\n  for_each = {a = 1}\n}\nresource "c" "r" {}\n'
    document = root(text)
    near = resource(document, 't.r["a"]')
    written = document.write(Create("c", "r", {"of": Reference(near.address, "id"), "on": True}, near))
    assert 'resource "c" "r_2" {\n  for_each = {a = 1}' in after(document, written)
    made = document.edited(written.edits).document.resources("c")
    assert [r.address for r in made] == ['c.r_2["a"]', "c.r"] or len(made) == 2


def test_a_companion_in_a_module_names_its_subject_in_the_modules_words() -> None:
    document = root(MODULE)
    near = resource(document, "module.net.v.a")
    written = document.write(Create("c", "a", {"of": Reference(near.address, "id")}, near))
    assert "of = v.a.id" in after(document, written, "net/main.tf")


def test_a_module_that_is_called_twice_is_shared() -> None:
    texts = {
        "main.tf": 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n}\n',
        "m/main.tf": 'resource "t" "r" {}\n',
    }
    document = root(texts)
    assert document.write(Set(resource(document, "module.a.t.r").body, ("x",), 1)).shared


@pytest.mark.parametrize(
    ("before", "expression", "why"),
    [
        ('variable "v" {}', "var.v", "which no file here sets"),
        ('data "d" "d" {}', "data.d.d.x", "only known when Terraform runs"),
        ('variable "v" {\n  default = "a"\n}', '"x-${var.v}"', "put together from var.v"),
        ('module "m" {\n  source = "a/b/c"\n}', "module.m.x", "only known when Terraform runs"),
    ],
)
def test_what_is_not_set_here_cannot_be_written(before: str, expression: str, why: str) -> None:
    text = f'{before}\nresource "t" "r" {{\n  x = {expression}\n}}\n'
    document = root(text)
    with pytest.raises(CannotWrite, match=why):
        document.write(Set(resource(document, "t.r").body, ("x",), "z"))


def test_a_statement_of_a_policy_document_is_written_in_its_own_words() -> None:
    text = (
        'data "aws_iam_policy_document" "p" {\n  statement {\n    actions = ["s3:*"]\n  }\n}\n'
        'resource "t" "r" {\n  policy = data.aws_iam_policy_document.p.json\n}\n'
    )
    document = root(text)
    (statement,) = resource(document, "t.r").body.literal.get("policy").tree.literal["Statement"].literal
    written = document.write(Set(statement, ("actions",), ["s3:Get*"]))
    assert after(document, written) == text.replace("s3:*", "s3:Get*")


def test_writing_the_same_twice_changes_nothing() -> None:
    document = root('resource "t" "r" {\n  x = "a"\n}\n')
    once = document.edited(document.write(Set(resource(document, "t.r").body, ("x",), "b")).edits).document
    assert isinstance(once, TerraformDocument)
    assert once.write(Set(resource(once, "t.r").body, ("x",), "b")).edits == ()


def test_an_element_whose_new_value_the_list_has_already_is_taken_out() -> None:
    text = (
        'variable "v" {\n  default = ["a", "b"]\n}\n'
        'resource "t" "r" {\n  for_each = toset(var.v)\n  x        = each.value\n}\n'
    )
    assert changed(text, Set(body(text, 't.r["b"]'), ("x",), "a")) == text.replace('["a", "b"]', '["a"]')
    assert changed(text, Set(body(text, 't.r["b"]'), ("x",), "c")) == text.replace('"b"]', '"c"]')
