"""`gatepost waivers` as a shell sees it: lists, exit codes, diffs, files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

RULE = "aws/rds/instance-public"
DATABASE = 'resource "aws_db_instance" "a" {\n  publicly_accessible = true\n}\n'
HEAD = "version: 1\nextends: recommended\nwaivers:\n"


def entry(until: str, rule: str = RULE) -> str:
    return f"  - {{rule: {rule}, until: {until}, why: for now, by: me@example.com}}\n"


def ran(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gatepost", "waivers", "--today", "2026-11-22", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.tf").write_text(DATABASE)
    (tmp_path / "gatepost.yaml").write_text(HEAD + entry("2027-06-01"))
    return tmp_path


def test_every_waiver_is_listed_with_what_it_covers(folder: Path) -> None:
    done = ran(folder)
    assert done.returncode == 0
    assert done.stdout == (
        "a fix exists now  aws/rds/instance-public\n"
        "  --> gatepost.yaml:4\n"
        "  holds   until 2027-06-01, by me@example.com\n"
        "  why     for now\n"
        "  note    aws_db_instance.a has a proved fix\n"
        "  covers  high main.tf:2 aws/rds/instance-public aws_db_instance.a\n"
        "\n"
        "1 waiver: 1 with a fix that exists now\n"
    )


@pytest.mark.parametrize(
    ("waivers", "options", "code", "told"),
    [
        (entry("2027-06-01"), (), 0, ""),
        (entry("2026-11-30"), (), 1, "1 expiring"),
        (entry("2026-11-30"), ("--warn-before", "1w"), 0, ""),
        (entry("2026-12-30"), ("--warn-before", "6w"), 1, "1 expiring"),
        (entry("2026-11-30"), ("--accept", "expiring"), 0, ""),
        (entry("2026-01-30"), (), 1, "1 expired"),
        (entry("2027-06-01") + entry("2027-06-01"), (), 1, "1 shadowed"),
        (entry("2027-06-01", "aws/s3/bucket-versioning"), (), 1, "1 unused"),
        (entry("2027-06-01", "aws/s3/bucket-versioning"), ("--accept", "unused"), 0, ""),
        (entry("2027-06-01", "trivy/x"), (), 0, ""),
    ],
)
def test_check_says_what_wants_something_to_be_done(
    folder: Path, waivers: str, options: tuple[str, ...], code: int, told: str
) -> None:
    (folder / "gatepost.yaml").write_text(HEAD + waivers)
    done = ran(folder, "--check", *options)
    assert done.returncode == code
    assert done.stderr == (f"gatepost waivers --check: {told}\n" if told else "")


def test_check_is_no_pass_where_something_could_not_be_read(folder: Path) -> None:
    (folder / "other.tf").write_text("resource {")
    assert ran(folder, "--check").returncode == 3


def test_the_list_as_json(folder: Path) -> None:
    data = json.loads(ran(folder, "--format", "json").stdout)
    (waiver,) = data["waivers"]
    assert (data["version"], data["policy"]) == (1, "gatepost.yaml")
    assert (waiver["state"], waiver["states"], waiver["doubt"]) == ("fix_exists", ["fix_exists"], None)
    assert (waiver["scope"], waiver["days_left"], len(waiver["covered"])) == ({"rule": [RULE]}, 191, 1)


def test_a_list_in_a_file_is_no_list_on_the_screen(folder: Path) -> None:
    done = ran(folder, "--format", "json=w.json")
    assert (done.stdout, (folder / "w.json").exists()) == ("", True)


def test_prune_shows_a_diff_and_writes_only_when_asked(folder: Path) -> None:
    policy = folder / "gatepost.yaml"
    policy.write_text(HEAD + entry("2027-06-01") + "  # old\n" + entry("2026-01-01"))
    done = ran(folder, "--prune")
    assert done.stdout.startswith("--- a/gatepost.yaml\n+++ b/gatepost.yaml\n")
    assert "\n-  # old\n-  - {rule" in done.stdout
    assert done.stderr == "takes out 1 waiver in 1 file\n--write writes it\n"
    assert "2026-01-01" in policy.read_text()
    assert ran(folder, "--prune", "--write").stdout == "took out 1 waiver in 1 file\n"
    assert policy.read_text() == HEAD + entry("2027-06-01")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--write",), "--write writes what --prune takes out"),
        (("--prune", "--check"), "--prune shows a diff, and neither a list nor a check"),
        (("--prune", "--format", "json"), "--prune shows a diff, and neither a list nor a check"),
        (("--accept", "unused"), "--accept says what --check lets pass"),
        (("--warn-before", "soon"), "--warn-before takes a number of days"),
        (("--format", "sarif"), "there is no report format 'sarif'"),
    ],
)
def test_an_option_that_cannot_take_effect_is_an_error(folder: Path, options: tuple[str, ...], told: str) -> None:
    done = ran(folder, *options)
    assert done.returncode == 2
    assert told in done.stderr


def test_no_waivers_is_told(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(DATABASE)
    assert ran(tmp_path).stdout == "no waivers\n"


TRIVY = {
    "SchemaVersion": 2,
    "ArtifactName": ".",
    "ArtifactType": "filesystem",
    "Results": [
        {
            "Target": f"{folder}/package-lock.json",
            "Class": "lang-pkgs",
            "Type": "npm",
            "Vulnerabilities": [
                {
                    "VulnerabilityID": f"CVE-2022-000{number}",
                    "PkgName": name,
                    "InstalledVersion": "1.0.0",
                    "Severity": "CRITICAL",
                    "PkgIdentifier": {"PURL": f"pkg:npm/{name}@1.0.0"},
                }
                for number, name in ((1, "left"), (2, "right"))
            ],
        }
        for folder in ("web", "api")
    ],
}
STATED = """\
version: 1
extends: recommended
waivers:
  - {vulnerability: CVE-2022-0001, until: 2027-01-30, why: a, by: me, vex: not_affected, justification: %s}
  - {vulnerability: CVE-2022-0002, path: web/, until: 2027-01-30, why: b, by: me, vex: not_affected, justification: %s}
