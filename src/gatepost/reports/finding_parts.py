"""The parts of a finding that reports of other tools bring, as plain data; never the finding itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.model.findings import Artifact, Cvss, Package, Vex

if TYPE_CHECKING:
    from gatepost.reports import shapes


def package_data(package: Package) -> shapes.PackageShape:
    """Return a package."""
    return {
        "name": package.name,
        "version": package.version or None,
        "fixed_versions": list(package.fixed_versions),
        "purl": package.purl or None,
        "ecosystem": package.ecosystem or None,
        "direct": package.direct,
        "paths": [list(path) for path in package.paths],
    }


def cvss_data(cvss: Cvss) -> shapes.CvssShape:
    """Return a score."""
    return {
        "score": cvss.score,
        "vector": cvss.vector or None,
        "version": cvss.version or None,
        "source": cvss.source or None,
    }


def artifact_data(artifact: Artifact) -> shapes.ArtifactShape:
    """Return what was scanned."""
    layer = artifact.layer
    return {
        "name": artifact.name,
        "kind": artifact.kind,
        "digests": list(artifact.digests),
        "os": artifact.os or None,
        "layer": {
            "digest": layer.digest or None,
            "diff_id": layer.diff_id or None,
            "command": layer.command or None,
        }
        if layer
        else None,
        "path": artifact.path or None,
        "base": artifact.base or None,
    }


def vex_data(vex: Vex) -> shapes.VexShape:
    """Return a statement."""
    return {"status": vex.status, "justification": vex.justification or None, "by": vex.by or None}
