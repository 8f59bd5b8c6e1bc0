"""The receipt is an in-toto statement by our schema and by in-toto's protocol buffers, the same bytes each time."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from test_report_json import closed
from verdict_builders import a_trace, a_verdict, a_vulnerability, decided, one_of_everything

from gatepost.model.decisions import Verdict
from gatepost.model.findings import Artifact
from gatepost.reports.receipt import render, statement_of

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "receipt.schema.json"


def statement(verdict: Verdict) -> dict[str, Any]:
    return json.loads(render(verdict).body)


def traced(verdict: Verdict, **facts: Any) -> Verdict:
    return verdict._replace(trace=a_trace()._replace(**facts))


@pytest.mark.parametrize("verdict", [one_of_everything(), a_verdict()])
def test_a_receipt_is_as_its_schema_says(verdict: Verdict) -> None:
    jsonschema.validate(statement(traced(verdict)), closed(json.loads(SCHEMA.read_text())))


def test_in_totos_own_reader_takes_it() -> None:
    statements = pytest.importorskip("in_toto_attestation.v1.statement")
    protocol = pytest.importorskip("in_toto_attestation.v1.statement_pb2")
    json_format = pytest.importorskip("google.protobuf.json_format")
    parsed = json_format.Parse(render(traced(one_of_everything())).body, protocol.Statement())
    statements.Statement.copy_from_pb(parsed).validate()
    assert parsed.subject[0].digest["gitCommit"] == a_trace().commit


def test_a_tree_that_is_not_as_the_commit_has_it_does_not_speak_for_the_commit() -> None:
    subjects = [one["name"] for one in statement(traced(one_of_everything(), dirty=True))["subject"]]
    assert "commit" not in subjects
    assert "inputs" in subjects


def test_the_subject_inputs_is_what_sha256sum_says_of_the_list() -> None:
    data = statement(traced(a_verdict()))
    lines = "".join(f"{one['digest']['sha256']}  {one['name']}\n" for one in data["predicate"]["inputs"])
    assert data["subject"][-1]["digest"]["sha256"] == hashlib.sha256(lines.encode()).hexdigest()


def test_images_that_reports_name_by_digest_are_subjects() -> None:
    digest = "sha256:" + "ab" * 32
    image = Artifact("registry.example/app:1", digests=(f"registry.example/app@{digest}", "sha256:short", "latest"))
    finding = a_vulnerability(1)._replace(artifact=image)
    subjects = statement(traced(a_verdict(decided(finding))))["subject"]
    assert {"name": f"registry.example/app:1@{digest}", "digest": {"sha256": "ab" * 32}} in subjects
    assert len({one["name"] for one in subjects}) == len(subjects) == 3


def test_images_of_reports_that_found_nothing_are_subjects_too() -> None:
    image = "registry.example/app:2@sha256:" + "ef" * 32
    subjects = statement(traced(a_verdict(), images=(image, "app@latest")))["subject"]
    assert {"name": image, "digest": {"sha256": "ef" * 32}} in subjects
    assert len(subjects) == 3


def test_waivers_that_counted_are_told_with_who_until_and_why() -> None:
    used = statement(traced(one_of_everything()))["predicate"]["waivers"]
    covered = [(one["covers"], one["waiver"]["by"]) for one in used]
    assert covered == [(["1234567890abcdef1234"], "security@example.com")]
    assert used[0]["waiver"]["until"] > "2026"
    assert used[0]["waiver"]["why"]


def test_the_same_verdict_gives_the_same_bytes_whatever_the_order_of_its_findings() -> None:
    verdict = traced(one_of_everything())
    turned = verdict._replace(decisions=verdict.decisions[::-1])
    assert render(verdict).body == render(turned).body


def test_another_decision_is_another_digest() -> None:
    finding = a_vulnerability(1)
    digests = {
        json.dumps(statement(traced(a_verdict(decided(finding, action))))["predicate"]["result"]["decisions"])
        for action in ("block", "warn", "allow")
    }
    assert len(digests) == 3


def test_a_verdict_without_a_trace_has_no_receipt() -> None:
    with pytest.raises(ValueError, match="trace"):
        statement_of(a_verdict())
