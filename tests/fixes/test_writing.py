"""Fixes of several parts, written one into the other."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gatepost.fixes.applying import apply_edits
from gatepost.fixes.differences import edits_between
from gatepost.model.places import Source
from gatepost.pipeline.fixing import Chosen, fix_all
from tests.pipeline.stories import inside, request, write

lines = st.lists(st.sampled_from(["a", "bb", "", "a = 1", "a  = 1", "}"]), max_size=8).map("\n".join)


@given(lines, lines)
def test_the_edits_between_two_texts_lead_from_one_to_the_other(old: str, new: str) -> None:
    source = Source("x", old, "")
    assert apply_edits(source, list(edits_between(source, new))) == new


def test_parts_that_move_one_column_of_equals_signs_are_one_fix(tmp_path: Path) -> None:
    rule = "aws/s3/public-access-block-incomplete"
    block = 'resource "aws_s3_bucket_public_access_block" "b" {{\n  {}\n}}\n'.format
    with inside(write(tmp_path, {"main.tf": block('bucket            = "b"\n  block_public_acls = true')})):
        fixed = fix_all(request(), Chosen((rule,), unsafe=True))
    assert sorted(fixed.after["main.tf"].splitlines()[1:-1]) == [
        "  block_public_acls       = true",
        "  block_public_policy     = true",
        '  bucket                  = "b"',
        "  ignore_public_acls      = true",
        "  restrict_public_buckets = true",
    ]


def test_one_of_several_instances_is_mended_where_it_is_set(tmp_path: Path) -> None:
    text = (
        'resource "aws_db_instance" "d" {\n  for_each          = { a = true, b = false }\n'
        "  storage_encrypted = each.value\n}\n"
    )
    with inside(write(tmp_path, {"main.tf": text})):
        fixed = fix_all(request(), Chosen(("aws/rds/storage-encrypted",), unsafe=True))
    assert "{ a = true, b = true }" in fixed.after["main.tf"]
