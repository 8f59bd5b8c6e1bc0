"""A base image is raised where its tag is written: the FROM, or the ARG that the tag comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.causes import with_causes
from gatepost.causes.tags import KnownTags
from gatepost.model.findings import Finding
from gatepost.sources.reading import Files
from tests.causes.causes import after, at, in_image

OLD, NEW = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"


def raised(folder: Path, text: str, *tags: str, better: tuple[str, ...] = ()) -> Finding:
    known = KnownTags()
    for one in tags:
        name, _, digest = one.partition("@")
        known.add(*name.rsplit(":", 1), digest, "tags.txt")
    (folder / "Dockerfile").write_text(text, encoding="utf-8")
    found = in_image("libc6", "1", "2")
    assert found.artifact is not None
    found = found._replace(artifact=found.artifact._replace(better_bases=better))
    return with_causes([found], Files(str(folder)), known)[0]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("FROM python:3.11.8-slim\n", "FROM python:3.11.9-slim\n"),
        ("FROM docker.io/library/python:3.11.8-slim AS x\n", "FROM docker.io/library/python:3.11.9-slim AS x\n"),
        ("ARG TAG=3.11.8-slim\nFROM python:${TAG}\n", "ARG TAG=3.11.9-slim\nFROM python:${TAG}\n"),
        ("ARG TAG='3.11.8-slim'\nFROM python:$TAG\n", "ARG TAG='3.11.9-slim'\nFROM python:$TAG\n"),
        ("ARG PY=3.11.8\nFROM python:${PY}-slim\n", "ARG PY=3.11.9\nFROM python:${PY}-slim\n"),
        ("ARG PATCH=8\nFROM python:3.11.${PATCH}-slim\n", "ARG PATCH=9\nFROM python:3.11.${PATCH}-slim\n"),
        ("ARG BASE=python:3.11.8-slim\nFROM ${BASE}\n", "ARG BASE=python:3.11.9-slim\nFROM ${BASE}\n"),
        ("ARG V=3.11.8\nARG T=${V}-slim\nFROM python:$T\n", "ARG V=3.11.9\nARG T=${V}-slim\nFROM python:$T\n"),
        ("ARG V=3.11.8 W=slim\nFROM python:$V-$W\n", "ARG V=3.11.9 W=slim\nFROM python:$V-$W\n"),
        ("FROM python:${PY:-3.11.8-slim}\n", "FROM python:${PY:-3.11.9-slim}\n"),
        ("ARG PY\nFROM python:${PY}\n", ""),
    ],
)
def test_the_tag_is_raised_where_it_is_written(tmp_path: Path, before: str, expected: str):
    one = raised(tmp_path, before, "python:3.11.9-slim", "python:3.12.4-slim")
    assert after(tmp_path, one) == expected
    if expected:
        assert one.fixes[0].proof == "needs_rescan"
        assert one.fixes[0].safety == "unsafe"
        assert one.mend.endswith("to 3.11.9-slim")
        assert one.advice.startswith("build the image again, then scan again: tags.txt names it")


def test_the_base_of_an_earlier_stage_is_raised_too(tmp_path: Path):
    text = "FROM python:3.11.8-slim AS base\nRUN make\nFROM base\nCOPY . .\n"
    one = raised(tmp_path, text, "python:3.11.9-slim")
    assert at(one) == "Dockerfile:1"
    assert after(tmp_path, one).startswith("FROM python:3.11.9-slim AS base\n")


def test_without_a_later_tag_nothing_is_edited_and_other_lines_are_told(tmp_path: Path):
    one = raised(tmp_path, "FROM python:3.11.8-slim\n", "python:3.12.4-slim", "python:3.11.7-slim", "python:latest")
    assert one.fixes[0].edits == ()
    assert one.advice.startswith("no later tag of the line python:3.11.8-slim is given; python:3.12.4-slim is given")


def test_tags_of_another_image_say_nothing(tmp_path: Path):
    one = raised(tmp_path, "FROM python:3.11.8-slim\n", "quay.example.com/python:3.11.9-slim")
    assert one.fixes[0].edits == ()
    assert "--pull" in one.advice
    assert "later tag" not in one.advice


def test_a_digest_is_raised_with_the_tag(tmp_path: Path):
    one = raised(tmp_path, f"FROM python:3.11.8-slim@{OLD}\n", f"python:3.11.9-slim@{NEW}")
    assert after(tmp_path, one) == f"FROM python:3.11.9-slim@{NEW}\n"


def test_a_newer_build_of_a_tag_is_another_digest(tmp_path: Path):
    text = f"ARG DIGEST={OLD}\nFROM python:3.11-slim@$DIGEST\n"
    one = raised(tmp_path, text, f"python:3.11-slim@{NEW}")
    assert after(tmp_path, one) == text.replace(OLD, NEW)


def test_a_digest_that_is_not_given_is_not_made_up(tmp_path: Path):
    one = raised(tmp_path, f"FROM python:3.11.8-slim@{OLD}\n", "python:3.11.9-slim")
    assert one.fixes[0].edits == ()
    assert "python:3.11.9-slim is next, and its digest is not given" in one.advice


def test_an_argument_that_feeds_another_image_is_raised_only_where_its_tag_is_given_too(tmp_path: Path):
    text = "ARG V=3.11.8\nFROM example.com/tools:$V AS tools\nFROM python:$V\nCOPY --from=tools /a /b\n"
    one = raised(tmp_path, text, "python:3.11.9")
    assert one.fixes[0].edits == ()
    assert "the same edit makes example.com/tools:3.11.9, which nobody names" in one.advice
    other = raised(tmp_path, text, "python:3.11.9", "example.com/tools:3.11.9")
    assert after(tmp_path, other).startswith("ARG V=3.11.9\n")


def test_a_report_that_names_a_better_base_is_believed(tmp_path: Path):
    better = ("node:14.21.3", "node:18.12.1", "debian:12.1", "node")
    one = raised(tmp_path, "FROM node:14.1.0\n", better=better)
    assert after(tmp_path, one) == "FROM node:14.21.3\n"
    assert "the report names it" in one.advice
