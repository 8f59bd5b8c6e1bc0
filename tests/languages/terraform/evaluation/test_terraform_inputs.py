"""Variables are taken from where Terraform takes them, in its order, and hidden ones stay hidden."""

from __future__ import annotations

import pytest
from terraform_roots import Files, plain, resource

from gatepost.languages.terraform.document import read_root
from gatepost.languages.terraform.given import Assigned, Inputs

MAIN = """
variable "v" {
  default = "default"
}
variable "typed" {
  type    = list(number)
  default = []
}
variable "text" {
  type    = string
  default = ""
}
resource "t" "r" {
  v     = var.v
  typed = var.typed
  text  = var.text
  made  = "x-${var.v}"
  where = terraform.workspace
}
"""
OUTSIDE = Assigned("v", "environment", "TF_VAR_v", hidden=True)


def body(inputs, texts=None, var_files=()):
    files = Files({"main.tf": MAIN, **(texts or {})})
    return resource(read_root(".", files, var_files, inputs), "t.r").body.literal


def v(inputs, texts=None, var_files=()):
    return plain(body(inputs, texts, var_files)["v"])


def test_each_place_counts_more_than_the_one_before() -> None:
    assert v(Inputs()) == "default"
    inputs = Inputs((OUTSIDE,))
    assert v(inputs) == "environment"
    texts = {"terraform.tfvars": 'v = "tfvars"\n'}
    assert v(inputs, texts) == "tfvars"
    texts["a.auto.tfvars"] = 'v = "auto"\n'
    assert v(inputs, texts) == "auto"
    texts["given.tfvars"] = 'v = "given"\n'
    assert v(inputs, texts, ("given.tfvars",)) == "given"
    assert v(Inputs((OUTSIDE, Assigned("v", "var", "--var v", 1))), texts, ("given.tfvars",)) == "var"


def test_var_files_and_variables_of_the_command_line_count_in_the_order_they_are_given() -> None:
    texts = {"one.tfvars": 'v = "one"\n', "two.tfvars": 'v = "two"\n'}
    between = Inputs((Assigned("v", "between", "--var v", 1),))
    assert v(between, texts, ("one.tfvars",)) == "between"
    assert v(between, texts, ("one.tfvars", "two.tfvars")) == "two"
    both = Inputs((Assigned("v", "a", "--var v", 0), Assigned("v", "b", "--var v", 0)))
    assert v(both) == "b"


def test_text_is_an_expression_where_the_type_is_no_scalar() -> None:
    inputs = Inputs((Assigned("typed", '["1", 2]', "TF_VAR_typed"), Assigned("text", "[1]", "TF_VAR_text")))
    found = body(inputs)
    assert (plain(found["typed"]), plain(found["text"])) == ([1, 2], "[1]")


def test_an_expression_from_outside_names_and_calls_nothing() -> None:
    for text in ("[var.v]", 'file("/etc/passwd")', "1\nv = 2", "[", "x" * 2_000_000):
        found = body(Inputs((Assigned("typed", text, "TF_VAR_typed"),)))["typed"]
        assert (
            found.unknown is not None and found.unknown.why == "TF_VAR_typed is no expression that Terraform can read"
        )


def test_what_comes_from_the_environment_is_hidden_and_has_no_place() -> None:
    found = body(Inputs((OUTSIDE,)))["v"]
    assert found.sensitive
    assert [(one.what, one.span) for one in found.origins][-1] == ("TF_VAR_v", None)


def test_the_workspace_is_the_one_told_else_the_one_selected_else_the_default() -> None:
    assert plain(body(Inputs())["where"]) == "default"
    assert plain(body(Inputs(), {".terraform/environment": "blue"})["where"]) == "blue"
    assert plain(body(Inputs(workspace="green"), {".terraform/environment": "blue"})["where"]) == "green"


@pytest.mark.parametrize(
    "each", ["toset([var.v])", "{ for x in [var.v] : x => 1 }", "{ (var.v) = 1 }", "{ a = var.v }"]
)
def test_hidden_text_is_in_no_address(each: str) -> None:
    text = f'variable "v" {{}}\nresource "t" "r" {{\n  for_each = {each}\n  x = each.key\n}}\n'
    document = read_root(".", Files({"main.tf": text}), (), Inputs((OUTSIDE,)))
    assert [one.address for one in document.instances()] in (["t.r"], ['t.r["a"]'])
