"""The JUnit report: what fails, what is skipped and why."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from verdict_builders import (
    PLAIN,
    a_finding,
    a_problem,
    a_verdict,
    an_undecided,
    decided,
    one_of_everything,
    ssh_finding,
)

from gatepost.reports import render


def cases(verdict: Any) -> list[ElementTree.Element]:
    suites = ElementTree.fromstring(render("junit", verdict, PLAIN).body.encode())
    found = list(suites.iter("testcase"))
    assert int(suites.attrib["tests"]) == len(found)
    for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suites.attrib[kind]) == len(list(suites.iter(tag)))
    return found


def test_only_what_blocks_fails() -> None:
    failed = [case for case in cases(one_of_everything()) if case.find("failure") is not None]
    assert [case.attrib["classname"] for case in failed] == ["live/prod/network/main.tf"]
    assert failed[0].find("failure").attrib["type"] == "critical"  # type: ignore[union-attr]


def test_every_other_case_is_skipped_and_says_why() -> None:
    told = [
        case.find("skipped").attrib["message"]
        for case in cases(one_of_everything())
        if case.find("skipped") is not None
    ]  # type: ignore[union-attr]
    assert any(message.startswith("waived until 2027-03-31") for message in told)
    assert any(message.startswith("not new") for message in told)
    assert any(message.startswith("undecided") for message in told)


def test_the_same_rule_at_the_same_place_is_one_case() -> None:
    twice = [decided(a_finding(fingerprint=n, message=f"number {n}")) for n in "12"]
    (case,) = cases(a_verdict(*twice))
    assert "number 1" in case.find("failure").text and "number 2" in case.find("failure").text  # type: ignore[union-attr,operator]


def test_a_blocking_problem_is_an_error() -> None:
    found = cases(a_verdict(problems=(a_problem("block"),), undecided=(an_undecided("block"),)))
    assert [case[0].tag for case in found] == ["failure", "error"]


def test_observing_fails_nothing() -> None:
    assert [case[0].tag for case in cases(a_verdict(decided(ssh_finding()), mode="observe"))] == ["skipped"]


def test_nothing_found_is_still_a_result() -> None:
    assert len(cases(a_verdict())) == 1
