"""One broken entry of a template costs that entry, and is a problem on its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from templates import template

GOOD = "  B:\n    Type: AWS::X::Y\n    Properties:\n      P: 1\n"


def names(document):
    return [resource.address for type_ in document.types() for resource in document.resources(type_)]


def problems(document):
    return [(problem.location.region.start_line, problem.what) for problem in document.problems]


@pytest.mark.parametrize(
    ("broken", "line", "what"),
    [
        ("  A:\n    Type: AWS::S3::Bucket\n    Type: AWS::S3::Bucket\n", 4, "the key 'Type' is written twice"),
        ('  A:\n    Type: AWS::S3::Bucket\n    P: "x\n', 4, "a quote is never closed"),
        ("  A:\n    Type: AWS::S3::Bucket\n    P: [x\n", 4, "a bracket is never closed, or a comma is missing"),
        ("  A:\n    Type: AWS::S3::Bucket\n    P: 'a' b\n", 4, "there is text behind the closing quote"),
        ("  A:\n    Type: AWS::S3::Bucket\n   P: 1\n", 4, "this line does not fit the indentation above"),
        ("  A:\n    Type: AWS::S3::Bucket\n\tP: 1\n", 4, "a tab stands where YAML wants spaces"),
    ],
)
def test_a_broken_resource_in_yaml_costs_itself(broken, line, what):
    document = template("Resources:\n" + broken + GOOD)
    assert names(document) == ["B"]
    assert problems(document) == [(line, what)]
    assert document.unread == {"AWS::S3::Bucket"}


def test_a_missing_blank_after_a_key_is_told_at_the_key():
    document = template("Resources:\n" + GOOD + "  A:x\n    Type: AWS::S3::Bucket\n")
    assert names(document) == ["B"]
    assert problems(document) == [(6, "a ':' is missing after this key")]


def test_both_resources_of_one_name_are_left_out():
    document = template("Resources:\n  A:\n    Type: AWS::P::P\n  A:\n    Type: AWS::Q::Q\n" + GOOD)
    assert names(document) == ["B"]
    assert document.unread == {"AWS::P::P", "AWS::Q::Q"}


def test_what_stands_outside_the_resources_costs_no_resource():
    document = template("Description: 'a' b\nMappings:\n  M:\n    x: {a: 1}\n    x: {a: 2}\nResources:\n" + GOOD)
    assert names(document) == ["B"]
    assert [line for line, _ in problems(document)] == [1, 5]
    assert document.unread == frozenset()


@pytest.mark.parametrize(
    "broken",
    [
        '"A": {"Type": "AWS::S3::Bucket", "Type": "x"}, "B": {"Type": "AWS::X::Y"}',
        '"B": {"Type": "AWS::X::Y"}, "A": {"Type": "AWS::S3::Bucket" "P": {}}',
        '"A": {"Type": "AWS::S3::Bucket"}, "A": {"Type": "AWS::S3::Bucket"}, "B": {"Type": "AWS::X::Y"}',
    ],
)
def test_a_broken_resource_in_json_costs_itself(broken):
    document = template('{"Resources": {' + broken + "}}")
    assert names(document) == ["B"]
    assert len(document.problems) == 1
    assert document.unread == {"AWS::S3::Bucket"}


def test_where_nothing_is_left_there_is_one_problem():
    assert problems(template("Resources:\n  - [A\n  - B\n")) == [
        (2, "a bracket is never closed, or a comma is missing")
    ]


@given(st.text(alphabet="AB:{}[]'\"\n -x", max_size=80))
def test_no_broken_text_raises(text):
    names(template("Resources:\n  A:\n    Type: AWS::A::A\n" + text + "\n" + GOOD))
    names(template('{"Resources": {"A": ' + text + "}}"))
