"""What a fingerprint survives, and what it tells apart."""

from __future__ import annotations

from gatepost.findings.fingerprints import with_fingerprints
from gatepost.model.findings import Finding, Package
from gatepost.model.places import Location, Region


def a_finding(line: int = 1, resource: str = "aws_s3_bucket.b", rule: str = "aws/s3/x", content: str = "") -> Finding:
    place = Location("main.tf", Region(line, 1, line, 9))
    return Finding(rule, "t", "m", "high", "high", "data", place, resource=resource, content=content)


def prints(*findings: Finding) -> list[str]:
    return [finding.fingerprint for finding in with_fingerprints(findings)]


def test_a_moved_line_changes_nothing() -> None:
    assert prints(a_finding(line=1)) == prints(a_finding(line=99))


def test_a_neighbour_changes_nothing() -> None:
    assert prints(a_finding())[0] == prints(a_finding(resource="aws_s3_bucket.a"), a_finding())[1]


def test_rules_resources_and_contents_are_told_apart() -> None:
    all_prints = prints(
        a_finding(), a_finding(rule="aws/s3/y"), a_finding(resource="c"), a_finding(content="0.0.0.0/0")
    )
    assert len(set(all_prints)) == 4


def test_a_second_one_of_the_same_kind_is_another() -> None:
    first, second = prints(a_finding(line=1), a_finding(line=2))
    assert first == prints(a_finding())[0]
    assert first != second


def test_white_space_in_the_content_does_not_matter() -> None:
    assert prints(a_finding(resource="", content="a  b\n c")) == prints(a_finding(resource="", content="a b c"))


def test_a_vulnerability_stays_the_same_when_another_scanner_sees_it_too() -> None:
    def seen(tool: str, *ids: str, name: str, content: str = "") -> Finding:
        package = Package(name, "1.0", ecosystem="maven")
        return a_finding(resource="", rule=f"{tool}/{ids[0]}", content=content)._replace(ids=ids, package=package)

    trivy = seen("trivy", "CVE-2021-44228", name="org.apache:log4j-core")
    both = seen("grype", "GHSA-jfh8-c2jp-5v3q", "CVE-2021-44228", name="log4j-core")
    assert prints(trivy) == prints(both)
    assert prints(trivy) != prints(trivy._replace(ids=("CVE-2021-45046",)))
    assert prints(trivy) != prints(trivy._replace(content="another.jar"))
