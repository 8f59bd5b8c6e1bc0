from __future__ import annotations

import json

from tests.scans.read_samples import SAMPLES, briefs, sample, told

from gatepost.scans import read_report


def test_security_hub_tells_a_resource_that_failed_and_marks_what_somebody_closed() -> None:
    result = sample("securityhub.json")
    assert briefs(result) == [
        "securityhub/S3.8 high arn:aws:s3:::logs:1 [arn:aws:s3:::logs]",
        "securityhub/S3.8 high arn:aws:s3:::logs:1 [arn:aws:s3:::logs] (suppressed: public on purpose)",
        "securityhub/S3.8 high arn:aws:s3:::logs:1 [arn:aws:s3:::logs] (archived)",
        "prowler/s3_bucket_public_access critical arn:aws:s3:::logs:1 [arn:aws:s3:::logs]",
    ]
    assert result.findings[0].standards == {"NIST.800-53.r5": ("AC-3", "AC-4")}
    assert told(result) == ["the answer is one page of several", "1 controls could not be checked"]


def test_a_clean_answer_of_security_hub_is_one_with_its_own_key() -> None:
    assert read_report(b'{"Findings": []}', "r.json")[0] == "securityhub"
    assert read_report(b'{"findings": []}', "r.json").problems


def test_inspector_tells_packages_ports_and_code_and_no_closed_ones() -> None:
    result = sample("inspector.json")
    assert briefs(result) == [
        "inspector/CVE-2022-40303 high i-0b22a22eec53b9321:1 [i-0b22a22eec53b9321]"
        " libxml2@1:2.9.14-1.el9>1:2.9.14-3.el9,1:2.10.0-1.el9 cvss=7.5/3.1 epss=0.01 maturity=available",
        "inspector/CVE-2022-40303 high i-0b22a22eec53b9321:1 [i-0b22a22eec53b9321]"
        " libxml2-python@1:2.9.14-1.el9> cvss=7.5/3.1 epss=0.01 maturity=available",
        "inspector/network-reachability-tcp-22 medium i-0b22a22eec53b9321:1 [i-0b22a22eec53b9321] (suppressed)",
        "inspector/python/hardcoded-credentials@v1.0 critical arn:aws:lambda:eu-west-1:123456789012:function:pay:1"
        " [arn:aws:lambda:eu-west-1:123456789012:function:pay] cwe=798",
    ]
    first = result.findings[0]
    assert first.ids == ("CVE-2022-40303", "GHSA-1111-2222-3333")
    assert first.published == "2022-11-23"
    assert first.package is not None
    assert first.package.ecosystem == "rpm"
    assert first.artifact is not None
    assert (first.artifact.kind, first.artifact.os) == ("host", "rhel 9")


def test_prowler_tells_failed_checks_alone_in_ocsf_and_in_tables() -> None:
    ocsf, table = sample("prowler-ocsf.json"), sample("prowler.csv")
    assert briefs(ocsf) == [
        "prowler/s3_bucket_public_access high arn:aws:s3:::logs:1 [arn:aws:s3:::logs]",
        "prowler/s3_bucket_public_access high arn:aws:s3:::site:1 [arn:aws:s3:::site] (muted)",
    ]
    assert ocsf.findings[0].standards == {"CIS-3.0": ("2.1.4",), "SOC2": ("cc_6_1",)}
    assert ocsf.findings[0].why == "Anyone may read."
    assert ocsf.findings[0].detectors[0].version == "5.4.0"
    assert [one.resource[-3:] for one in table.findings] == ["i-1", "i-2"]
    assert table.findings[1].suppressions[0].status == "muted"
    assert table.findings[0].standards == {"CIS-3.0": ("5.1",), "SOC2": ("cc_6_1", "cc_6_6")}


def test_twistlock_tells_what_mends_a_package_and_how_it_is_exploited() -> None:
    result = sample("twistlock.json")
    assert briefs(result) == [
        "twistlock/CVE-2023-44487 high shop:1.2:1 nghttp2@1.52.0-1>1.57.0-1,1.59.0-1 cvss=7.5/3.1 maturity=in the wild",
        "twistlock/PRISMA-2022-0039 medium shop:1.2:1 minimatch@3.0.4> maturity=poc",
        "twistlock/41 high shop:1.2:1",
    ]
    assert result.findings[0].published == "2023-10-10"
    assert result.findings[1].no_fix == "those who maintain the package will not mend it"
    assert result.findings[1].artifact is not None
    assert result.findings[1].artifact.path == "/app/node_modules/minimatch/package.json"


def test_wiz_tells_layers_known_exploitation_and_no_secret() -> None:
    result = sample("wiz.json")
    assert briefs(result) == [
        "wiz/CVE-2024-0727 medium shop:1.2:1 libssl3@3.0.11-1>3.0.13-1 cvss=5.5/ known_exploited=True epss=0.025"
        " epss_percentile=0.901 maturity=available",
        "wiz/secret-password high shop:1.2:1",
    ]
    artifact = result.findings[0].artifact
    assert artifact is not None
    assert artifact.layer is not None
    assert (artifact.digests, artifact.layer.command) == (("sha256:9a8b",), "RUN apt-get install -y libssl3")
    assert "hunter2" not in repr(result)


def test_wiz_tells_misconfigurations_and_what_was_not_looked_at() -> None:
    result = sample("wiz-iac.json")
    assert briefs(result) == ["wiz/AWS-S3-014 high infra/main.tf:7 [aws_s3_bucket.logs]"]
    assert result.findings[0].message == "expected: block_public_acls is true; found: it is not set"
    assert told(result) == ["the scan ended with the state IN_PROGRESS", "2 of Wiz's rules could not be run"]


def test_xray_tells_components_and_rows_that_are_missing() -> None:
    report, audit = sample("xray.json"), sample("xray-audit.json")
    assert briefs(report) == ["xray/CVE-2020-11023 medium Werkzeug:1.0.1:1 jquery@3.4.1>3.5.0 cvss=6.1/3.1"]
    assert told(report) == ["the report holds 1 of 3 rows"]
    assert briefs(audit) == [
        "xray/CVE-2021-44228 critical xray-audit.json:1 org.apache.logging.log4j:log4j-core@2.14.1>2.15.0"
        " cvss=10.0/3.0 reachable=True"
    ]
    assert told(audit) == ["Xray could not scan all: npm is not installed web/package.json"]


def test_aqua_tells_packages_secrets_and_failed_controls() -> None:
    result = sample("aqua.json")
    assert briefs(result) == [
        "aqua/CVE-2023-42363 info shop:1.2:1 busybox@1.36.1-r15>1.36.1-r17 cvss=5.5/3.1 (acknowledged: not used)",
        "aqua/sensitive-rsa-private-key unknown shop:1.2:1",
        "aqua/control-root_user unknown shop:1.2:1",
    ]
    assert told(result) == ["1 packages were not scanned"]


def test_harbor_tells_its_artifact_and_a_scan_without_a_list_is_not_clean() -> None:
    result = sample("harbor.json")
    assert briefs(result) == [
        "harbor/CVE-2024-0727 medium library/shop:1.2:1 libssl3@3.0.11-1>3.0.13-1 cvss=5.5/3.1 cwe=476"
    ]
    report = json.loads((SAMPLES / "harbor.json").read_text(encoding="utf-8"))
    next(iter(report.values()))["vulnerabilities"] = None
    assert told(read_report(json.dumps(report).encode(), "r.json")) == ["the report has no list of vulnerabilities"]
