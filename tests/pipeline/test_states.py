"""`--state`: what a report finds on a live resource is shown at the block that made it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gatepost.model.decisions import Verdict
from gatepost.model.problems import UsageError
from gatepost.pipeline import check
from tests.pipeline.stories import inside, request, write

BUCKET = """\
module "logs" {
  source = "./logs"
}
"""
INNER = """\
resource "aws_s3_bucket" "this" {
  for_each = toset(["logs"])
  bucket   = each.key
}
"""
STATE = {
    "version": 4,
    "lineage": "x",
    "resources": [
        {
            "module": "module.logs",
            "mode": "managed",
            "type": "aws_s3_bucket",
            "name": "this",
            "instances": [{"index_key": "logs", "attributes": {"arn": "arn:aws:s3:::logs", "id": "logs"}}],
        }
    ],
}
PROWLER = (Path(__file__).parents[1] / "scans/samples/prowler-ocsf.json").read_text()
FILES = {
    "main.tf": BUCKET,
    "logs/main.tf": INNER,
    "terraform.tfstate": json.dumps(STATE),
    "prowler.json": PROWLER,
}


def judged(folder: Path, files: dict[str, str], **more: Any) -> Verdict:
    given: dict[str, Any] = {"states": ((None, "terraform.tfstate"),), "reports": (("prowler.json", None),), **more}
    with inside(write(folder, files)):
        return check(request(**given))


def test_a_finding_on_a_live_bucket_stands_at_the_block_that_made_it(tmp_path: Path) -> None:
    verdict = judged(tmp_path, FILES)
    found = [one.assessment.finding for one in verdict.decisions]
    (finding,) = [one for one in found if one.rule.startswith("prowler/") and one.location.path == "logs/main.tf"]
    assert finding.resource == 'module.logs.aws_s3_bucket.this["logs"]'
    assert (finding.location.path, finding.location.region.start_line) == ("logs/main.tf", 1)
    told = 'arn:aws:s3:::logs is module.logs.aws_s3_bucket.this["logs"] in this state'
    assert [(one.location.path, one.message) for one in finding.related] == [("terraform.tfstate", told)]
    assert "terraform.tfstate is the state of this folder; 1 finding of reports placed by it" in verdict.notes


def test_a_state_that_no_report_speaks_of_says_so(tmp_path: Path) -> None:
    other = json.dumps(STATE).replace("arn:aws:s3:::logs", "arn:aws:s3:::other").replace('"id": "logs"', '"id": "x"')
    verdict = judged(tmp_path, {**FILES, "terraform.tfstate": other})
    assert "terraform.tfstate is the state of this folder; no finding names what is in it" in verdict.notes


def test_a_state_without_a_report_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        judged(tmp_path, FILES, reports=())
    assert error.value.message == "--state places what scan reports find, and there is no report"


def test_a_state_of_something_else_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        judged(tmp_path, {**FILES, "main.tf": 'module "other" {\n  source = "./logs"\n}\n'})
    assert "no Terraform root module here declares what is in it" in error.value.message


def test_a_state_that_cannot_be_read_is_one_problem(tmp_path: Path) -> None:
    verdict = judged(tmp_path, {**FILES, "terraform.tfstate": json.dumps(STATE)[:-9]})
    assert [one.problem.what for one in verdict.problems] == ["the file ends in the middle: it was cut off"]


def test_a_name_in_a_report_on_something_else_is_not_taken_for_one_of_the_cloud(tmp_path: Path) -> None:
    report = {
        "Results": [
            {
                "Target": "logs",
                "Class": "os-pkgs",
                "Vulnerabilities": [
                    {"VulnerabilityID": "CVE-2026-1", "PkgName": "x", "InstalledVersion": "1", "Severity": "HIGH"}
                ],
            }
        ],
        "SchemaVersion": 2,
        "ArtifactName": "logs",
        "ArtifactType": "container_image",
    }
    files = {**FILES, "trivy.json": json.dumps(report)}
    verdict = judged(tmp_path, files, reports=(("trivy.json", None),))
    found = [one.assessment.finding for one in verdict.decisions if one.assessment.finding.package is not None]
    assert found and all(finding.location.path != "logs/main.tf" for finding in found)
