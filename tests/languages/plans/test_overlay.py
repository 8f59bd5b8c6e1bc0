"""What the plan says, laid over what the files say: values, places, origins, and what counts after an edit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gatepost.languages.plans.document import PlannedDocument
from gatepost.languages.plans.matching import Matching
from gatepost.languages.plans.reading import read_plan
from gatepost.languages.terraform.document import read_root
from gatepost.model.changes import Set
from gatepost.model.documents import Resource
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Value
from gatepost.sources.reading import Files


def change(address: str, after: dict[str, Any], **more: Any) -> dict[str, Any]:
    module, _, rest = address.rpartition("]." if address.startswith("module") else "\0")
    type, name = (rest or module).split(".")[-2:]
    key = {"address": address, "mode": "managed", "type": type, "name": name.partition("[")[0]}
    return {**key, "change": {"actions": ["create"], "after": after, **more}}


def planned(folder: Path, text: str, *changes: dict[str, Any], **more: Any) -> PlannedDocument:
    (folder / "main.tf").write_text(text)
    blocks = {one["address"].partition("[")[0]: one for one in changes if not one["address"].startswith("module")}
    root = {"resources": [{"type": one["type"], "name": one["name"]} for one in blocks.values()]}
    plan = {"resource_changes": list(changes), "configuration": {"root_module": root}, **more}
    source = read_root(".", Files(str(folder)))
    return PlannedDocument(source, source, Matching(read_plan(json.dumps(plan).encode(), "p"), source))


def the(document: PlannedDocument, address: str) -> Resource:
    (found,) = [r for type in document.types() for r in document.resources(type) if r.address == address]
    return found


def get(document: PlannedDocument, address: str, *path: str | int) -> Value:
    value = the(document, address).body
    for step in path:
        value = value.literal[step]
    return value


def line(value: Value) -> int:
    return value.span.region.start_line if value.span is not None else 0


GROUP = """\
variable "ports" {}
resource "aws_security_group" "g" {
  ingress {
    from_port = 22
    cidrs     = ["10.0.0.0/8", "0.0.0.0/0"]
  }
  dynamic "ingress" {
    for_each = var.ports
    content {
      from_port = ingress.value
      cidrs     = ["1.2.3.4/32"]
    }
  }
}
"""


def rule(port: int, *cidrs: str) -> dict[str, Any]:
    return {"from_port": port, "cidrs": list(cidrs), "description": "", "self": False, "prefixes": []}


def test_blocks_of_a_set_find_their_places_whatever_their_order(tmp_path: Path) -> None:
    rules = [rule(8080, "1.2.3.4/32"), rule(22, "0.0.0.0/0", "10.0.0.0/8"), rule(443, "1.2.3.4/32")]
    document = planned(tmp_path, GROUP, change("aws_security_group.g", {"ingress": rules}))
    found = get(document, "aws_security_group.g", "ingress").literal
    ports = [one.literal["from_port"] for one in found]
    assert [(port.literal, line(port)) for port in ports] == [(22, 4), (8080, 10), (443, 10)]
    first, second = found[0].literal["cidrs"].literal
    assert [(one.literal, one.span.text) for one in (first, second)] == [
        ("10.0.0.0/8", '"10.0.0.0/8"'),
        ("0.0.0.0/0", '"0.0.0.0/0"'),
    ]
    assert set(found[0].literal) == {"from_port", "cidrs", "self"}


def test_instances_whose_number_the_files_do_not_tell_are_those_of_the_plan(tmp_path: Path) -> None:
    text = 'variable "n" {}\nresource "aws_vpc" "v" {\n  count = var.n\n  cidr  = "10.${count.index}.0.0/16"\n}\n'
    changes = [change(f"aws_vpc.v[{n}]", {"cidr": f"10.{n}.0.0/16"}) for n in range(3)]
    document = planned(tmp_path, text, *changes)
    found = document.resources("aws_vpc")
    assert [resource.address for resource in found] == ["aws_vpc.v[0]", "aws_vpc.v[1]", "aws_vpc.v[2]"]
    assert len({resource.key for resource in found}) == 3
    assert [resource.body.literal["cidr"].literal for resource in found] == [
        "10.0.0.0/16",
        "10.1.0.0/16",
        "10.2.0.0/16",
    ]
    assert all(document.resource("aws_vpc", resource.key) is resource for resource in found)


def test_a_block_of_which_the_plan_makes_nothing_is_not_there(tmp_path: Path) -> None:
    text = 'resource "aws_vpc" "v" {\n  count = 2\n}\nresource "aws_vpc" "w" {}\n'
    plan = {"configuration": {"root_module": {"resources": [{"type": "aws_vpc", "name": n} for n in "vw"]}}}
    document = planned(tmp_path, text, change("aws_vpc.w", {}), **plan)
    assert [resource.address for resource in document.resources("aws_vpc")] == ["aws_vpc.w"]


def test_what_nobody_wrote_counts_where_it_is_plain_and_is_missing_where_it_is_empty(tmp_path: Path) -> None:
    after = {"a": None, "b": "", "c": [], "d": {}, "e": False, "f": 0, "g": "x", "h": '{"k": 1}', "i": [{"x": 1}]}
    document = planned(tmp_path, 'resource "t_x" "a" {}\n', change("t_x.a", after, after_unknown={"j": True}))
    body = the(document, "t_x.a").body.literal
    assert {key: body[key].literal for key in body} == {"e": False, "f": 0, "g": "x"}
    assert "j" not in body and body.get("c") is None and line(body["g"]) == 0


def test_what_is_known_after_apply_is_unknown_and_names_what_it_refers_to(tmp_path: Path) -> None:
    text = 'resource "t_x" "a" {}\nresource "t_y" "b" {\n  to   = t_x.a.id\n  text = "${t_x.a.id}/*"\n}\n'
    unknown = {"to": True, "text": True}
    document = planned(tmp_path, text, change("t_x.a", {}), change("t_y.b", {}, after_unknown=unknown))
    to, joined = get(document, "t_y.b", "to"), get(document, "t_y.b", "text")
    assert to.unknown is not None and to.unknown.why == "t_x.a.id is known only after apply"
    assert to.refers_to is not None and to.refers_to.address == "t_x.a"
    assert joined.unknown is not None and joined.unknown.pieces == (None, "/*")


def test_a_known_text_gives_the_document_that_is_written_its_values(tmp_path: Path) -> None:
    text = """\
