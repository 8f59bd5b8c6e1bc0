"""No two rules speak of one fault: one owns it, and the other one says in its conditions that it does not."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from gatepost.rules.judgements import Judged
from tests.policies.double_firing import judged_cases, judged_files, pairs

CORPORA = os.environ.get("GATEPOST_CORPORA", "")

# Pairs that point at one place and tell of two faults; a name that ends in * stands for several rules.
TWO_FAULTS = {
    ("any/hard-coded-secret", "aws/iam/console-password-in-template"): "a known kind of secret, used as a password",
    ("aws/cloudtrail/*-unwatched", "aws/cloudtrail/*-unwatched"): "each is about something else that nobody is told of",
    ("aws/iam/role-passed-to-what-is-started", "aws/iam/whole-service-allowed"): "two rights of one statement",
    ("docker/apk-cache-kept", "docker/packages-upgraded"): "how a program is called, and that it is",
    ("docker/apt-in-script", "docker/removed-too-late"): "how a program is called, and when",
    ("docker/apt-recommends-installed", "docker/install-asks"): "two options that are missing",
    (
        "docker/base-image-out-of-support",
        "docker/base-image-without-digest",
    ): "how old an image is, and how it is named",
    ("docker/install-asks", "docker/packages-upgraded"): "how a program is called, and that it is",
    ("docker/packages-upgraded", "docker/zypper-asks"): "how a program is called, and that it is",
}


def test_no_two_rules_speak_of_one_fault_in_the_cases_of_any_rule() -> None:
    assert told(judged_cases()) == {}


@pytest.mark.skipif(not CORPORA, reason="GATEPOST_CORPORA names no folder of real input")
@pytest.mark.parametrize("folder", ["terraform", "cloudformation"])
def test_nor_do_they_in_real_input(folder: str) -> None:
    assert told(judged_files(Path(CORPORA) / folder)) == {}


def told(all_judged: Iterable[tuple[str, Judged]]) -> dict[tuple[str, str], str]:
    """Return the pairs that are not known to be two faults, each with where it was seen."""
    found: dict[tuple[str, str], str] = {}
    for where, judged in all_judged:
        for pair in pairs(judged):
            if not any(_is(pair[0], one) and _is(pair[1], other) for one, other in TWO_FAULTS):
                found.setdefault(pair, where)
    return found


def _is(rule: str, name: str) -> bool:
    before, star, after = name.partition("*")
    return rule.startswith(before) and rule.endswith(after) if star else rule == name
