from __future__ import annotations

import json
from typing import Any

import pytest
from tests.scans.read_samples import SAMPLES, briefs, sample, told

from gatepost.model.findings import Finding
from gatepost.scans import read_report

# What a person sees in each sample: its findings, then its problems.
SEEN: dict[str, list[str]] = {
    "kubescape-rules.json": [
        "kubescape/C-0017 low Deployment/pay:1 [Deployment/pay]",
    ],
    "checkmarx-osa.json": [
        "checkmarx/CVE-2020-25649 high checkmarx-osa.json:1"
        " com.fasterxml.jackson.core:jackson-databind@2.10.2>2.10.5.1 cvss=7.5/ (not exploitable)",
    ],
    "checkmarx-cxflow.json": [
        "checkmarx/Reflected_XSS_All_Clients high Page.java:107 cwe=79 (not exploitable)",
        "checkmarx/Reflected_XSS_All_Clients high Page.java:109 cwe=79",
    ],
    "checkmarx-report-2.json": [
        "checkmarx/Reflected_XSS high src/B.kt:484 cwe=79",
        "checkmarx/CVE-2021-23358 high checkmarx-report-2.json:1 underscore@1.10.2> cwe=94",
        "checkmarx/Using-Unrecommended-Namespace medium k8s/web.yaml:1",
    ],
    "veracode-sca.json": [
        "veracode/CVE-2022-36364 high veracode-sca.json:1 org.apache.calcite.avatica:avatica-core@1.11.0>"
        " cvss=8.8/3.1 cwe=665 reachable=True (ignored)",
    ],
    "twistlock.csv": [
        "twistlock/CVE-2020-24977 medium eu.example.com/shop:1.2:1 libxml2@2.9.10-r2>2.9.10-r4 cvss=6.5/ maturity=poc",
    ],
    "dependabot-search.json": [
        "dependabot/CVE-2020-0001 critical dependabot-search.json:1 package@>",
        "dependabot/CVE-2020-0001 low dependabot-search.json:1 package@> (dismissed: tolerable_risk)",
    ],
    "harbor-older.json": [
        "harbor/CVE-2020-0002 info harbor-older.json:1 zlib@1.2.8>1.2.9",
    ],
    "gitlab-dast-older.json": [
        "zaproxy/10062 high shop.example.com:1 [GET http://shop.example.com/v1/trees] cwe=359",
    ],
    "aqua-file.json": [
        "aqua/CVE-2018-10237 medium shop:1.2:1 guava-11.0.1.jar@>24.1.1 cvss=4.3/2.0",
    ],
}


@pytest.mark.parametrize("name", SEEN)
def test_an_older_or_rarer_shape_of_a_format_says_what_a_person_sees_in_it(name: str) -> None:
    result = sample(name)
    assert name.startswith(result.format)
    assert [*briefs(result), *(f"problem: {one}" for one in told(result))] == SEEN[name]


def test_a_library_of_veracode_keeps_its_vectors() -> None:
    finding = sample("veracode-sca.json").findings[0]
    assert [one.vector for one in finding.scores] == [
        "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H",
        "AV:L/AC:L/Au:S/C:P/I:P/A:P",
    ]
    assert finding.package is not None
    assert finding.package.direct is True


def test_a_cell_of_prisma_cloud_keeps_its_date() -> None:
    finding = sample("twistlock.csv").findings[0]
    assert (finding.published, finding.exploitability.maturity) == ("2020-09-04", "poc")


def changed(name: str, *way: str | int, **more: Any) -> Finding:
    """The first finding of a sample with some keys of the object at the end of a way changed."""
    tree = json.loads((SAMPLES / name).read_text(encoding="utf-8"))
    node: Any = tree
    for step in way:
        node = node[step]
    node.update(more)
    return read_report(json.dumps(tree).encode(), name).findings[0]


def test_guard_duty_is_known_by_what_it_has_seen() -> None:
    finding = changed(
        "securityhub.json", "Findings", 0,
        ProductName="GuardDuty", GeneratorId="arn:aws:guardduty:eu-west-1:1:detector/12ab", Compliance={},
        Types=["TTPs/Command and Control/Backdoor:EC2-C&CActivity.B"],
    )  # fmt: skip
    assert (finding.rule, finding.category) == ("guardduty/Backdoor:EC2-C&CActivity.B", "threat")


def test_a_package_of_the_system_is_of_the_platform_that_inspector_names() -> None:
    package = {"Name": "openssl", "Version": "1.1.1n", "Release": "0+deb11u4", "PackageManager": "OS"}
    finding = changed(
        "securityhub.json", "Findings", 0,
        ProductName="Inspector", Compliance={},
        ProductFields={"aws/inspector/resources/1/resourceDetails/awsEcrContainerImageDetails/platform": "DEBIAN_11"},
        Vulnerabilities=[{"Id": "CVE-2023-2650", "VulnerablePackages": [package]}],
    )  # fmt: skip
    assert finding.package is not None
    assert (finding.package.ecosystem, finding.package.version) == ("deb", "1.1.1n-0+deb11u4")


def test_a_library_of_mend_is_named_without_its_file() -> None:
    library = {"artifactId": "commons-codec-1.6.jar", "groupId": "commons-codec-1.6", "version": "1.6", "type": "JAVA"}
    fix = {"type": "UPGRADE_VERSION", "fixResolution": "Upgrade to version commons-codec:commons-codec:1.13"}
    package = changed("mend-older.json", "vulnerabilities", 0, library=library, topFix=fix).package
    assert package is not None
    assert (package.name, package.fixed_versions) == ("commons-codec:commons-codec", ("1.13",))


def test_an_issue_of_a_whole_project_stands_at_the_report() -> None:
    finding = changed("sonarqube.json", "issues", 0, component="org.x:shop", line=None, textRange=None)
    assert finding.location.path == "sonarqube.json"


def test_an_empty_list_of_findings_is_clean_where_the_format_is_named() -> None:
    for name, content in (("inspector", b'{"findings": []}'), ("mend", b'{"vulnerabilities": []}')):
        assert read_report(content, "r.json", name)[:3] == (name, (), ())
        assert read_report(content, "r.json").problems
        assert read_report(b'{"error": "no"}', "r.json", name).problems
