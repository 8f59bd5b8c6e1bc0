"""What several detectors have seen is one finding; their order never matters and nothing they said is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.findings.detectors import merge_detectors
from gatepost.model.changes import Fix
from gatepost.model.findings import (
    Artifact,
    Cvss,
    Detector,
    Exploitability,
    Finding,
    Package,
    Severity,
    Suppression,
    Vex,
)
from gatepost.model.places import Location, Region
from gatepost.model.problems import NOWHERE

OPENSSL_3 = Package("openssl", "3.0.1", ecosystem="deb")
IMAGE = Artifact("docker.io/library/shop:1.2", digests=("sha256:aa",))


def seen(
    tool: str,
    *ids: str,
    severity: Severity = "high",
    package: Package = OPENSSL_3,
    path: str = "shop:1.2",
    **more: Any,
) -> Finding:
    detector = Detector(tool, f"{tool}/{ids[0]}", severity)
    place = Location(path, more.pop("region", NOWHERE))
    return Finding(
        f"{tool}/{ids[0]}", "t", "m", severity, "medium", "vulnerability", place, "package", detectors=(detector,),
        ids=ids, package=package, **more,
    )  # fmt: skip


def tools(finding: Finding) -> list[str]:
    return sorted(detector.tool for detector in finding.detectors)


def merged(*findings: Finding) -> list[list[str]]:
    return sorted(tools(one) for one in merge_detectors([], findings))


def test_identifiers_are_followed_through_a_third_tool() -> None:
    assert merged(seen("a", "CVE-1"), seen("b", "GHSA-1"), seen("c", "GHSA-1", "CVE-1")) == [["a", "b", "c"]]
    assert merged(seen("a", "CVE-1"), seen("b", "GHSA-1")) == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Package("Foo_Bar", "1", ecosystem="pypi"), Package("foo-bar", "1", ecosystem="pypi")),
        (Package("org.apache:log4j-core", "2.14", ecosystem="maven"), Package("log4j-core", "2.14", ecosystem="maven")),
        (Package("stdlib", "v1.21.0", ecosystem="golang"), Package("stdlib", "1.21.0", ecosystem="golang")),
        (Package("bash", "0:5.1", ecosystem="rpm"), Package("bash", "5.1", ecosystem="rpm")),
        (Package("lodash", "4.17.20", ecosystem="npm"), Package("lodash")),
    ],
)
def test_packages_are_the_same_under_the_names_tools_give_them(one: Package, other: Package) -> None:
    assert merged(seen("a", "CVE-1", package=one), seen("b", "CVE-1", package=other)) == [["a", "b"]]


def test_another_version_package_place_or_identifier_stays_apart() -> None:
    first = seen("a", "CVE-1")
    others = [
        seen("b", "CVE-2"),
        seen("b", "CVE-1", package=Package("openssl", "3.0.2", ecosystem="deb")),
        seen("b", "CVE-1", package=Package("libssl3", "3.0.1", ecosystem="deb")),
        seen("b", "CVE-1", path="shop:1.3"),
    ]
    assert all(len(merged(first, other)) == 2 for other in others)


def test_a_version_that_is_left_out_joins_nothing_where_there_are_two() -> None:
    both = [seen("a", "CVE-1", package=Package("lodash", version)) for version in ("3", "4")]
    assert merged(*both, seen("b", "CVE-1", package=Package("lodash"))) == [["a"], ["a"], ["b"]]


@pytest.mark.parametrize("other", ["shop:1.2", "index.docker.io/library/shop:1.2", "docker.io/shop:1.2@sha256:bb"])
def test_an_image_is_the_same_with_and_without_registry(other: str) -> None:
    assert merged(seen("a", "CVE-1", artifact=IMAGE), seen("b", "CVE-1", artifact=Artifact(other))) == [["a", "b"]]
    assert merged(seen("a", "CVE-1"), seen("b", "CVE-1", artifact=Artifact(other))) == [["a", "b"]]


def test_an_image_is_the_same_by_its_digest() -> None:
    other = Artifact("registry.example/shop@sha256:aa")
    assert merged(seen("a", "CVE-1", artifact=IMAGE), seen("b", "CVE-1", artifact=other)) == [["a", "b"]]


def test_manifest_and_lock_file_are_one_place_and_the_other_is_told() -> None:
    lodash = Package("lodash", "4.17.20", ecosystem="npm")
    lock = seen("a", "CVE-1", package=lodash, path="web/package-lock.json", region=Region(7, 1, 7, 9))
    manifest = seen("b", "CVE-1", package=lodash, path="web/package.json", region=Region(3, 1, 3, 9))
    (one,) = merge_detectors([], [lock, manifest])
    assert {one.location.path, *(related.location.path for related in one.related)} == {
        "web/package.json",
        "web/package-lock.json",
    }
    assert merged(lock, manifest._replace(location=Location("app/package.json", NOWHERE))) == [["a"], ["b"]]


def test_copies_in_an_image_stay_apart_and_who_names_no_path_saw_both() -> None:
    jar = Package("log4j-core", "2.14", ecosystem="maven")
    copies = [seen("a", "CVE-1", package=jar, artifact=IMAGE._replace(path=path)) for path in ("x.jar", "y.jar")]
    assert merged(*copies, seen("b", "CVE-1", package=jar, artifact=IMAGE)) == [["a", "b"], ["a", "b"]]
    assert merged(copies[0], seen("b", "CVE-1", package=jar, artifact=IMAGE._replace(path="z.jar"))) == [["a", "b"]]


@pytest.mark.parametrize(
    ("severities", "best"),
    [
        (("medium", "high"), "high"),
        (("medium", "medium", "critical"), "medium"),
        (("low", "critical", "unknown"), "critical"),
        (("unknown", "unknown"), "unknown"),
        (("info", "unknown"), "info"),
    ],
)
def test_the_severity_most_tools_give_counts_and_each_is_kept(severities: tuple[Severity, ...], best: str) -> None:
    (one,) = merge_detectors([], [seen(f"t{n}", "CVE-1", severity=each) for n, each in enumerate(severities)])
    assert one.severity == best
    assert [detector.severity for detector in one.detectors] == list(severities)


def test_what_one_knows_and_the_other_does_not_is_known() -> None:
    poor = seen("a", "CVE-1", no_fix="no version mends it yet")
    fix = Fix("raise openssl", (), "unsafe", "needs_rescan", "")
    package = Package("openssl", "3.0.1", ("3.0.9",), "pkg:deb/debian/openssl@3.0.1", "deb", direct=True)
    known = Exploitability(True, 0.2, 0.9, None, "poc")
    more: dict[str, Any] = {"fixes": (fix,), "cvss": Cvss(9.8), "cwe": (79,), "published": "2024-01-02"}
    rich = seen("b", "GHSA-1", "CVE-1", package=package, exploitability=known, **more)
    for order in ([poor, rich], [rich, poor]):
        (one,) = merge_detectors([], order)
        assert (one.fixes, one.no_fix, one.cvss, one.cwe, one.published) == ((fix,), "", Cvss(9.8), (79,), "2024-01-02")
        assert one.package == package
        assert (set(one.ids), one.exploitability.known_exploited) == ({"CVE-1", "GHSA-1"}, True)


def misconfigured(tool: str, rule: str, first: int, last: int, resource: str = "", **more: Any) -> Finding:
    detector = Detector(tool, f"{tool}/{rule}", "high")
    place = Location("main.tf", Region(first, 1, last, 9))
    return Finding(
        f"{tool}/{rule}", "t", "m", "high", "medium", "misconfiguration", place, "resource", resource,
        detectors=(detector,), **more,
    )  # fmt: skip


OURS = misconfigured("gatepost", "aws/s3/x", 5, 5, "module.a[0].aws_s3_bucket.b[1]")._replace(
    rule="aws/s3/x", also_known_as=("checkov/CKV_AWS_1", "trivy/AVD-AWS-0086", "trivy/AVD-DS-0002")
)
NAMES = {"checkov/ckv_aws_1": frozenset(("aws/s3/x",)), "trivy/aws-86": frozenset(("aws/s3/x",))}


@pytest.mark.parametrize("rule", ["AVD-AWS-0086", "AWS-0086", "DS002"])
def test_trivy_rules_are_known_in_every_spelling(rule: str) -> None:
    (one,) = merge_detectors([OURS], [misconfigured("trivy", rule, 1, 9)])
    assert tools(one) == ["gatepost", "trivy"]


@pytest.mark.parametrize(
    ("resource", "same"),
    [
        ("module.a.aws_s3_bucket.b", True),
        ("aws_s3_bucket.b", True),
        ("aws_s3_bucket.c", False),
        ("module.b.aws_s3_bucket.b", False),
        ("module.a", True),
        ("module.b", False),
        ("", True),
    ],
)
def test_addresses_are_compared_without_instances(resource: str, same: bool) -> None:
    found = merge_detectors([OURS], [misconfigured("checkov", "CKV_AWS_1", 1, 9, resource)])
    assert len(found) == (1 if same else 2)


def test_two_foreign_tools_are_one_where_a_rule_of_ours_knows_both_names() -> None:
    one, other = misconfigured("checkov", "CKV_AWS_1", 1, 9), misconfigured("trivy", "AWS-0086", 4, 4)
    found = merge_detectors([], [one, other], lambda: NAMES)
    assert [tools(each) for each in found] == [["checkov", "trivy"]]
    assert len(merge_detectors([], [one, misconfigured("trivy", "AWS-0087", 4, 4)], lambda: NAMES)) == 2
    assert len(merge_detectors([], [one, misconfigured("trivy", "AWS-0086", 20, 24)], lambda: NAMES)) == 2


def test_one_tool_that_says_two_things_of_one_line_has_said_two_things() -> None:
    one = misconfigured("cfn-lint", "E3012", 4, 4)
    assert len(merge_detectors([], [one, one._replace(message="another")])) == 2
    assert len(merge_detectors([], [one, one])) == 1
    both = {"cfn-lint/e3012": frozenset(("ours",)), "cfn-lint/e3013": frozenset(("ours",)), "x/y": frozenset()}
    assert len(merge_detectors([], [one, misconfigured("cfn-lint", "E3013", 4, 4)], lambda: both)) == 2


def secret(tool: str, rule: str, line: int, first: int = 1, last: int = 40) -> Finding:
    detector = Detector(tool, f"{tool}/{rule}", "high")
    place = Location("app.env", Region(line, first, line, last))
    return Finding(
        f"{tool}/{rule}", "t", "m", "high", "medium", "secret", place, "secret", detectors=(detector,)
    )  # fmt: skip


def test_secrets_at_one_place_are_one_whatever_they_are_called() -> None:
    found = merge_detectors(
        [], [secret("gitleaks", "aws", 3, 7, 27), secret("trufflehog", "AWS", 3), secret("b", "x", 4)]
    )
    assert sorted(tools(one) for one in found) == [["b"], ["gitleaks", "trufflehog"]]


def test_a_tool_that_knows_only_the_line_saw_both_secrets_of_it() -> None:
    found = merge_detectors([], [secret("a", "x", 3), secret("b", "y", 3, 1, 9), secret("b", "z", 3, 20, 30)])
    assert [tools(one) for one in found] == [["a", "b"], ["a", "b"]]


def test_a_secret_of_ours_is_seen_by_others_too() -> None:
    ours = secret("gatepost", "r", 3, 5, 9)
    assert [tools(one) for one in merge_detectors([ours], [secret("gitleaks", "aws", 3)])] == [["gatepost", "gitleaks"]]


def statement(status: str, package: Package, artifact: Artifact | None = None, *ids: str) -> Finding:
    said = Suppression("external", "openvex", status, "why")
    closed = (said,) if status in ("not_affected", "fixed") else ()
    return seen(
        "openvex", *(ids or ("CVE-1",)), severity="unknown", package=package, path="vex.json", artifact=artifact,
        vex=Vex(status, "why", "Example"), suppressions=closed,
    )  # fmt: skip


OPENSSL = Package("openssl", "3.0.1", purl="pkg:deb/debian/openssl@3.0.1", ecosystem="deb")


@pytest.mark.parametrize(
    ("package", "artifact", "applies"),
    [
        (OPENSSL, None, True),
        (OPENSSL._replace(version="", purl="pkg:deb/debian/openssl"), None, True),
        (OPENSSL._replace(version="3.0.2"), None, False),
        (Package("openssl", "3.0.1", purl="pkg:rpm/openssl@3.0.1", ecosystem="rpm"), None, False),
        (OPENSSL, Artifact("pkg:oci/shop?repository_url=docker.io/library", "image"), True),
        (OPENSSL, Artifact("pkg:oci/shop@sha256%3Aaa", "image"), True),
        (OPENSSL, Artifact("pkg:oci/shop@sha256%3Abb", "image"), False),
        (OPENSSL, Artifact("pkg:oci/other", "image"), False),
        (OPENSSL, Artifact("pkg:oci/shop?tag=9", "image"), False),
        (OPENSSL, Artifact("file:vex.json", "archive"), False),
        (OPENSSL, Artifact("pkg:npm/shop@1", "archive"), False),
        (Package("shop", "sha256:aa", purl="pkg:oci/shop@sha256%3Aaa", ecosystem="oci"), None, True),
        (Package("other", "", purl="pkg:oci/other", ecosystem="oci"), None, False),
    ],
)
def test_a_statement_is_laid_over_what_it_is_about(package: Package, artifact: Artifact | None, applies: bool) -> None:
    found = merge_detectors([], [seen("trivy", "CVE-1", artifact=IMAGE), statement("not_affected", package, artifact)])
    (one,) = [each for each in found if tools(each) == ["trivy"]]
    assert (one.vex is not None, len(found)) == (applies, 1 if applies else 2)
    assert [each.status for each in one.suppressions] == (["not_affected"] if applies else [])


def test_statements_are_matched_by_the_identifiers_that_tools_know_together() -> None:
    both = [seen("a", "GHSA-1", artifact=IMAGE), seen("b", "CVE-1", "GHSA-1", artifact=IMAGE)]
    (one,) = merge_detectors([], [*both, statement("fixed", OPENSSL)])
    assert one.vex == Vex("fixed", "why", "Example")


def test_of_two_statements_the_one_that_it_matters_counts_and_both_are_kept() -> None:
    statements = [statement("not_affected", OPENSSL), statement("affected", OPENSSL)]
    (one,) = merge_detectors([], [seen("trivy", "CVE-1", artifact=IMAGE), *statements])
    assert one.vex == Vex("affected", "why", "Example")
    assert [each.status for each in one.suppressions] == ["not_affected"]


_TOOLS = st.sampled_from(["a", "b", "c"])
_IDS = st.lists(st.sampled_from(["CVE-1", "CVE-2", "GHSA-1"]), min_size=1, max_size=2, unique=True)
_PACKAGES = st.sampled_from([Package("x", "1"), Package("x"), Package("x", "2", ("3",)), Package("y", "1")])
_VULNERABILITIES = st.builds(
    lambda tool, ids, package, severity, path, line: seen(
        tool, *ids, package=package, severity=severity, path=path, region=Region(line, 1, line, 1)
    ),
    _TOOLS, _IDS, _PACKAGES, st.sampled_from(["low", "high", "unknown"]),
    st.sampled_from(["package.json", "yarn.lock", "img:1"]), st.integers(1, 2),
)  # fmt: skip
_OTHERS = st.one_of(
    st.builds(misconfigured, _TOOLS, st.sampled_from(["R1", "R2"]), st.integers(1, 3), st.integers(3, 5)),
    st.builds(secret, _TOOLS, st.just("s"), st.integers(1, 2), st.integers(1, 5), st.integers(6, 9)),
    st.builds(statement, st.sampled_from(["affected", "fixed"]), _PACKAGES),
)
_NAMES = {f"{tool}/r{n}": frozenset((f"ours/{n}",)) for tool in "abc" for n in (1, 2)}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(_VULNERABILITIES, _OTHERS), max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_reports_never_matters_and_no_detector_is_lost(findings: list[Finding], random: Any) -> None:
    shuffled = list(findings)
    random.shuffle(shuffled)
    result = merge_detectors([], findings, lambda: _NAMES)
    assert result == merge_detectors([], shuffled, lambda: _NAMES)
    said = {(one.tool, one.id) for finding in findings for one in finding.detectors if one.tool != "openvex"}
    assert said == {(one.tool, one.id) for finding in result for one in finding.detectors if one.tool != "openvex"}
    assert {id for finding in findings for id in finding.ids} >= {id for finding in result for id in finding.ids}
