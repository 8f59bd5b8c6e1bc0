"""The images that a report says it is about, whether it finds something in them or not."""

from __future__ import annotations

import json

import pytest

from gatepost.scans.scanned_images import images_in

DIGEST = "sha256:" + "ab" * 32
TRIVY = {
    "SchemaVersion": 2,
    "ArtifactName": "registry.example/app:1",
    "ArtifactType": "container_image",
    "Metadata": {"ImageID": "sha256:" + "cd" * 32, "RepoDigests": [f"registry.example/app@{DIGEST}"]},
    "Results": [],
}
GRYPE = {
    "matches": [],
    "source": {
        "type": "image",
        "target": {"userInput": "app:1", "manifestDigest": DIGEST, "repoDigests": [f"app@{DIGEST}"]},
    },
}
SARIF = {"version": "2.1.0", "runs": [{"properties": {"imageName": "app:1", "repoDigests": [f"app@{DIGEST}"]}}]}


def images(data: object) -> tuple[str, ...]:
    return images_in(json.dumps(data).encode())


@pytest.mark.parametrize(
    ("data", "name"),
    [(TRIVY, "registry.example/app:1"), (GRYPE, "app:1"), (SARIF, "app:1")],
    ids=["trivy", "grype", "sarif"],
)
def test_a_report_without_findings_names_its_image(data: object, name: str) -> None:
    assert images(data) == (f"{name}@{DIGEST}",)


def test_a_report_on_files_names_none() -> None:
    assert images({**TRIVY, "ArtifactType": "filesystem"}) == ()
    assert images({**GRYPE, "source": {"type": "directory", "target": "."}}) == ()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\0", b'{"runs": [1, {"properties": []}], "source": []}']
)
def test_what_says_nothing_names_none(content: bytes) -> None:
    assert images_in(content) == ()
