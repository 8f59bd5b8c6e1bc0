"""Lists of tags are read as tools write them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.causes.tag_lists import BadList, read_tags

DIGEST = f"sha256:{'a' * 64}"
SLIM = [("python", "3.11-slim", ""), ("python", "3.12", "")]
WITH_DIGEST = [("python", "3.11-slim", DIGEST)]


def read(text: str, image: str = "") -> list[tuple[str, str, str]]:
    return [tuple(one) for one in read_tags(text, image)]


@pytest.mark.parametrize(
    "text",
    [
        "python:3.11-slim\npython:3.12\n",
        "# approved\npython 3.11-slim\n\npython\t3.12  # for tests\r\n",
        '{"Repository": "python", "Tags": ["3.11-slim", "3.12"]}',
        '{"name": "python", "tags": ["3.11-slim", "3.12"]}\n',
        '[{"name": "python", "tags": ["3.11-slim", "3.12"]}]',
        '{"name": "python", "tags": ["3.11-slim"]}\n{"name": "python", "tags": ["3.12"]}\n',
        '{"python": ["3.11-slim", "3.12"]}',
        '{"python": {"3.11-slim": null, "3.12": ""}}',
        '["python:3.11-slim", "python:3.12"]',
        "python:\n  - 3.11-slim\n  - 3.12\n",
        "# approved\n---\npython: [3.11-slim, 3.12]\n",
        "python:\n  3.11-slim:\n  '3.12':\n",
        "REPOSITORY  TAG        IMAGE ID      CREATED  SIZE\npython  3.11-slim  3f1c2a  2 weeks ago 125MB\n"
        "<none>  <none>  aa  1 day  1MB\npython  3.12  3f1c2b  2 weeks ago 125MB\n",
        '{"name": "python", "tags": null} {"name": "python", "tags": ["3.11-slim", "3.12"]}',
    ],
)
def test_tags_are_read_as_tools_and_people_write_them(text: str):
    assert read(text) == SLIM


@pytest.mark.parametrize(
    "text",
    [
        f"python:3.11-slim@{DIGEST}\n",
        f"python 3.11-slim {DIGEST}\n",
        f"python:3.11-slim {DIGEST}\n",
        f"REPOSITORY TAG DIGEST IMAGE ID CREATED SIZE\npython 3.11-slim {DIGEST} 3f1c2a 2 weeks ago 125MB\n",
        f"python:\n  3.11-slim: {DIGEST}\n",
        json.dumps({"python": {"3.11-slim": DIGEST}}),
        json.dumps({"python": f"3.11-slim@{DIGEST}"}),
    ],
)
def test_digests_are_read(text: str):
    assert read(text) == WITH_DIGEST


def test_a_list_of_bare_tags_needs_the_name_of_its_image():
    text = "3.11-slim\n3.12\n"
    assert read(text, "python") == SLIM
    with pytest.raises(BadList, match="has no name of an image"):
        read(text)


def test_docker_hub_tells_the_image_by_the_address_of_the_next_page():
    row = {"name": "3.11-slim", "digest": DIGEST, "images": [{"digest": "x"}]}
    page = {"count": 2, "next": "https://hub.example.com/v2/repositories/library/python/tags?page=2", "results": [row]}
    assert read(json.dumps(page)) == [("library/python", "3.11-slim", DIGEST)]
    page["next"] = None
    assert read(json.dumps(page), "python") == WITH_DIGEST


def test_a_tag_that_looks_like_a_number_stays_as_it_is_written():
    assert read("python: [3.10, 3]") == [("python", "3.10", ""), ("python", "3", "")]
    assert read('{"python": [3.10, 3]}') == [("python", "3.10", ""), ("python", "3", "")]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("python:3.11\npy thon:3 x y\n", 12),
        ("python:3.11\npython:3.12 sha256:12\n", 12),
        ("python:3.11\npython :::\n", 12),
        ('{"name": "python", "tags": [{}]}', 0),
        ('{"name": "python", "tags": ["a"', 31),
        ("[" * 100_000, 0),
        ("python: [a, {b: c}]", 12),
        ("5", 0),
        ("{}", 0),
    ],
)
def test_what_is_no_list_says_where(text: str, at: int):
    with pytest.raises(BadList) as caught:
        read(text)
    assert caught.value.offset == at


@settings(max_examples=150, deadline=None)
@given(st.text("python:3.1-slim@sha256 \n{}[]\",'#\t&*!", max_size=80), st.sampled_from(["", "python"]))
def test_any_text_is_read_or_refused(text: str, image: str):
    try:
        found = read(text, image)
    except BadList as error:
        assert 0 <= error.offset <= len(text)
    else:
        assert all(name and tag for name, tag, _ in found)
