"""What Snyk says of a base image is kept as images that are better."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gatepost.scans import read_report

ADVICE = [
    {"message": "Base Image    Vulnerabilities  Severity\nnode:14.1.0  577  17 critical, 190 high\n"},
    {"message": "Recommendations for base image upgrade:\n", "bold": True},
    {"message": "Minor upgrades", "bold": True},
    {"message": "Base Image    Vulnerabilities  Severity\nnode:14.21.3  52  1 critical, 3 high, 2 medium, 46 low\n"},
    {"message": "Major upgrades", "bold": True},
    {"message": "Base Image  Vulnerabilities  Severity\nnode:18.12.1  50  0 critical, 2 high, 2 medium, 46 low\n"},
    {"message": "Alternative image types", "bold": True},
    {"message": "Base Image  Vulnerabilities  Severity\nnode:18-slim  30  0 critical, 0 high, 0 medium, 30 low\n"},
]


def better(remediation: Any) -> tuple[str, ...]:
    row = {"id": "SNYK-DEBIAN9-X-1", "packageName": "x", "version": "1", "severity": "high", "title": "t"}
    docker = {"baseImage": "node:14.1.0", "baseImageRemediation": remediation}
    known = {"ok": False, "packageManager": "deb", "path": "shop", "docker": docker, "vulnerabilities": [row]}
    (finding,) = read_report(json.dumps(known).encode(), "snyk.json", "snyk").findings
    assert finding.artifact is not None
    return finding.artifact.better_bases


def test_images_in_the_tables_below_upgrades_are_better() -> None:
    assert better({"code": "REMEDIATION_AVAILABLE", "advice": ADVICE}) == ("node:14.21.3", "node:18.12.1")


@pytest.mark.parametrize(
    "remediation",
    [
        None,
        {},
        {"advice": "x"},
        {
            "advice": [
                1,
                {"message": 2},
                {"message": ""},
                {"message": "Minor upgrades"},
                {"message": "Base Image\n\n; :\n"},
            ]
        },
        {"advice": [{"message": "Note that we do not currently have vulnerability data for your image."}]},
    ],
)
def test_anything_else_names_none(remediation: Any) -> None:
    assert better(remediation) == ()
