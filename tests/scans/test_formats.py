from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.model.findings import Finding
from gatepost.scans import ScanResult, read_report

SAMPLES = Path(__file__).parent / "samples"
SHOP = {"web/Dockerfile": 6, "web/shop.py": 6, "infra/main.tf": 21, "web/requirements.txt": 3, "web/with space.py": 3}


def lines_of(path: str) -> list[str] | None:
    return [f"  line {number}" for number in range(1, SHOP[path] + 1)] if path in SHOP else None


def read(name: str) -> ScanResult:
    return read_report((SAMPLES / name).read_bytes(), name, root="/srv/shop", lines_of=lines_of)


def brief(value: object) -> str:
    """Named tuples without the fields that have their defaults."""
    if hasattr(value, "_field_defaults"):
        known = value._asdict()
        given = {key: each for key, each in known.items() if value._field_defaults.get(key, ...) != each}
        return f"{type(value).__name__}({', '.join(f'{key}={brief(each)}' for key, each in given.items())})"
    if isinstance(value, tuple):
        return f"({', '.join(map(brief, value))})"
    return repr(value) if not isinstance(value, str) else value


def shown(finding: Finding) -> str:
    """A finding as a few lines that people can look over; what is empty is left out."""
    region = finding.location.region
    place = f"{finding.location.path}:{region.start_line}:{region.start_column}-{region.end_line}:{region.end_column}"
    lines = [f"{finding.rule} · {finding.severity} · {finding.confidence} · {finding.category} · {finding.subject}"]
    lines += [f"  {place} {finding.resource}".rstrip(), f"  {finding.title}", f"  {finding.message}"]
    skipped = {
        "rule", "title", "message", "severity", "confidence", "category", "location", "subject", "resource", "tags",
        "standards", "exploitability",
    }  # fmt: skip
    for field, value in zip(Finding._fields, finding, strict=True):
        if (
            field not in skipped
            and value not in ("", (), None)
            and not (field == "scores" and value == (finding.cvss,))
        ):
            lines.append(f"  {field}: {brief(value)}")
    known = {key: value for key, value in finding.exploitability._asdict().items() if value is not None}
    return "\n".join([*lines, f"  exploitability: {known}"] if known else lines)


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir()))
def test_a_sample_is_read_as_before(name: str, snapshot) -> None:
    result = read(name)
    told = [
        f"format: {result.format}",
        *map(shown, result.findings),
        *(f"problem: {one.what}" for one in result.problems),
    ]
    assert "\n\n".join(told) == snapshot


def by_rule(name: str) -> dict[str, Finding]:
    return {finding.rule: finding for finding in read(name).findings}


def test_trivy_and_grype_agree_on_what_one_vulnerability_is() -> None:
    trivy, grype = by_rule("trivy.json")["trivy/CVE-2024-34064"], by_rule("grype.json")["grype/GHSA-h75v-3vvj-5mfj"]
    assert set(trivy.ids) == set(grype.ids) == {"CVE-2024-34064", "GHSA-h75v-3vvj-5mfj"}
    assert trivy.location.path == grype.location.path == "web/requirements.txt"
    assert trivy.package is not None
    assert grype.package is not None
    assert trivy.package.name == grype.package.name


def test_a_raised_version_is_advice_that_only_a_new_scan_proves() -> None:
    fix = by_rule("trivy.json")["trivy/CVE-2024-34064"].fixes[0]
    assert (fix.title, fix.proof, fix.edits) == ("raise jinja2 from 3.1.2 to 3.1.4", "needs_rescan", ())


def test_grype_tells_what_is_exploited_and_silence_means_no() -> None:
    found = by_rule("grype.json")
    assert found["grype/CVE-2021-44228"].exploitability.known_exploited is True
    assert found["grype/GHSA-h75v-3vvj-5mfj"].exploitability.known_exploited is False
    assert found["grype/GHSA-h75v-3vvj-5mfj"].exploitability.epss == 0.0042


def test_an_older_grype_does_not_know_what_is_exploited() -> None:
    older = (SAMPLES / "grype.json").read_text(encoding="utf-8")
    for key in ("risk", "epss", "knownExploited"):
        older = older.replace(f'"{key}"', f'"no-{key}"')
    for finding in read_report(older.encode(), "grype.json").findings:
        assert finding.exploitability.known_exploited is None


def test_passed_rows_are_no_findings_and_ignored_ones_are_marked() -> None:
    found = by_rule("trivy.json")
    assert "trivy/AWS-0086" not in found
    assert found["trivy/CVE-2024-22195"].suppressions[0].why == "not called"
    assert by_rule("checkov.json")["checkov/CKV_AWS_3"].suppressions[0].why == "scratch data only"
    assert by_rule("semgrep.json")["semgrep/shop.no-eval"].suppressions[0].by == "semgrep"


def test_a_path_that_was_written_elsewhere_is_found_by_its_end() -> None:
    assert by_rule("checkov.json")["checkov/CKV_AWS_24"].location.path == "infra/main.tf"
    assert by_rule("several.sarif")["trivy/AWS-0107"].location.path == "infra/main.tf"


def test_a_path_outside_the_root_is_kept_out_and_told() -> None:
    finding = by_rule("several.sarif")["shop-lint/E1"]
    assert finding.location.path == "several.sarif"
    assert "(in /etc/passwd, which is outside the scanned root)" in finding.message


def test_a_severity_that_a_report_does_not_give_is_unknown() -> None:
    assert by_rule("checkov.json")["checkov/CKV_AWS_24"].severity == "unknown"
    assert by_rule("trivy-image.json")["trivy/GHSA-h75v-3vvj-5mfj"].severity == "unknown"
