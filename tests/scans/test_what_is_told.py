from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.scans.read_samples import SAMPLES

from gatepost.scans import read_report

# What stands for a secret in the samples.
SECRETS = ("hunter2", "AKIAIOSFODNN7EXAMPLE")


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_no_secret_of_a_report_is_told(path: Path) -> None:
    told = repr(read_report(path.read_bytes(), path.name))
    assert not any(secret in told for secret in SECRETS)


def test_the_samples_hold_secrets() -> None:
    content = b"".join(path.read_bytes() for path in SAMPLES.iterdir())
    assert all(secret.encode() in content for secret in SECRETS)


def found(content: Any, path: str, *files: str) -> Any:
    data = json.dumps(content).encode()
    return read_report(data, path, lines_of=lambda one: ["{"] if one in files else None).findings[0]


AUDIT = {
    "auditReportVersion": 2,
    "vulnerabilities": {"a": {"name": "a", "via": [{"source": 1, "name": "a", "title": "t", "severity": "low"}]}},
}


@pytest.mark.parametrize(
    ("report", "files", "place"),
    [
        ("audit.json", ["package-lock.json", "package.json"], "package-lock.json"),
        ("web/audit.json", ["web/package.json", "package-lock.json"], "web/package.json"),
        ("out/audit.json", ["package.json"], "package.json"),
        ("out/audit.json", [], "out/audit.json"),
        ("/tmp/audit.json", ["package.json"], "package.json"),
    ],
)
def test_an_audit_is_placed_at_the_lock_file_that_it_does_not_name(report: str, files: list[str], place: str) -> None:
    assert found(AUDIT, report, *files).location.path == place


def image(**more: Any) -> dict[str, Any]:
    row = {
        "VulnerabilityID": "CVE-2023-45853",
        "PkgID": "zlib1g@1.2",
        "PkgName": "zlib1g",
        "InstalledVersion": "1.2",
        "Layer": {"Digest": "sha256:d1", "DiffID": "sha256:b"},
        **more,
    }
    return {
        "SchemaVersion": 2,
        "ArtifactName": "web:1",
        "ArtifactType": "container_image",
        "Metadata": {
            "OS": {"Family": "debian", "Name": "12.5"},
            "RepoDigests": ["web@sha256:r"],
            "ImageConfig": {
                "rootfs": {"diff_ids": ["sha256:a", "sha256:b"]},
                "history": [
                    {"created_by": "ADD rootfs"},
                    {"created_by": "ENV A=1", "empty_layer": True},
                    {"created_by": "RUN apt-get install zlib1g"},
                ],
            },
        },
        "Results": [{"Target": "web:1 (debian 12.5)", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [row]}],
    }


def test_a_package_in_an_image_tells_its_layer_and_the_command_that_made_it() -> None:
    artifact = found(image(), "r.json").artifact
    assert (artifact.name, artifact.os, artifact.digests) == ("web:1", "debian 12.5", ("sha256:r",))
    assert artifact.layer == ("sha256:d1", "sha256:b", "RUN apt-get install zlib1g")


def test_a_history_that_does_not_fit_the_layers_tells_no_command() -> None:
    report = image()
    report["Metadata"]["ImageConfig"]["history"].pop()
    assert found(report, "r.json").artifact.layer.command == ""


def test_trivy_tells_the_way_to_a_package_that_nobody_asked_for() -> None:
    packages = [
        {"ID": "app@1", "Relationship": "root", "DependsOn": ["express@4"]},
        {"ID": "express@4", "Relationship": "direct", "DependsOn": ["send@0"]},
        {"ID": "send@0", "Relationship": "indirect", "DependsOn": ["debug@2", "express@4"]},
        {"ID": "debug@2", "Relationship": "indirect"},
    ]
    row = {"VulnerabilityID": "CVE-1", "PkgID": "debug@2", "PkgName": "debug", "InstalledVersion": "2"}
    result = {"Target": "package-lock.json", "Type": "npm", "Packages": packages, "Vulnerabilities": [row]}
    report = {"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem", "Results": [result]}
    package = found(report, "r.json").package
    assert (package.direct, package.paths) == (False, (("express@4", "send@0", "debug@2"),))
    row["PkgID"] = row["PkgName"] = "express@4"
    assert found(report, "r.json").package.direct is True


def test_the_tools_own_word_is_kept_beside_ours() -> None:
    detector = found(
        [{"line": 2, "code": "DL3008", "message": "Pin", "file": "Dockerfile", "level": "warning"}], "r.json"
    )
    assert (detector.severity, detector.detectors[0].said) == ("low", "warning")


def test_a_word_that_says_unknown_is_not_made_better_by_a_score() -> None:
    scores = {"CVSS": {"nvd": {"V3Score": 9.8, "V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}}
    finding = found(image(Severity="UNKNOWN", **scores), "r.json")
    assert (finding.severity, finding.cvss.score) == ("unknown", 9.8)


def test_a_score_alone_is_worth_its_severity() -> None:
    scores = {"CVSS": {"nvd": {"V3Score": 9.8, "V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}}
    assert found(image(**scores), "r.json").severity == "critical"


def test_a_vector_of_the_fourth_version_keeps_the_score_of_its_group() -> None:
    vector = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
    advisory = {"id": "GHSA-aaaa-bbbb-cccc", "severity": [{"type": "CVSS_V4", "score": vector}]}
    package = {
        "package": {"name": "a", "version": "1", "ecosystem": "npm"},
        "vulnerabilities": [advisory],
        "groups": [{"ids": ["GHSA-aaaa-bbbb-cccc"], "max_severity": "9.3"}],
    }
    finding = found({"results": [{"source": {"path": "package-lock.json"}, "packages": [package]}]}, "r.json")
    assert (finding.severity, finding.cvss.score, finding.cvss.version) == ("critical", 9.3, "4.0")
