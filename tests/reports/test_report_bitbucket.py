"""Code Insights of Bitbucket: the API's shapes and limits, batches of a hundred, the mildest left out."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
from host_demands import BITBUCKET
from verdict_builders import PLAIN, a_finding, a_verdict, a_waiver, decided, one_of_everything, ssh_finding

from gatepost.model.decisions import Verdict
from gatepost.reports import render


def insights(verdict: Verdict) -> dict[str, Any]:
    data = json.loads(render("bitbucket", verdict, PLAIN).body)
    jsonschema.validate(data, BITBUCKET)
    return data


def rows(verdict: Verdict) -> list[dict[str, Any]]:
    return [row for batch in insights(verdict)["annotations"] for row in batch]


def test_the_report_fails_with_what_blocks_first() -> None:
    data = insights(one_of_everything())
    assert data["report"]["result"] == "FAILED"
    first = data["annotations"][0][0]
    assert (first["result"], first["severity"], first["line"]) == ("FAILED", "CRITICAL", 8)


def test_batches_hold_a_hundred_and_a_thousand_are_enough() -> None:
    many = [decided(a_finding(fingerprint=f"{n:08x}"), "block" if n < 5 else "warn") for n in range(1_203)]
    data = insights(a_verdict(*many))
    assert [len(batch) for batch in data["annotations"]] == [100] * 10
    assert "203 of the mildest are left out here" in data["report"]["details"]
    assert sum(row.get("result") == "FAILED" for row in data["annotations"][0]) == 5


def test_ids_are_unique() -> None:
    ids = [row["external_id"] for row in rows(a_verdict(decided(a_finding()), decided(a_finding())))]
    assert len(set(ids)) == 2


def test_long_texts_are_cut_to_what_is_taken() -> None:
    (row,) = rows(a_verdict(decided(a_finding(title="x" * 9_000, why="y" * 9_000))))
    assert len(row["summary"]) == 450
    assert row["summary"].endswith("...")


def test_what_is_waived_is_ignored_and_says_so() -> None:
    (row,) = rows(a_verdict(decided(a_finding(), "allow", waiver=a_waiver(), because=None)))
    assert row["result"] == "IGNORED"
    assert "Waived until" in row["summary"]


def test_observing_passes() -> None:
    data = insights(a_verdict(decided(ssh_finding()), mode="observe"))
    assert data["report"]["result"] == "PASSED"
    assert "result" not in data["annotations"][0][0]


def test_nothing_found_has_no_annotations() -> None:
    assert insights(a_verdict())["annotations"] == []
