from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz.plain_yaml import fuzz

from gatepost.languages.positioned.yaml_plain import read_plain

ROOT = Path(__file__).parents[3]
TEMPLATE = """\
# what a usual template has
AWSTemplateFormatVersion: "2010-09-09"
Description: >-
  A bucket
  and a queue

  with a paragraph
Parameters:
  Name: {Type: String, Default: 'it''s'}
Resources:
  Bucket:   # the data
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub "${Name}-bucket"
      Tags:
      - Key: a
        Value: !Join ['-', [!Ref Name, b]]
      -
        Key: b
        Value: 010
      Policy: !If
        - Wanted
        - !GetAtt Other.Arn
        - !Ref AWS::NoValue
      Nothing:
      Script: !Sub |
        #!/bin/sh

          echo "it is \\"fine\\"" # no comment
  "Queue":
    Type: AWS::SQS::Queue
    DependsOn:
      Bucket
    Port: -1
    Escaped: "a \\"b\\" \\\\ c\\n"
"""
INDENTED = ["  " * depth for depth in range(4)]
PIECES = [
    *("a", "b1", "true", "~", "0x1F", "-1", "- ", "-", ": ", ":", "::", " #", "#", "\n", "\n\n", " ", "    ", "x: y"),
    *("'", '"', "''", "[", "]", "{", "}", ", ", "|\n", ">\n", ">-\n", "|+\n", "|2\n", "!Ref ", "!If\n", "!"),
    *("&a ", "*a", "<<: ", "---\n", "...\n", "\t", "%", "@", "`", "? ", "\\", '\\"', "=", "$", "\r\n"),
]


def test_a_usual_template_needs_no_library():
    assert fuzz(TEMPLATE.encode())


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "- a\n--- \n- b\n", "a: &x 1\nb: *x\n", "<<: {a: 1}\n", "? a\n: b\n", "a: b\n c\n", "a: 'b\n  c'\n"),
        *("a:\tb\n", "ä: b\n", "a: b\r\n", "a: |2\n    b\n", "a: |+\n  b\n\n", "a: [1,\n 2]\n", "a: 1\na: 2\n"),
        *('a: "\\x41"\n', "a: !!int 1\n", "a: |\n  b", "[a]\n", "a: [b: c]\n", "a: [b, ]\n", "a: {b}\n", "a: !Ref\n"),
        *("%YAML 1.2\n", "- a\n b: c\n", "a: b: c\n"),
    ],
)
def test_what_is_rare_or_wrong_is_left_to_the_library(text):
    assert read_plain(text) is None


@given(st.lists(st.sampled_from([*PIECES, *INDENTED]), max_size=25).map("".join))
def test_whatever_it_reads_the_library_reads_alike(text):
    fuzz(text.encode())


@given(st.integers(0, len(TEMPLATE)), st.integers(0, 6), st.lists(st.sampled_from(PIECES), max_size=2).map("".join))
def test_a_usual_template_with_something_changed_is_read_alike_or_left(at, removed, put):
    fuzz((TEMPLATE[:at] + put + TEMPLATE[at + removed :]).encode())


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-99, 99) | st.text("ab:- #'\"\\,[]{}!&*\n", max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abX_", min_size=1, max_size=4), inner),
        max_leaves=12,
    ),
    st.sampled_from([None, False, True]),
)
def test_what_pyyaml_writes_is_read_alike(data, flow):
    fuzz(yaml.safe_dump(data, default_flow_style=flow).encode())


def test_the_shipped_rules_are_read_alike_and_mostly_without_the_library():
    files = sorted((ROOT / "policies").rglob("*.yaml"))
    some = random.Random(7).sample(files, 60)
    assert sum(fuzz(path.read_text("utf-8").encode("ascii", "replace")) for path in some) > 40


@pytest.mark.parametrize("start", ["- " * 50_000, "[" * 50_000, "a: " + "[" * 50_000, "a:\n" + " " * 50_000 + "'"])
def test_hostile_texts_are_left_soon(start):
    assert read_plain(start) is None


def test_a_usual_template_does_not_load_the_library():
    program = (
        "import sys; from gatepost.languages.positioned import read_yaml;"
        f"read_yaml({TEMPLATE!r}); sys.exit('yaml' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
