"""GitLab's Code Quality report: the keys that are read, fingerprints that tell entries apart and not their lines."""

from __future__ import annotations

import json
from typing import Any

from host_demands import codequality_complaints
from verdict_builders import PLAIN, a_finding, a_place, a_verdict, a_waiver, decided, one_of_everything, ssh_finding

from gatepost.reports import render


def rows(verdict: Any) -> list[dict[str, Any]]:
    return json.loads(render("codequality", verdict, PLAIN).body)


def test_gitlab_takes_it() -> None:
    assert codequality_complaints(rows(one_of_everything())) == []


def test_an_empty_verdict_is_an_empty_list() -> None:
    assert rows(a_verdict()) == []


def test_everything_is_in_it_and_what_blocks_comes_first() -> None:
    verdict = one_of_everything()
    report = rows(verdict)
    assert len(report) == len(verdict.decisions) + len(verdict.undecided) + len(verdict.problems)
    assert report[0]["check_name"] == "aws/ec2/ssh-open-to-internet"
    assert report[0]["severity"] == "blocker"


def test_a_fingerprint_stays_when_the_line_moves() -> None:
    before, after = (rows(a_verdict(decided(ssh_finding(location=a_place(line=n)))))[0] for n in (8, 80))
    assert before["fingerprint"] == after["fingerprint"]
    assert before["location"]["lines"] != after["location"]["lines"]


def test_equal_fingerprints_are_told_apart() -> None:
    report = rows(a_verdict(decided(a_finding()), decided(a_finding(location=a_place(line=9)))))
    assert codequality_complaints(report) == []


def test_what_is_waived_is_information_and_says_until_when() -> None:
    (row,) = rows(a_verdict(decided(a_finding(), "allow", waiver=a_waiver(), because=None)))
    assert row["severity"] == "info"
    assert "Waived until 2027-03-31 by security@example.com" in row["description"]


def test_observing_says_that_nothing_is_blocked() -> None:
    (row,) = rows(a_verdict(decided(ssh_finding()), mode="observe"))
    assert "Would be blocked by" in row["description"]
