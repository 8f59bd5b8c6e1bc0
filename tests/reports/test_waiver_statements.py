"""What waivers state of vulnerabilities: OpenVEX and CycloneDX as their schemas want them, never more than said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from verdict_builders import a_finding, a_verdict, a_waiver, decided

from gatepost.model.decisions import Verdict, Waiver
from gatepost.model.findings import Artifact, Cvss, Package
from gatepost.reports import render
from gatepost.reports.view import View

VIEW = View(today="2026-11-22")
NOT_REACHED = {"status": "not_affected", "justification": "vulnerable_code_not_in_execute_path"}
_TEXT = {"type": "string", "minLength": 1}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
_PART: dict[str, Any] = {
    "properties": {"@id": {"pattern": r"^[a-z]+:[!-~]+$"}, "identifiers": {"required": ["purl"]}},
    "required": ["@id"],
}
# The specification of OpenVEX 0.2.0, "Document Struct Fields" and "Statement Fields", as far as it is asked for here.
OPENVEX = {
    "type": "object",
    "required": ["@context", "@id", "author", "timestamp", "version", "statements"],
    "additionalProperties": False,
    "properties": {
        "@context": {"const": "https://openvex.dev/ns/v0.2.0"},
        "@id": {"pattern": "^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$"},
        "author": _TEXT,
        "timestamp": _TIME,
        "version": {"type": "integer", "minimum": 1},
        "tooling": _TEXT,
        "statements": {
            "type": "array",
            "uniqueItems": True,
            "items": {
                "required": ["vulnerability", "status", "products"],
                "additionalProperties": False,
                "properties": {
                    "vulnerability": {"required": ["name"], "properties": {"name": _TEXT}},
                    "timestamp": _TIME,
                    "products": {
                        "minItems": 1,
                        "uniqueItems": True,
                        "items": {**_PART, "properties": {**_PART["properties"], "subcomponents": {"items": _PART}}},
                    },
                    "status": {"enum": ["not_affected", "affected", "fixed", "under_investigation"]},
                    "justification": _TEXT,
                    "status_notes": _TEXT,
                    "action_statement": _TEXT,
                },
                "allOf": [
                    {
                        "if": {"properties": {"status": {"const": "not_affected"}}},
                        "then": {"required": ["justification"]},
                        "else": {"not": {"required": ["justification"]}},
                    },
                    {
                        "if": {"properties": {"status": {"const": "affected"}}},
                        "then": {"required": ["action_statement"]},
                    },
                ],
            },
        },
    },
}


def waiver(**facts: Any) -> Waiver:
    return a_waiver(**({"rule": "", "resource": ""} | facts))


def verdict(given: Waiver, **facts: Any) -> Verdict:
    package = Package("lodash", "4.17.20", ("4.17.21",), "pkg:npm/lodash@4.17.20", "npm")
    finding = a_finding(**({"ids": ("GHSA-x", "CVE-2021-1"), "package": package, "subject": "package"} | facts))
    return a_verdict(decided(finding, "allow", because=None, waiver=given))


def openvex(given: Verdict) -> dict[str, Any]:
    data = json.loads(render("openvex", given, VIEW).body)
    jsonschema.validate(data, OPENVEX)
    return data


def cyclonedx(given: Verdict) -> dict[str, Any]:
    schemas = pytest.importorskip("cyclonedx.schema._res", reason="the official schema comes with cyclonedx-python-lib")
    folder = Path(schemas.__file__).parent
    data = json.loads(render("cyclonedx", given, VIEW).body)
    official = json.loads((folder / "bom-1.6.SNAPSHOT.schema.json").read_text(encoding="utf-8"))
    others = [json.loads((folder / f"{name}.SNAPSHOT.schema.json").read_text()) for name in ("spdx", "jsf-0.82")]
    from referencing import Registry, Resource

    registry = Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in others])
    jsonschema.Draft7Validator(official, registry=registry).validate(data)
    return data


def test_a_waiver_that_says_no_more_is_an_accepted_risk() -> None:
    (statement,) = openvex(verdict(waiver()))["statements"]
    assert statement["status"] == "affected"
    assert statement["vulnerability"] == {"name": "CVE-2021-1", "aliases": ["GHSA-x"]}
    assert statement["action_statement"].startswith("Accepted until 2027-03-31 by security@example.com: A public web")
    assert statement["action_statement"].endswith("Fixed in lodash 4.17.21")


def test_a_waiver_that_answers_for_more_states_it() -> None:
    (statement,) = openvex(verdict(waiver(**NOT_REACHED)))["statements"]
    assert (statement["status"], statement["justification"]) == tuple(NOT_REACHED.values())
    assert "action_statement" not in statement


@pytest.mark.parametrize("status", ["fixed", "under_investigation"])
def test_the_other_statuses_need_no_justification(status: str) -> None:
    assert openvex(verdict(waiver(status=status)))["statements"][0]["status"] == status


def test_a_narrower_waiver_speaks_of_no_more_than_its_file() -> None:
    (product,) = openvex(verdict(waiver(path="we b/**")))["statements"][0]["products"]
    assert product["@id"].startswith("file:")
    assert product["subcomponents"][0]["@id"] == "pkg:npm/lodash@4.17.20"


@pytest.mark.parametrize(
    ("name", "digests", "purl"),
    [
        ("nginx:1.25", (), "pkg:oci/nginx?tag=1.25"),
        ("registry.example:5000/a/web", (), "pkg:oci/web?repository_url=registry.example%3A5000/a/web"),
        ("a/web:1@sha256:ab", (), "pkg:oci/web@sha256%3Aab?repository_url=a/web"),
        ("web (debian 12)", ("web@sha256:cd",), "pkg:oci/web@sha256%3Acd"),
    ],
)
def test_an_image_is_the_product_and_the_package_a_part_of_it(name: str, digests: tuple[str, ...], purl: str) -> None:
    (product,) = openvex(verdict(waiver(), artifact=Artifact(name, digests=digests)))["statements"][0]["products"]
    assert product["@id"] == purl
    assert product["subcomponents"][0]["@id"] == "pkg:npm/lodash@4.17.20"


def test_a_package_without_an_address_gets_one() -> None:
    package = Package("org.apache:log4j core", "1 2", ecosystem="maven")
    (product,) = openvex(verdict(waiver(), package=package))["statements"][0]["products"]
    assert product["@id"] == "pkg:maven/org.apache/log4j%20core@1%202"


def test_what_is_no_vulnerability_is_not_stated() -> None:
    assert openvex(a_verdict(decided(a_finding(), "allow", waiver=waiver())))["statements"] == []


def test_what_is_waived_only_in_part_is_not_stated() -> None:
    given = verdict(waiver())
    assert (
        openvex(given._replace(decisions=(given.decisions[0]._replace(waiver=None, action="block"),)))["statements"]
        == []
    )


def test_the_same_run_gives_the_same_document_and_another_day_another_one() -> None:
    one, same = (render("openvex", verdict(waiver()), VIEW).body for _ in range(2))
    assert one == same
    later = json.loads(render("openvex", verdict(waiver()), View(today="2026-11-23")).body)
    assert later["@id"] != json.loads(one)["@id"]


@pytest.mark.parametrize(
    ("facts", "state", "justification"),
    [
        ({}, "exploitable", None),
        (NOT_REACHED, "not_affected", "code_not_reachable"),
        (
            {"status": "not_affected", "justification": "vulnerable_code_cannot_be_controlled_by_adversary"},
            "not_affected",
            None,
        ),
        ({"status": "fixed"}, "resolved", None),
        ({"status": "under_investigation", "since": "2026-01-02"}, "in_triage", None),
    ],
)
def test_cyclonedx_has_its_own_words_for_the_same(facts: dict[str, str], state: str, justification: str | None) -> None:
    found = cyclonedx(verdict(waiver(**facts), cvss=Cvss(9.8, "CVSS:3.1/AV:N", "3.1"), cwe=(79, 0)))
    (row,) = found["vulnerabilities"]
    assert row["analysis"]["state"] == state
    assert row["analysis"].get("justification") == justification
    assert facts.get("justification", "") in row["analysis"]["detail"]
    assert [one["ref"] for one in row["affects"]] == [one["bom-ref"] for one in found["components"]]


def test_cyclonedx_without_anything_waived_is_a_valid_document() -> None:
    assert cyclonedx(a_verdict())["vulnerabilities"] == []


def test_hostile_text_stays_in_its_place() -> None:
    evil = "x\x1b[31m\u202e\n::error::##[group]"
    given = verdict(waiver(why=evil, by=evil, ticket=evil), ids=(evil,), package=Package(evil, evil))
    for name in ("openvex", "cyclonedx"):
        assert "\x1b" not in render(name, given, VIEW).body
    openvex(given)
    cyclonedx(given)
