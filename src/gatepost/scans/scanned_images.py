"""Which images a report is about, by digest, also where it finds nothing in them; never a finding.

The fields are those of Trivy's JSON (Metadata.RepoDigests) and SARIF (run.properties), and of Grype's JSON (source).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.scans.opening import Unopened, open_report
from gatepost.scans.shapes import listed, mapping, name
from gatepost.scans.streaming import Buffer


def images_in(content: Buffer) -> tuple[str, ...]:
    """Return "NAME@ALGORITHM:DIGEST" of each image that a report says it is about; none where it does not say."""
    try:
        documents = open_report(content).documents
    except Unopened:
        return ()
    found: list[str] = []
    for document in documents:
        data = mapping(document)
        for called, digests in (*_trivy(data), *_grype(data), *_sarif(data)):
            for digest in digests:
                if digest:
                    found.append(f"{called.partition('@')[0] or 'image'}@{digest.rpartition('@')[2]}")
    return tuple(dict.fromkeys(found))


def _trivy(data: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    if name(data.get("ArtifactType")) == "container_image":
        digests = listed(mapping(data.get("Metadata")).get("RepoDigests"))
        yield name(data.get("ArtifactName")), [name(one) for one in digests]


def _grype(data: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    source = mapping(data.get("source"))
    if name(source.get("type")) == "image":
        target = mapping(source.get("target"))
        digests = [name(one) for one in listed(target.get("repoDigests"))]
        yield name(target.get("userInput")), [*digests, name(target.get("manifestDigest"))]


def _sarif(data: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for run in map(mapping, listed(data.get("runs"))):
        about = mapping(run.get("properties"))
        yield name(about.get("imageName")), [name(one) for one in listed(about.get("repoDigests"))]
