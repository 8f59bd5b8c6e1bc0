from __future__ import annotations

import json

from templates import template

TEXT = """\
# gatepost: waive top
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  # gatepost: waive rule/a until=2027-01-01
  A:
    Type: T
    Properties:
      P: x # gatepost: waive rule/b
      # checkov:skip=CKV_AWS_1:because
      Q:
        - a: "# gatepost: waive no"
        # gatepost: waive rule/c
        - b: 1
          c: 2
      S: |
        # gatepost: waive no
      # gatepost: waive rule/d
  B: # gatepost: waive rule/e
    Type: T
    Metadata:
      Gatepost: {waive: [rule/f until=2027-01-01, rule/g]}
      checkov: {skip: [{id: CKV_2, comment: fine}]}
      cfn_nag: {rules_to_suppress: [{id: W1, reason: ok}]}
      cfn-lint: {config: {ignore_checks: [E1]}}
"""


def remarks(text: str):
    return [(m.text, m.covers.text, m.address) for m in template(text).remarks()]


def test_a_comment_covers_its_line_or_what_follows():
    found = {text.rpartition(" ")[2]: (covers, address) for text, covers, address in remarks(TEXT)}
    assert found["top"] == ('AWSTemplateFormatVersion: "2010-09-09"', "")
    assert found["until=2027-01-01"][1] in ("A", "B")
    assert found["rule/b"] == ("P: x", "A")
    assert found["rule/c"] == ("- b: 1\n          c: 2", "A")
    assert found["rule/e"][0].startswith("B: #") and found["rule/e"][1] == "B"
    assert found["rule/d"][0].startswith("B: #")


def test_marks_of_other_tools_are_listed():
    texts = [text for text, _, _ in remarks(TEXT)]
    for expected in (
        "checkov:skip=CKV_AWS_1:because",
        "checkov:skip=CKV_2:fine",
        "cfn_nag:skip=W1:ok",
        "cfn-lint:skip=E1",
    ):
        assert expected in texts


def test_what_stands_in_text_is_no_comment():
    assert not [text for text, _, _ in remarks(TEXT) if text.endswith("waive no")]


def test_metadata_holds_waivers_in_json_too():
    found = {"Resources": {"A": {"Type": "T", "Metadata": {"Gatepost": {"waive": "rule/a until=2027-01-01"}}}}}
    ((text, covers, address),) = remarks(json.dumps(found))
    assert (text, address) == ("gatepost: waive rule/a until=2027-01-01", "A")
    assert covers.startswith('"A": ')


def test_a_waiver_for_a_whole_resource_covers_all_of_it():
    text = "Resources:\n  # gatepost: waive r\n\n  # why\n  A:\n    Type: T\n    Properties: {P: 1}\n"
    assert remarks(text) == [("gatepost: waive r", "A:\n    Type: T\n    Properties: {P: 1}", "A")]
