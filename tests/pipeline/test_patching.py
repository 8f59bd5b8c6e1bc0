"""A patch is accepted when it mends something and brings nothing new; else every reason is told."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

from gatepost.model.problems import UsageError
from gatepost.pipeline.patching import Proof, prove_patch
from tests.pipeline.stories import found, inside, judged, request, write

BUCKET = """
resource "aws_s3_bucket" "b" {
  bucket = "x"
  acl    = "public-read"
}

resource "aws_s3_bucket" "other" {
  bucket = "y"
}
"""
ACL = "aws/s3/bucket-public-acl"
POLICY = "version: 1\nextends: recommended\nrules: {audience: thorough}\n"
FILES = {"infra/main.tf": BUCKET, "gatepost.yaml": POLICY, "notes.txt": "hello\n"}
GOOD = BUCKET.replace("public-read", "private")


def patch(path: str, before: str, after: str) -> str:
    return "".join(unified_diff(before.splitlines(True), after.splitlines(True), f"a/{path}", f"b/{path}"))


def proof(folder: Path, text: str, wanted: str = "", **more: Any) -> Proof:
    with inside(write(folder, FILES)):
        return prove_patch(request(**more), text, wanted)


def kinds(proof: Proof) -> list[str]:
    return [reason.kind for reason in proof.reasons]


def test_a_patch_that_mends_and_brings_nothing_new_is_accepted(tmp_path: Path) -> None:
    proved = proof(tmp_path, patch("infra/main.tf", BUCKET, GOOD))
    assert proved.accepted and ACL in {one.rule for one in proved.mended} and proved.paths == ("infra/main.tf",)
    assert (tmp_path / "infra/main.tf").read_text().strip() == BUCKET.strip()


def test_the_wanted_finding_has_to_be_the_one_that_goes(tmp_path: Path) -> None:
    (decision,) = found(judged(tmp_path, FILES), ACL)
    fingerprint = decision.assessment.finding.fingerprint
    assert proof(tmp_path, patch("infra/main.tf", BUCKET, GOOD), fingerprint).accepted
    worse = BUCKET.replace('"public-read"', '"public-read-write"')
    assert "finding_still_there" in kinds(proof(tmp_path, patch("infra/main.tf", BUCKET, worse), fingerprint))
    with pytest.raises(UsageError, match="no finding"):
        proof(tmp_path, patch("infra/main.tf", BUCKET, GOOD), "0123456789")


ROLE = """
resource "aws_iam_role_policy" "all" {
  role   = "r"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
"""
REFUSED = {
    "does_not_apply": patch("infra/main.tf", "a\nb\n", "a\nc\n"),
    "malformed": "make it private, please\n",
    "mends_nothing": patch("infra/main.tf", BUCKET, BUCKET + "# a remark\n"),
    "new_findings": patch("infra/main.tf", BUCKET, GOOD + ROLE),
    "does_not_parse": patch("infra/main.tf", BUCKET, GOOD + 'resource "aws_s3_bucket" {{{\n'),
    "more_undecided": patch(
        "infra/main.tf", BUCKET, BUCKET.replace('"public-read"', "var.acl") + 'variable "acl" {}\n'
    ),
    "removes_resources": patch("infra/main.tf", BUCKET, BUCKET[: BUCKET.index('resource "aws_s3_bucket" "other"')]),
    "touches_other_files": patch("infra/main.tf", BUCKET, GOOD) + patch("notes.txt", "hello\n", "bye\n"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_each_reason_against_a_patch_is_told(tmp_path: Path, kind: str) -> None:
    proved = proof(tmp_path, REFUSED[kind])
    assert kind in kinds(proved) and not proved.accepted


WAIVED = BUCKET.replace(
    "  acl ", '  # gatepost: waive aws/s3/bucket-public-acl until=2027-01-01 by=me why="no"\n  acl '
)
RULING = {
    "the policy": patch("gatepost.yaml", FILES["gatepost.yaml"], "version: 1\nextends: observe\n"),
    "a waiver beside the code": patch("infra/main.tf", BUCKET, WAIVED),
    "a comment for another tool": patch("infra/main.tf", BUCKET, "# trivy:ignore:AVD-AWS-0092\n" + BUCKET),
    "owners": patch(".github/CODEOWNERS", "", "* @me\n").replace("a/.github/CODEOWNERS", "/dev/null"),
    "the pipeline": patch(".gitlab-ci.yml", "", "gate: {}\n").replace("a/.gitlab-ci.yml", "/dev/null"),
}  # fmt: skip


@pytest.mark.parametrize("what", RULING)
def test_a_patch_cannot_weaken_what_judges_it(tmp_path: Path, what: str) -> None:
    proved = proof(tmp_path, RULING[what])
    assert "weakens_policy" in kinds(proved) and not proved.accepted


def test_a_new_file_beside_the_others_may_bring_what_is_missing(tmp_path: Path) -> None:
    versioning = (
        'resource "aws_s3_bucket_versioning" "other" {\n  bucket = aws_s3_bucket.other.id\n\n'
        '  versioning_configuration {\n    status = "Enabled"\n  }\n}\n'
    )
    text = patch("infra/versions.tf", "", versioning).replace("--- a/infra/versions.tf", "--- /dev/null")
    proved = proof(tmp_path, text)
    assert proved.accepted and [one.rule for one in proved.mended] == ["aws/s3/bucket-versioning"]


def test_paths_may_be_relative_to_the_top_of_the_repository(tmp_path: Path) -> None:
    import subprocess

    write(tmp_path, FILES)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    with inside(tmp_path / "infra"):
        assert prove_patch(request(), patch("infra/main.tf", BUCKET, GOOD)).accepted
        assert kinds(prove_patch(request(), patch("main.tf", BUCKET, GOOD))) == []


def test_what_a_report_found_is_answered_by_the_version_it_asks_for_and_shown_by_a_new_scan(tmp_path: Path) -> None:
    report = """
        {"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem", "Results": [{
          "Target": "requirements.txt", "Class": "lang-pkgs", "Type": "pip", "Vulnerabilities": [{
            "VulnerabilityID": "CVE-2024-1135", "PkgName": "gunicorn", "InstalledVersion": "21.2.0",
            "FixedVersion": "22.0.0", "Severity": "HIGH", "PkgIdentifier": {"PURL": "pkg:pypi/gunicorn@21.2.0"}}]}]}
    """
    write(tmp_path, {"requirements.txt": "gunicorn==21.2.0\n", "trivy.json": report})
    text = patch("requirements.txt", "gunicorn==21.2.0\n", "gunicorn==22.0.0\n")
    proved = proof(tmp_path, text, reports=(("trivy.json", None),))
    assert proved.accepted and [one.rule for one in proved.to_rescan] == ["trivy/CVE-2024-1135"]
    older = patch("requirements.txt", "gunicorn==21.2.0\n", "gunicorn==20.0.0\n")
    assert "mends_nothing" in kinds(proof(tmp_path, older, reports=(("trivy.json", None),)))


def test_a_base_image_that_is_raised_is_to_be_scanned_again(tmp_path: Path) -> None:
    story = Path(__file__).parents[2] / "examples" / "container-story"
    write(tmp_path, {name: (story / name).read_text() for name in ("Dockerfile", "trivy.json", "python-tags.json")})
    dockerfile = (story / "Dockerfile").read_text()
    (line,) = (one for one in dockerfile.splitlines() if one.startswith("ARG PYTHON="))
    raised = dockerfile.replace(line, "ARG PYTHON=3.11.13-slim")
    more = {"reports": (("trivy.json", None),), "image_tags": (("", "python-tags.json"),)}
    proved = proof(tmp_path, patch("Dockerfile", dockerfile, raised), **more)
    assert len(proved.to_rescan) > 5 and "mends_nothing" not in kinds(proved)