data "t_me" "me" {}
resource "t_policy" "p" {
  policy = jsonencode({
    Statement = [{
      Action    = "s3:*"
      Principal = data.t_me.me.arn
    }]
  })
}
"""
    policy = json.dumps({"Statement": [{"Action": ["s3:*"], "Principal": "*"}]})
    document = planned(tmp_path, text, change("t_policy.p", {"policy": policy}))
    value = get(document, "t_policy.p", "policy")
    assert value.literal == policy
    statement = value.tree.literal["Statement"].literal[0].literal
    assert [(statement[key].literal, line(statement[key])) for key in statement] == [("s3:*", 5), ("*", 6)]


def test_sensitive_parts_are_marked(tmp_path: Path) -> None:
    text = 'resource "t_x" "a" {\n  p = "q"\n  m = { k = "v", l = "w" }\n}\n'
    marks = {"p": True, "m": {"k": True}}
    document = planned(tmp_path, text, change("t_x.a", {"p": "q", "m": {"k": "v", "l": "w"}}, after_sensitive=marks))
    assert get(document, "t_x.a", "p").sensitive
    assert [get(document, "t_x.a", "m", key).sensitive for key in "kl"] == [True, False]


def test_a_value_that_the_files_do_not_give_keeps_its_place_and_is_not_written(tmp_path: Path) -> None:
    text = 'variable "a" {\n  default = "private"\n}\nresource "t_x" "a" {\n  acl = var.a\n}\n'
    document = planned(tmp_path, text, change("t_x.a", {"acl": "public"}))
    value = get(document, "t_x.a", "acl")
    assert (value.literal, line(value)) == ("public", 5)
    with pytest.raises(CannotWrite) as error:
        document.write(Set(the(document, "t_x.a").body, ("acl",), "private"))
    assert str(error.value) == "the plan has another value for var.a than these files give it"


def test_after_an_edit_what_was_edited_counts_and_nothing_else(tmp_path: Path) -> None:
    text = 'variable "a" {\n  default = "public"\n}\nresource "t_x" "a" {\n  acl  = var.a\n  name = t_y.b.name\n}\n'
    document = planned(tmp_path, text, change("t_x.a", {"acl": "public", "name": "planned"}))
    written = document.write(Set(the(document, "t_x.a").body, ("acl",), "private"))
    assert [(edit.location.region.start_line, edit.replacement) for edit in written.edits] == [(2, '"private"')]
    after = document.edited(written.edits)
    assert isinstance(after.document, PlannedDocument)
    body = the(after.document, "t_x.a").body.literal
    assert (body["acl"].literal, body["name"].literal) == ("private", "planned")
    assert ("variable.a", "default") in after.changed


def test_elements_that_are_taken_out_and_put_in_leave_the_others_as_planned(tmp_path: Path) -> None:
    text = 'resource "t_x" "a" {\n  l = [t_y.b.one, "two", "three"]\n}\n'
    document = planned(tmp_path, text, change("t_x.a", {"l": ["ONE", "two", "three"]}))
    after = document.edited(document.write(Set(the(document, "t_x.a").body, ("l", 1), "2")).edits).document
    assert isinstance(after, PlannedDocument)
    assert [one.literal for one in get(after, "t_x.a", "l").literal] == ["ONE", "2", "three"]


def test_a_fix_that_feeds_several_planned_instances_says_so(tmp_path: Path) -> None:
    text = 'variable "n" {}\nresource "t_x" "a" {\n  count = var.n\n  acl   = "public"\n}\n'
    document = planned(tmp_path, text, *(change(f"t_x.a[{n}]", {"acl": "public"}) for n in (0, 1)))
    assert document.write(Set(the(document, "t_x.a[0]").body, ("acl",), "private")).shared


def test_text_is_compared_in_the_form_that_terraform_gives_it(tmp_path: Path) -> None:
    document = planned(tmp_path, 'resource "t_x" "a" {\n  n = "cafe\u0301"\n}\n', change("t_x.a", {"n": "caf\u00e9"}))
    written = document.write(Set(the(document, "t_x.a").body, ("n",), "x"))
    assert (get(document, "t_x.a", "n").literal, len(written.edits)) == ("caf\u00e9", 1)
