"""Comments that may hold waivers, and what they cover."""

from __future__ import annotations

from gatepost.languages.terraform.json_syntax import parse_json
from gatepost.languages.terraform.remarks import remarks_of
from gatepost.languages.terraform.syntax import parse
from gatepost.model.places import Source

TEXT = """# gatepost: above
resource "a" "b" {
  # gatepost: top
  x = 1 # gatepost: line
  # gatepost: next
  # other
  y = "# gatepost: text"
  l = [
    "a", # gatepost: element
    # gatepost: below
    "b",
  ]
  #checkov:skip=CKV_1: why
  ingress { # gatepost: block
    p = 1
  }
  h = <<EOT
# gatepost: text
EOT
}

# gatepost: alone

variable "v" {} // gatepost: variable
"""


def test_a_comment_covers_what_follows_or_what_it_stands_behind() -> None:
    found = remarks_of(Source("main.tf", TEXT, "terraform"), parse(TEXT)[0])
    covered = {remark.text: (remark.covers.text.split("\n")[0], remark.address) for remark in found}
    assert covered == {
        "gatepost: above": ('resource "a" "b" {', "a.b"),
        "gatepost: top": ('resource "a" "b" {', "a.b"),
        "gatepost: line": ("x = 1", "a.b"),
        "gatepost: next": ('y = "# gatepost: text"', "a.b"),
        "gatepost: element": ('"a",', "a.b"),
        "gatepost: below": ('"b"', "a.b"),
        "checkov:skip=CKV_1: why": ('resource "a" "b" {', "a.b"),
        "gatepost: block": ("ingress { # gatepost: block", "a.b"),
        "gatepost: alone": ("# gatepost: alone", ""),
        "gatepost: variable": ('variable "v" {}', "var.v"),
    }


def test_a_file_without_a_marker_has_no_remarks() -> None:
    text = "# nothing\na = 1\n"
    assert remarks_of(Source("main.tf", text, "terraform"), parse(text)[0]) == []


def test_a_comment_key_covers_its_object() -> None:
    text = '{"resource": {"a": {"b": {"//": "gatepost: waive x", "n": [{"//": ["gatepost: inner"]}]}}}}'
    found = remarks_of(Source("main.tf.json", text, "terraform-json"), parse_json(text)[0])
    assert [(remark.text, remark.address) for remark in found] == [
        ("gatepost: waive x", "a.b"),
        ("gatepost: inner", "a.b"),
    ]
    assert found[1].covers.text == '{"//": ["gatepost: inner"]}'
