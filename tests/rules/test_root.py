"""What a subject's `root` is."""

from __future__ import annotations

import pytest

from gatepost.model.places import Source
from gatepost.model.problems import UsageError
from gatepost.rules.catalogue import load
from gatepost.rules.judge import judge
from gatepost.testing.documents import read_document

RULE = """
title: t
severity: low
category: hardening
why: w
applies_to: docker.USER
forbid: {CONDITION}
no_fix: n
"""


def lines(condition, text):
    catalogue = load([("x/rule", Source("rule.yaml", RULE.replace("{CONDITION}", condition), "rule"))], [])
    judged = judge(read_document({"Dockerfile": text}), catalogue, {}, "2026-01-01")
    return [found.subject.resource.header.region.start_line for found in judged.violated()]


def test_the_root_of_an_instruction_is_its_dockerfile():
    text = "FROM debian:12 AS build\nUSER app\nFROM debian:12\nUSER root\n"
    assert lines("{root.final.user: root}", text) == [2, 4]
    assert lines("{root.final.user: root, user: root}", text) == [4]
    assert lines("{root.stages: {count: 1}}", text) == []


def test_what_a_dockerfile_does_not_have_is_a_fault_of_the_rule():
    with pytest.raises(UsageError, match=r"root\.last\.user"):
        lines("{root.last.user: root}", "FROM debian:12\nUSER root\n")
