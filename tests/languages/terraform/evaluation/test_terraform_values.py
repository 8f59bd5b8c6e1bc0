"""What a value says beside its literal: why it is unknown, whether it may be missing, what it names, who sets it."""

from __future__ import annotations

import pytest
from terraform_roots import attribute, expression, plain, resource, root

from gatepost.model.values import Reference


def test_a_literal_is_set_where_it_stands() -> None:
    value = expression('"a"')
    assert (value.literal, value.origin, value.span and value.span.text, value.notation) == ("a", "code", '"a"', "hcl")


def test_a_variable_default_is_the_last_origin() -> None:
    value = expression("local.a", 'variable "v" {\n  default = "z"\n}\nlocals {\n  a = var.v\n}')
    assert [(o.what, o.kind, o.span and o.span.text) for o in value.origins] == [
        ("local.a", "code", "var.v"),
        ("var.v", "default", '"z"'),
    ]
    assert value.span is not None and value.span.text == "local.a"


def test_a_variable_without_a_value_is_an_input_that_is_there() -> None:
    value = expression("var.v", 'variable "v" {}')
    assert value.unknown is not None and not value.unknown.may_be_missing
    assert value.unknown.why == "var.v has no default and no var file gives it"
    assert value.origin == "shown_input"


def test_a_sensitive_variable_is_marked_and_an_input() -> None:
    value = expression('"x-${var.v}"', 'variable "v" {\n  sensitive = true\n}')
    assert value.sensitive and value.origin == "input"


def test_var_files_come_in_the_order_of_terraform() -> None:
    texts = {
        "main.tf": 'variable "a" {}\nvariable "b" {}\nvariable "c" {}\n'
        'resource "t" "r" {\n  x = [var.a, var.b, var.c]\n}',
        "terraform.tfvars": 'a = "1"\nb = "1"\nc = "1"',
        "z.auto.tfvars": 'b = "2"\nc = "2"',
        "given.tfvars": 'c = "3"',
    }
    value = resource(root(texts, "given.tfvars"), "t.r").body.literal.get("x")
    assert plain(value) == ["1", "2", "3"]
    assert [element.set_at.source.path for element in value.literal] == [
        "terraform.tfvars",
        "z.auto.tfvars",
        "given.tfvars",
    ]


def test_a_value_of_a_variable_is_converted_to_its_type() -> None:
    assert plain(expression("var.v", 'variable "v" {\n  type = set(string)\n  default = [2, 1, "1"]\n}')) == ["1", "2"]


def test_an_optional_attribute_takes_its_default() -> None:
    before = 'variable "v" {\n  type = object({a = optional(number, 7), b = optional(string)})\n  default = {}\n}'
    assert plain(expression("var.v", before)) == {"a": 7, "b": None}


def test_a_reference_to_a_resource_is_there_and_names_it() -> None:
    value = expression("aws_kms_key.k.arn", 'resource "aws_kms_key" "k" {}')
    assert value.unknown is not None and not value.unknown.may_be_missing
    assert value.refers_to == Reference("aws_kms_key.k", "arn", "aws_kms_key.k.arn")
    assert value.origin == "resource"


def test_a_known_attribute_flows_through_a_reference() -> None:
    value = expression("a_b.k.name", 'resource "a_b" "k" {\n  name = "n"\n}')
    assert (value.literal, value.refers_to and value.refers_to.attribute, value.origin) == ("n", "name", "code")


def test_a_companion_leads_through_to_what_it_belongs_to() -> None:
    before = 'resource "aws_s3_bucket" "b" {}\nresource "aws_s3_bucket_acl" "a" {\n  bucket = aws_s3_bucket.b.id\n}'
    value = expression("aws_s3_bucket_acl.a.bucket", before)
    assert value.refers_to is not None and value.refers_to.address == "aws_s3_bucket.b"


def test_a_secret_store_is_told() -> None:
    before = 'data "aws_secretsmanager_secret_version" "s" {}'
    assert expression("data.aws_secretsmanager_secret_version.s.secret_string", before).origin == "secret_store"


def test_known_text_around_a_hole_is_kept() -> None:
    value = expression('"a-${var.v}-b${1}"', 'variable "v" {}')
    assert value.unknown is not None and value.unknown.pieces == ("a-", None, "-b1")


