"""Several changes that add the same block or companion are written as one."""

from __future__ import annotations

from gatepost.model.changes import Plain
from gatepost.rules.catalogue import Catalogue, Part
from gatepost.rules.merging import merged
from gatepost.rules.world import World
from gatepost.rules.writing import write
from gatepost.testing.cases import edits_of
from gatepost.testing.documents import apply, read_document

CONCEPT = {
    "name": "test.bucket",
    "found_in": [
        {
            "terraform": "aws_s3_bucket",
            "attributes": {
                "one": "one",
                "longer": "longer",
                "in_block": "block.one",
                "beside_it": "block.two",
                "third": "block.three",
                "target": {"in": "aws_s3_bucket_logging", "joined_by": "bucket", "path": "target_bucket"},
                "prefix": {"in": "aws_s3_bucket_logging", "joined_by": "bucket", "path": "target_prefix"},
            },
        },
        {
            "cloudformation": "AWS::S3::Bucket",
            "attributes": {
                "one": "One",
                "in_block": "Block.One",
                "beside_it": "Block.Two",
                "third": "Block.Three",
                "listed": "L.0.In.A",
                "listed_too": "L.0.In.B",
                "options": {"entries": "Options", "key": "Key", "value": "Value"},
            },
        },
    ],
}


def written(texts: dict[str, str], values: dict[str, Plain]) -> str:
    catalogue = Catalogue()
    catalogue.add(Part({}, {"test.bucket": CONCEPT}))
    document = read_document(texts)
    subject = World(document, catalogue).things(catalogue.concept("test.bucket"))[0]
    changes = merged([change for name, new in values.items() for change in write(subject, name, new)])
    return next(iter(apply(texts, edits_of(document, changes)).values()))


def test_a_companion_that_is_missing_is_added_once() -> None:
    text = 'resource "aws_s3_bucket" "b" {\n}\n'
    after = written({"main.tf": text}, {"target": "logs", "prefix": "b/"})
    assert after.count("aws_s3_bucket_logging") == 1
    assert 'target_bucket = "logs"\n  target_prefix = "b/"' in after


def test_a_block_that_is_missing_is_added_once() -> None:
    text = 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n'
    after = written({"main.tf": text}, {"in_block": 1, "beside_it": 2})
    assert after == 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n\n  block {\n    one = 1\n    two = 2\n  }\n}\n'


def test_a_third_attribute_goes_into_the_same_missing_block() -> None:
    values: dict[str, Plain] = {"in_block": 1, "beside_it": 2, "third": 3}
    after = written({"main.tf": 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n'}, values)
    assert after.count("block {") == 1
    assert "    one   = 1\n    two   = 2\n    three = 3\n" in after
    text = "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      One: 1\n"
    assert (
        written({"t.yaml": text}, values) == text + "      Block:\n        One: 1\n        Two: 2\n        Three: 3\n"
    )


def test_attributes_added_together_stand_in_the_same_columns() -> None:
    text = 'resource "aws_s3_bucket" "b" {\n  b = "b"\n}\n'
    after = written({"main.tf": text}, {"one": 1, "longer": 2})
    assert after == 'resource "aws_s3_bucket" "b" {\n  b      = "b"\n  one    = 1\n  longer = 2\n}\n'


def test_properties_that_are_missing_are_added_once() -> None:
    text = "Resources:\n  B:\n    Type: AWS::S3::Bucket\n"
    after = written({"template.yaml": text}, {"one": 1, "in_block": 2, "beside_it": 3})
    assert after == text + "    Properties:\n      One: 1\n      Block:\n        One: 2\n        Two: 3\n"


def test_what_is_written_already_is_changed_where_it_stands() -> None:
    text = "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      Block: {One: 1, Three: 3}\n"
    after = written({"template.yaml": text}, {"in_block": 2, "beside_it": 3})
    assert "Block: {One: 2, Three: 3, Two: 3}" in after


def test_a_list_that_is_missing_is_added_once() -> None:
    text = "Resources:\n  B:\n    Type: AWS::S3::Bucket\n"
    after = written({"template.yaml": text}, {"listed": 1, "listed_too": 2})
    assert after == text + "    Properties:\n      L:\n        - In:\n            A: 1\n            B: 2\n"


def test_entries_of_a_list_that_is_not_written_make_one_list() -> None:
    text = "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      One: x\n"
    after = written({"t.yaml": text}, {"options.a": "1", "options.b": "2", "options.c": "3"})
    assert after.count("Options:") == 1
    assert after.count("- Key:") == 3
