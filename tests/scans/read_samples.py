"""Samples and real reports read, and findings in one line each; never an assertion."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatepost.model.findings import Finding
from gatepost.scans import ScanResult, read_report

SAMPLES = Path(__file__).parent / "samples"
CORPORA = os.environ.get("GATEPOST_CORPORA", "")
needs_corpora = pytest.mark.skipif(not CORPORA, reason="GATEPOST_CORPORA does not name a folder of real input")


def sample(name: str) -> ScanResult:
    return read_report((SAMPLES / name).read_bytes(), name)


def real(folder: str) -> ScanResult:
    """The one real report in a folder of the corpora."""
    path = next(iter(sorted(one for one in (Path(CORPORA) / "reports" / folder).iterdir() if one.is_file())))
    return read_report(path.read_bytes(), path.name)


def brief(finding: Finding) -> str:
    """Rule, severity, place, resource, package with what mends it, score, weaknesses, exploitation and suppression."""
    region, package, known = finding.location.region, finding.package, finding.exploitability
    parts = [finding.rule, finding.severity, f"{finding.location.path}:{region.start_line}"]
    if finding.resource:
        parts.append(f"[{finding.resource}]")
    if package:
        parts.append(f"{package.name}@{package.version}>{','.join(package.fixed_versions)}")
    if finding.cvss:
        parts.append(f"cvss={finding.cvss.score}/{finding.cvss.version}")
    if finding.cwe:
        parts.append(f"cwe={','.join(map(str, finding.cwe))}")
    parts += [f"{key}={value}" for key, value in known._asdict().items() if value is not None]
    parts += [f"({one.status}: {one.why})" if one.why else f"({one.status})" for one in finding.suppressions]
    return " ".join(parts)


def briefs(result: ScanResult) -> list[str]:
    return [brief(finding) for finding in result.findings]


def told(result: ScanResult) -> list[str]:
    return [problem.what for problem in result.problems]