def test_the_address_of_an_account_of_this_root_has_a_known_end() -> None:
    before = 'resource "google_service_account" "w" {}\ndata "google_service_account" "w" {}'
    own = expression('"serviceAccount:${google_service_account.w.email}"', before)
    found = expression("data.google_service_account.w.email", before)
    assert own.unknown is not None and own.unknown.pieces == ("serviceAccount:", None, ".iam.gserviceaccount.com")
    assert found.unknown is not None and found.unknown.pieces == ()


def test_the_beginning_of_every_arn_is_known() -> None:
    before = 'resource "aws_sqs_queue" "q" {}\ndata "aws_iam_role" "r" {\n  name = "r"\n}\nresource "google_x" "g" {}'
    own, found, other = (
        expression(one, before) for one in ("aws_sqs_queue.q.arn", "data.aws_iam_role.r.arn", "google_x.g.arn")
    )
    below = expression('"${aws_sqs_queue.q.arn}/*"', before)
    assert [one.unknown and one.unknown.pieces for one in (own, found, other, below)] == [
        ("arn:", None), ("arn:", None), (), ("arn:", None, "/*"),
    ]  # fmt: skip


def test_a_list_with_an_unknown_part_is_open() -> None:
    value = expression('concat(["a"], var.v)', 'variable "v" {}')
    assert (plain(value), value.open) == (["a"], True)


def test_a_map_under_an_unknown_one_may_be_overridden() -> None:
    value = expression("merge({a = 1}, var.v, {b = 2})", 'variable "v" {}')
    assert (plain(value), value.open) == ({"a": "?", "b": 2}, True)


def test_a_conditional_with_equal_sides_is_known() -> None:
    assert expression('var.v ? "a" : "a"', 'variable "v" {}').literal == "a"


def test_a_conditional_with_null_may_be_missing_and_names_the_other_side() -> None:
    before = 'variable "v" {}\nresource "aws_kms_key" "k" {}'
    value = expression("var.v ? aws_kms_key.k.arn : null", before)
    assert value.unknown is not None and value.unknown.may_be_missing
    assert value.refers_to is not None and value.refers_to.address == "aws_kms_key.k"


def test_try_falls_back_only_when_terraform_would() -> None:
    assert expression('try({a = 1}.b, "f")').literal == "f"
    value = expression('try(aws_x.y.a, "f")', 'resource "aws_x" "y" {}')
    assert value.unknown is not None and not value.unknown.may_be_missing


def test_try_does_not_doubt_an_attribute_of_a_resource_that_is_there() -> None:
    value = expression("try(aws_x.y[0].a, null)", 'resource "aws_x" "y" {\n  count = 1\n}')
    assert value.unknown is not None and not value.unknown.may_be_missing
    assert value.refers_to is not None and value.refers_to.address == "aws_x.y[0]"


@pytest.mark.parametrize(("key", "missing"), [("local.key", False), ("var.n", True), ("each.key", True)])
def test_try_does_not_doubt_an_instance_whose_key_is_worked_out(key: str, missing: bool) -> None:
    before = 'variable "n" {}\nlocals {\n  key = "a"\n}\nresource "aws_x" "y" {\n  for_each = {a = 1}\n}'
    value = expression(f"try(aws_x.y[{key}].a, null)", before)
    assert value.unknown is not None and value.unknown.may_be_missing is missing


@pytest.mark.parametrize("tried", ["aws_x.y[0].a", "aws_x.z[0].b.c", "aws_x.w.a"])
def test_try_doubts_what_may_not_be_there(tried) -> None:
    before = 'variable "n" {}\nresource "aws_x" "y" {\n  count = var.n\n}\nresource "aws_x" "z" {\n  count = 1\n}'
    value = expression(f"try({tried}, null)", before)
    assert value.unknown is not None and value.unknown.may_be_missing


def test_an_unknown_function_is_named() -> None:
    value = expression("timestamp()")
    assert value.unknown is not None and "timestamp()" in value.unknown.why


def test_encoded_text_keeps_its_tree() -> None:
    value = expression("jsonencode({a = aws_x.y.arn, b = 1})", 'resource "aws_x" "y" {}')
    assert value.unknown is not None and plain(value.tree) == {"a": "?", "b": 1}