"""


@pytest.mark.parametrize("name", ["openvex", "cyclonedx"])
def test_statements_are_read_back_for_what_they_were_said_of(folder: Path, name: str) -> None:
    for place in ("web", "api"):
        (folder / place).mkdir()
        (folder / place / "package-lock.json").write_text("{}")
    word = "vulnerable_code_not_present"
    (folder / "gatepost.yaml").write_text(STATED % (word, word))
    (folder / "trivy.json").write_text(json.dumps(TRIVY))
    assert ran(folder, "--report", "trivy.json", "--format", f"{name}=vex.json").returncode == 0
    (folder / "gatepost.yaml").write_text(f"version: 1\nextends: recommended\nhonour: [{name}]\n")
    command = [sys.executable, "-m", "gatepost", "check", "--today", "2026-11-22", "--format", "json"]
    command += ["--report", "trivy.json", "--report", "vex.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    decided = {
        (one["path"], one["ids"][0]): one["decision"]["action"]
        for one in json.loads(done.stdout)["findings"]
        if one["ids"] and any(detector["tool"] == "trivy" for detector in one["detectors"])
    }
    assert decided == {
        ("web/package-lock.json", "CVE-2022-0001"): "allow",
        ("api/package-lock.json", "CVE-2022-0001"): "allow",
        ("web/package-lock.json", "CVE-2022-0002"): "allow",
        ("api/package-lock.json", "CVE-2022-0002"): "block",
    }


def test_check_writes_the_same_statements(folder: Path) -> None:
    (folder / "trivy.json").write_text(json.dumps(TRIVY))
    (folder / "gatepost.yaml").write_text(HEAD + entry("2027-06-01", "CVE-2022-0001"))
    listed = ran(folder, "--report", "trivy.json", "--format", "openvex").stdout
    command = [sys.executable, "-m", "gatepost", "check", "--today", "2026-11-22", "--format", "openvex=v.json"]
    subprocess.run([*command, "--report", "trivy.json"], cwd=folder, capture_output=True, timeout=60)
    assert (folder / "v.json").read_text() == listed
    assert json.loads(listed)["statements"][0]["status"] == "affected"


@pytest.mark.parametrize("name", ["openvex", "cyclonedx"])
def test_what_is_said_of_an_image_counts_for_no_other(folder: Path, name: str) -> None:
    (folder / "main.tf").unlink()
    (folder / "gatepost.yaml").write_text((STATED % (("vulnerable_code_not_present",) * 2)).replace("path: web/, ", ""))
    honouring = f"version: 1\nextends: recommended\nhonour: [{name}]\n"
    (folder / "honouring.yaml").write_text(honouring)
    images = ("acme/web:1", "acme/web:2", "acme/api:1", "other/web:1")
    for number, image in enumerate(images):
        result = {**TRIVY["Results"][0], "Target": image}
        report = {**TRIVY, "ArtifactName": image, "ArtifactType": "container_image", "Results": [result]}
        (folder / f"{number}.json").write_text(json.dumps(report))
    assert ran(folder, "--report", "0.json", "--format", f"{name}=vex.json").returncode == 0
    actions = []
    for number in range(len(images)):
        command = [sys.executable, "-m", "gatepost", "check", "--today", "2026-11-22", "--format", "json"]
        command += ["--policy", "honouring.yaml", "--report", f"{number}.json", "--report", "vex.json"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
        found = [one for one in json.loads(done.stdout)["findings"] if one["detectors"][0]["tool"] == "trivy"]
        actions.append({one["decision"]["action"] for one in found})
    assert actions == [{"allow"}, {"block"}, {"block"}, {"block"}]
