"""The next tag of an image's line is one that somebody gives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.causes.tags import KnownTags, full_name, next_tag

PYTHON = "docker.io/library/python"
OLD, NEW = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"


def chosen(tag: str, *tags: str, image: str = PYTHON, digest: str = "") -> str:
    given = {one.partition("@")[0]: (one.partition("@")[2], "tags.txt") for one in tags}
    return next_tag(image, tag, digest, given).tag


@pytest.mark.parametrize(
    ("tag", "tags", "expected"),
    [
        ("3.11.8-slim-bookworm", "3.11.9-slim-bookworm 3.11.10-slim-bookworm 3.11.11-slim 3.12.1-slim-bookworm",
         "3.11.10-slim-bookworm"),
        ("3.11.8", "3.11.9rc1 3.11.9-alpine3.20 latest 3.11 3", ""),
        ("3.11.8-alpine3.20", "3.11.9-alpine3.20 3.11.10-alpine3.21", "3.11.9-alpine3.20"),
        ("3.13.0", "3.13.1rc1 3.13.1", "3.13.1"),
        ("3.13.0-slim", "3.13.1-rc-slim 3.13.1b2-slim", ""),
        ("v1.2.3", "1.2.4 v1.2.4", "v1.2.4"),
        ("17.0.9_9-jre", "17.0.10_7-jre 17.0.11-jre 21.0.1_12-jre", "17.0.10_7-jre"),
        ("bookworm-20240423-slim", "bookworm-20240513-slim trixie-20250101-slim bookworm-20240701",
         "bookworm-20240513-slim"),
        ("9.3-1552", "9.3-1610 9.4-1100", "9.3-1610"),
        ("3", "4 3.1", ""),
        ("latest", "3.11.9 latest", ""),
        ("3.11", "3.12 3.13", ""),
        ("bookworm", "trixie", ""),
    ],
)  # fmt: skip
def test_the_last_tag_of_the_line_is_next(tag: str, tags: str, expected: str):
    assert chosen(tag, *tags.split()) == expected


def test_where_the_second_number_counts_updates_the_major_version_is_the_line():
    assert chosen("12.5-slim", "12.6-slim", "13.1-slim", image="docker.io/library/debian") == "12.6-slim"
    assert chosen("22.04", "24.04", image="docker.io/library/ubuntu") == ""


def test_what_is_pinned_by_a_digest_is_raised_only_to_one():
    assert chosen("3.11.8", "3.11.9", digest=OLD) == ""
    assert chosen("3.11.8", f"3.11.9@{NEW}", "3.11.10", digest=OLD) == "3.11.9"
    assert chosen("3.11", f"3.11@{NEW}", digest=OLD) == "3.11"
    assert chosen("3.11", f"3.11@{OLD}", digest=OLD) == ""


def test_tags_of_other_lines_are_told():
    given = dict.fromkeys(["3.12.1", "3.12.0", "3.13.0", "4.0.0"], ("", "x"))
    found = next_tag(PYTHON, "3.11.8", "", given)
    assert (found.tag, found.beyond) == ("", "3.12.1")


def test_of_what_a_report_calls_better_the_major_version_counts():
    assert next_tag("docker.io/library/node", "14.1.0", "", {}, ["14.21.3", "18.12.0", "14.0.0"]).tag == "14.21.3"


@pytest.mark.parametrize(
    ("written", "full"),
    [
        ("python", "docker.io/library/python"),
        ("library/python", "docker.io/library/python"),
        ("docker.io/python", "docker.io/library/python"),
        ("index.docker.io/library/Python", "docker.io/library/python"),
        ("bitnami/redis", "docker.io/bitnami/redis"),
        ("quay.example.com:5000/a/b", "quay.example.com:5000/a/b"),
        ("localhost/a", "localhost/a"),
    ],
)
def test_names_of_images_are_compared_in_full(written: str, full: str):
    assert full_name(written) == full


def test_the_first_digest_of_a_tag_counts():
    tags = KnownTags()
    for digest in ("", NEW, OLD):
        tags.add("python", "3.11.9", digest, "tags.txt")
    assert tags.of("docker.io/python")["3.11.9"] == (NEW, "tags.txt")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.lists(st.text("0123456789.-_vrcabsli", max_size=20), max_size=8))
def test_whatever_is_given_only_a_given_tag_comes_out(tag: str, tags: list[str]):
    found = next_tag(PYTHON, tag, "", dict.fromkeys(tags, ("", "x")))
    assert found.tag in {*tags, ""}
    assert not found.tag or found.tag != tag