def test_a_circle_of_locals_is_unknown() -> None:
    value = expression("local.a", "locals {\n  a = local.b\n  b = local.a\n}")
    assert value.unknown is not None and "refers to itself" in value.unknown.why


def test_count_zero_gives_no_instance() -> None:
    assert root('resource "t" "r" {\n  count = 0\n}').resources("t") == ()


def test_for_each_over_a_known_map_gives_instances() -> None:
    document = root('resource "t" "r" {\n  for_each = {a = 1, b = 2}\n  x = each.value\n}')
    assert [(r.address, plain(r.body.literal.get("x"))) for r in document.resources("t")] == [
        ('t.r["a"]', 1),
        ('t.r["b"]', 2),
    ]
    assert len({r.key for r in document.resources("t")}) == 2


def test_a_companion_by_each_names_the_same_instance() -> None:
    document = root(
        'resource "t" "r" {\n  for_each = {a = 1, b = 2}\n  x = each.value\n}\n'
        'resource "u" "c" {\n  for_each = t.r\n  of = each.value.id\n}'
    )
    assert [r.body.literal.get("of").refers_to.address for r in document.resources("u")] == ['t.r["a"]', 't.r["b"]']


def test_instances_that_are_written_alike_are_one() -> None:
    document = root(
        'resource "t" "r" {\n  count = 3\n}\nresource "u" "c" {\n  count = 3\n  of = t.r[count.index].id\n}'
    )
    (only,) = document.resources("t")
    assert only.address == "t.r"
    assert {r.body.literal.get("of").refers_to.address for r in document.resources("u")} == {"t.r"}


def test_an_unknown_for_each_gives_one_instance() -> None:
    document = root('variable "v" {}\nresource "t" "r" {\n  for_each = var.v\n  x = each.value\n}')
    (only,) = document.resources("t")
    assert plain(only.body.literal.get("x")) == "?"


def test_dynamic_blocks_are_expanded() -> None:
    value = attribute(
        'resource "t" "r" {\n  dynamic "x" {\n    for_each = [22, 80]\n'
        "    content {\n      port = x.value\n    }\n  }\n}"
    )
    assert plain(value) == [{"port": 22}, {"port": 80}] and value.repeated


def test_an_unknown_dynamic_block_leaves_the_list_open() -> None:
    value = attribute(
        'variable "v" {}\nresource "t" "r" {\n  x {\n    port = 1\n  }\n'
        '  dynamic "x" {\n    for_each = var.v\n    content {\n      port = x.value\n    }\n  }\n}'
    )
    assert plain(value) == [{"port": 1}, "?"] and value.open


MODULE = {
    "main.tf": 'module "net" {\n  source = "./net"\n  cidr = "10.0.0.0/8"\n}\n'
    'resource "t" "r" {\n  x = module.net.id\n}',
    "net/main.tf": 'variable "cidr" {}\nresource "v" "a" {\n  cidr = var.cidr\n}\noutput "id" {\n  value = v.a.id\n}',
}


def test_a_local_module_is_expanded_and_its_outputs_flow_back() -> None:
    document = root(MODULE)
    inside = resource(document, "module.net.v.a")
    cidr = inside.body.literal.get("cidr")
    assert cidr.literal == "10.0.0.0/8" and cidr.set_at.source.path == "main.tf"
    assert attribute(MODULE).refers_to == Reference("module.net.v.a", "id", "module.net.id")


def test_a_remote_module_is_open() -> None:
    document = root('module "m" {\n  source = "a/b/c"\n}\nresource "t" "r" {\n  x = module.m.y\n}')
    value = resource(document, "t.r").body.literal.get("x")
    why = "module.m (a/b/c) is not there: terraform init fetches it"
    assert value.unknown is not None and value.unknown.why == why
    assert document.open_modules == (("module.m", why),)


def test_a_module_that_calls_itself_is_a_problem() -> None:
    texts = {"main.tf": 'module "a" {\n  source = "./m"\n}', "m/main.tf": 'module "b" {\n  source = "../m"\n}'}
    (problem,) = root(texts).problems
    what = "the modules call each other in a circle: m calls module b, which is m again"
    assert problem.what == what and problem.location.path == "m/main.tf"


