"""A document after edits says what reading it anew would say, and names everything that differs."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from terraform_roots import Files, picture, root, whole

from gatepost.languages.terraform.document import TerraformDocument, read_root
from gatepost.model.changes import Edit
from gatepost.model.documents import ReadKey
from gatepost.model.places import Location

MAIN = """variable "v" {
  default = ["a", "b"]
}

locals {
  name = "n-${var.v[0]}"
  tags = { owner = local.name }
}

# a comment
resource "aws_b" "one" {
  bucket = local.name
  tags   = merge(local.tags, { x = 1 })
  rule {
    ports = [22, 80]
  }
}

resource "aws_b" "two" {
  for_each = toset(var.v)
  bucket   = each.key
}

resource "aws_b_acl" "one" {
  bucket = aws_b.one.id
  acl    = var.given
}
"""
MORE = """variable "given" {}

module "m" {
  source = "./m"
  cidr   = aws_b.one.bucket
}

data "aws_iam_policy_document" "p" {
  statement {
    actions = ["s3:*", module.m.out]
  }
}

resource "aws_p" "p" {
  policy = data.aws_iam_policy_document.p.json
  all    = aws_b.two
  copy   = file("text.txt")
}
"""
TEXTS = {
    "main.tf": MAIN,
    "more.tf": MORE,
    "terraform.tfvars": 'other = 1\ngiven = "private"\n',
    "m/main.tf": 'variable "cidr" {}\nresource "aws_v" "v" {\n  cidr = var.cidr\n}\n'
    'output "out" {\n  value = aws_v.v.cidr\n}\n',
    "text.txt": "hello\n",
}
SNIPPETS = (
    "",
    '"z"',
    "\n",
    "  new = 1\n",
    '\nresource "aws_b" "three" {\n  bucket = "c"\n}\n',
    '\nresource "aws_b" "one" {}\n',
    "# remark\n",
    "/* ",
    "}",
    '"',
    "{",
    "var.v",
    '\nvariable "w" {\n  default = 2\n}\n',
    "a",
)


def warmed(document: TerraformDocument) -> TerraformDocument:
    whole(document)
    return document


def edit_of(texts: dict[str, str], path: str, start: int, end: int, new: str) -> tuple[Edit, dict[str, str]]:
    source = Files(texts).read(path)
    assert source is not None
    after = texts[path][:start] + new + texts[path][end:]
    return Edit(Location(path, source.region(start, end)), new), {**texts, path: after}


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, int, int, str]:
    path = draw(st.sampled_from(sorted(TEXTS)))
    text = TEXTS[path]
    start = draw(st.integers(0, len(text)))
    if draw(st.booleans()):
        start = text.find("\n", start) + 1
    end = min(len(text), start + draw(st.sampled_from((0, 0, 1, 3, 20, 90))))
    return path, start, end, draw(st.sampled_from(SNIPPETS))


def reads_of(document: TerraformDocument) -> dict[tuple[str, str], tuple[frozenset[ReadKey], object]]:
    """What each attribute says without places, and what was read for it."""
    found: dict[tuple[str, str], tuple[frozenset[ReadKey], object]] = {}
    for type in document.types():
        for resource in document.resources(type):
            for name in list(resource.body.literal):
                before = document.ledger.begin()
                value = picture(resource.body.literal.get(name), places=False)
                found[resource.key, name] = (document.ledger.end(before), value)
    return found


@settings(max_examples=120, deadline=None)
@given(edits())
def test_an_edited_document_equals_a_full_read(edit: tuple[str, int, int, str]) -> None:
    document = warmed(root(TEXTS))
    made, texts = edit_of(TEXTS, *edit)
    assert whole(document.edited([made]).document) == whole(root(texts))


@settings(max_examples=60, deadline=None)
@given(edits(), edits())
def test_edits_of_an_edited_document_equal_a_full_read(
    one: tuple[str, int, int, str], two: tuple[str, int, int, str]
) -> None:
    first, texts = edit_of(TEXTS, *one)
    document = warmed(warmed(root(TEXTS)).edited([first]).document)
    path, start, end, new = two
    limit = len(texts[path])
    second, texts = edit_of(texts, path, min(start, limit), min(end, limit), new)
    assert whole(document.edited([second]).document) == whole(root(texts))


@settings(max_examples=80, deadline=None)
@given(edits())
def test_whatever_differs_was_read_from_what_is_told_as_changed(edit: tuple[str, int, int, str]) -> None:
    document = root(TEXTS)
    before = reads_of(document)
    made, texts = edit_of(TEXTS, *edit)
    changed = document.edited([made]).changed
    after = reads_of(root(texts))
    for key, (reads, value) in before.items():
        if key in after and after[key][1] != value:
            assert reads & changed, key
    for resource, name in after.keys() ^ before.keys():
        kept = {key for key, _ in after} & {key for key, _ in before}
        if resource in kept:
            assert any(item == resource.partition("[")[0] for item, _ in changed), (resource, name)


def test_instances_that_come_and_go_are_told_by_their_type() -> None:
    document = warmed(root(TEXTS))
    at = MAIN.index('"a", "b"')
    made, _ = edit_of(TEXTS, "main.tf", at, at + 8, '"a", "c"')
    assert ("type:aws_b", "*") in document.edited([made]).changed


def test_a_small_edit_names_only_its_attribute() -> None:
    document = warmed(root(TEXTS))
    at = MAIN.index("22, 80")
    made, _ = edit_of(TEXTS, "main.tf", at, at + 2, "23")
    assert document.edited([made]).changed == {("resource.aws_b.one", "rule"), ("file:main.tf", "*")}


def test_what_an_edit_does_not_touch_is_not_worked_out_again() -> None:
    document = warmed(read_root(".", Files(TEXTS)))
    at = MORE.index('"s3:*"')
    made, _ = edit_of(TEXTS, "more.tf", at, at + 6, '"s3:Get*"')
    after = document.edited([made]).document
    value = next(iter(after.resources("aws_b"))).body.literal.get("tags")
    assert value is next(iter(document.resources("aws_b"))).body.literal.get("tags")


def test_a_column_that_moves_changes_nothing_but_what_is_new() -> None:
    document = warmed(root(TEXTS))
    at, end = MAIN.index("  bucket = local.name"), MAIN.index("  rule {")
    text = "  bucket        = local.name\n  tags          = merge(local.tags, { x = 1 })\n  force_destroy = true\n"
    made, _ = edit_of(TEXTS, "main.tf", at, end, text)
    changed = document.edited([made]).changed
    assert changed == {("resource.aws_b.one", "force_destroy"), ("resource.aws_b.one", "*"), ("file:main.tf", "*")}


def test_a_block_behind_another_is_news_to_its_own_type_only() -> None:
    document = warmed(root(TEXTS))
    at = MAIN.index('\nresource "aws_b_acl"')
    made, _ = edit_of(TEXTS, "main.tf", at, at, '\nresource "aws_b_log" "one" {\n  bucket = aws_b.one.id\n}\n')
    types = {item for item, _ in document.edited([made]).changed if item.startswith("type:")}
    assert types == {"type:aws_b_log"}


def test_a_resource_of_a_repeated_module_is_found_by_its_key() -> None:
    texts = {
        "main.tf": 'module "m" {\n  source   = "./m"\n  for_each = toset(["a", "b"])\n  cidr     = each.key\n}\n',
        "m/main.tf": TEXTS["m/main.tf"],
    }
    document = root(texts)
    keys = [resource.key for resource in document.resources("aws_v")]
    assert len(keys) == 2
    assert [found.key for key in keys if (found := document.resource("aws_v", key)) is not None] == keys


@settings(max_examples=80, deadline=None)
@given(edits())
def test_what_comes_and_goes_is_what_two_full_lists_differ_in(edit: tuple[str, int, int, str]) -> None:
    document = warmed(root(TEXTS))
    made, texts = edit_of(TEXTS, *edit)
    edited = document.edited([made])
    for type in ("aws_b", "aws_b_acl", "aws_v", "aws_p", "variable"):
        if (f"type:{type}", "*") in edited.changed:
            came, went = edited.document.came_and_went(document, type, edited.changed)
            old = [one.key for one in document.resources(type)]
            new = [one.key for one in root(texts).resources(type)]
            assert {one.key for one in came} == set(new) - set(old)
            assert {one.key for one in went} == set(old) - set(new)