def test_a_broken_block_is_a_problem_and_the_rest_is_read() -> None:
    document = root('resource "t" "bad" {\n  a = [1,\n}\nresource "t" "good" {\n  x = 1\n}')
    assert document.problems and resource(document, "t.good").body.literal.get("x").literal == 1


def test_a_name_that_is_given_twice_is_a_problem() -> None:
    (problem,) = root('resource "t" "r" {}\nresource "t" "r" {}').problems
    assert "declared a second time" in problem.what


def test_versions_come_from_the_lock_file() -> None:
    texts = {
        "main.tf": "terraform {\n  required_providers {\n    aws = {\n"
        '      source = "hashicorp/aws"\n      version = "~> 5.0"\n    }\n'
        '    azurerm = {\n      source = "hashicorp/azurerm"\n      version = "< 4"\n    }\n  }\n}\n'
        'resource "t" "r" {}',
        ".terraform.lock.hcl": 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n}',
    }
    (only,) = root(texts).resources("t")
    assert only.versions == (("aws", "5.31.0"), ("azurerm", "< 4"))


def test_absence_and_every_read_is_noted() -> None:
    document = root('variable "v" {\n  default = 1\n}\nresource "t" "r" {\n  x = var.v\n}')
    body = resource(document, "t.r").body.literal
    before = document.ledger.begin()
    assert body.get("x").literal == 1 and body.get("none") is None
    reads = document.ledger.end(before)
    assert {("resource.t.r", "x"), ("resource.t.r", "none"), ("variable.v", "default")} <= reads


def test_the_json_notation_gives_the_same_values() -> None:
    texts = {
        "main.tf.json": '{"locals": {"a": 2}, "resource": {"t": {"r": {"x": "${local.a + 1}", "y": {"z": [true]}}}}}'
    }
    body = resource(root(texts), "t.r").body.literal
    assert plain(body.get("x")) == 3 and plain(body.get("y")) == {"z": [True]}


def test_hostile_depth_is_bounded() -> None:
    chain = "locals {\n" + "".join(f"  a{n} = local.a{n + 1}\n" for n in range(5000)) + "  a5000 = 1\n}\n"
    deep = expression("local.a0", chain)
    assert deep.literal == 1 or deep.unknown is not None


def test_hostile_size_is_bounded() -> None:
    big = "locals {\n  a = range(1000)\n  b = [for x in local.a : local.a]\n"
    big += "  c = [for x in local.a : [for y in local.b : local.b]]\n}\n"
    assert expression("length(local.c)", big).unknown is not None


def test_json_around_what_is_given_from_outside_is_given_from_outside() -> None:
    before = 'variable "token" {\n  sensitive = true\n}\n'
    assert expression('jsonencode({ user = "web", token = var.token })', before).origin == "input"
    assert expression('jsonencode({ user = "web" })', before).origin == "code"


def test_a_computed_key_and_value_are_set_where_the_collection_is_computed() -> None:
    texts = 'locals {\n  a = yamldecode("k: v")\n}\n'
    texts += 'resource "t" "r" {\n  for_each = local.a\n  x = [each.key, each.value]\n}'
    found = attribute(texts, address='t.r["k"]')
    assert [(one.origins[0].what, one.set_at and one.set_at.text) for one in found.literal] == [
        ("each.key", 'yamldecode("k: v")'),
        ("each.value", 'yamldecode("k: v")'),
    ]


def test_a_resource_may_be_named_with_the_word_before_it() -> None:
    texts = 'resource "t" "a" {\n  y = "z"\n}\nresource "t" "r" {\n  x = [resource.t.a.y, resource.t.a.id]\n}'
    found = attribute(texts)
    assert plain(found) == ["z", "?"]
    assert [one.refers_to for one in found.literal] == [
        Reference("t.a", "y", "resource.t.a.y"),
        Reference("t.a", "id", "resource.t.a.id"),
    ]


def test_null_inside_a_resource_is_what_its_provider_makes_of_it() -> None:
    texts = 'resource "t" "a" {\n  b {\n    n = null\n    s = 1\n  }\n}\n'
    texts += 'resource "t" "r" {\n  x = [t.a.b[0].n, t.a.b[*].n, t.a.b[0].s, try(t.a.b[0].n, "none")]\n}'
    assert plain(attribute(texts)) == ["?", ["?"], 1, "?"]
