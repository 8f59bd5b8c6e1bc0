from __future__ import annotations

from pathlib import Path

from tests.scans.read_samples import SAMPLES, briefs, sample, told

from gatepost.scans import read_report


def test_kubescape_tells_controls_that_failed_and_marks_exceptions() -> None:
    result = sample("kubescape.json")
    assert briefs(result) == [
        "kubescape/C-0013 medium k8s/web.yaml:1 [shop/Deployment/web]",
        "kubescape/C-0057 high k8s/web.yaml:1 [shop/Deployment/web] (exception)",
    ]
    assert result.findings[0].advice == "set spec.template.spec.securityContext.runAsNonRoot = true"
    assert result.findings[0].message == "Non-root containers at spec.template.spec.containers[0]"
    assert briefs(sample("kubescape-v1.json")) == ["kubescape/C-0057 high shop/Pod/db:1 [shop/Pod/db]"]


def test_kubescape_without_resources_has_scanned_nothing() -> None:
    content = b'{"summaryDetails": {"controls": {}, "ResourceCounters": {"passedResources": 0}}, "results": []}'
    assert told(read_report(content, "r.json")) == ["kubescape found no resources to scan"]


def test_sonarqube_tells_the_severity_for_security_and_what_was_accepted() -> None:
    result = sample("sonarqube.json")
    assert briefs(result) == [
        "sonarqube/python:S3649 high web/shop.py:3",
        "sonarqube/python:S1192 high web/shop.py:5 (wontfix)",
        "sonarqube/secrets:S6290 critical infra/main.tf:1",
    ]
    assert result.findings[0].location.region == (3, 5, 3, 10)
    assert told(result) == ["the report holds 4 of 5 rows"]
    assert briefs(sample("sonarqube-hotspots.json")) == [
        "sonarqube/python:S4502 high web/shop.py:2",
        "sonarqube/python:S4792 low web/shop.py:4 (safe)",
    ]


def test_checkmarx_tells_where_a_flow_ends_and_where_it_comes_from() -> None:
    result = sample("checkmarx.xml")
    assert briefs(result) == [
        "checkmarx/SQL_Injection high web/shop.py:5 cwe=89",
        "checkmarx/SQL_Injection high web/shop.py:3 cwe=89 (not exploitable)",
    ]
    assert result.findings[0].related[0].location.region.start_line == 2


def test_checkmarx_one_tells_packages_code_images_and_no_secret() -> None:
    result = sample("checkmarx-one.json")
    assert briefs(result) == [
        "checkmarx/CVE-2021-23337 high checkmarx-one.json:1 lodash@4.17.20>4.17.21 cvss=7.2/3.0 cwe=94",
        "checkmarx/Missing-User-Instruction medium web/Dockerfile:1 cwe=250",
        "checkmarx/CVE-2023-45853 low shop:1.2:1 zlib1g@1:1.2.13> cvss=9.8/ (not exploitable)",
        "checkmarx/github-pat high web/shop.py:4",
    ]
    assert "ghp_" not in repr(result)
    assert briefs(sample("checkmarx-report.json")) == [
        "checkmarx/Heap_Inspection low src/A.java:55 cwe=244 (not exploitable)",
        "checkmarx/CVE-2020-1234 high checkmarx-report.json:1 a:b@1.0> cvss=8.1/ cwe=20",
        "checkmarx/Privilege-Escalation-Allowed high k8s/web.yaml:7",
    ]


def test_veracode_tells_flaws_components_and_an_accepted_mitigation() -> None:
    result = sample("veracode.xml")
    assert briefs(result) == [
        "veracode/CWE-89 critical com/example/Dao.java:42 cwe=89",
        "veracode/CWE-89 critical com/example/Dao.java:50 cwe=89 (accepted: agreed)",
        "veracode/CVE-2021-44228 critical veracode.xml:1 org.apache.logging.log4j:log4j-core@2.14.1>"
        " cvss=10.0/ cwe=502",
    ]
    assert result.findings[0].advice == "Use prepared statements."
    assert result.findings[0].detectors[0].said == "very high"
    assert told(result) == ["the dynamic-analysis did not come to its end"]


def test_veracode_reads_pipeline_scans_and_its_interface() -> None:
    pipeline = sample("veracode-pipeline.json")
    assert briefs(pipeline) == ["veracode/CWE-89 critical com/example/Dao.java:42 cwe=89"]
    assert pipeline.findings[0].message == "This query contains a SQL injection flaw. Avoid it."
    page = sample("veracode-findings.json")
    assert briefs(page) == [
        "veracode/CVE-2021-44228 critical veracode-findings.json:1 log4j-core@2.14.1> cvss=10.0/3.1 cwe=502",
        "veracode/CWE-117 medium com/example/Log.java:9 cwe=117 (approved: mitigated)",
    ]
    assert told(page) == ["the report holds 2 of 3 rows"]
    failed = (SAMPLES / "veracode-pipeline.json").read_bytes().replace(b"SUCCESS", b"FAILURE")
    assert told(read_report(failed, "r.json")) == ["the scan ended with the status FAILURE"]


def test_fortify_tells_its_priority_its_audit_and_its_errors() -> None:
    result = sample("fortify.fpr")
    assert briefs(result) == [
        "fortify/SQL-Injection critical web/shop.py:5 cwe=89,20",
        "fortify/Poor-Style/Value-Never-Read unknown web/shop.py:2 (not an issue: generated code)",
    ]
    assert result.findings[0].message == "A query in shop.py is built from input."
    assert result.findings[0].related[0].location.region.start_line == 1
    assert told(result) == ["Fortify reports: Could not parse web/old.py"]
    assert [one.suppressions for one in sample("fortify.fvdl.xml").findings] == [(), ()]


def test_an_archive_that_is_cut_is_a_problem_and_never_clean() -> None:
    whole = (SAMPLES / "fortify.fpr").read_bytes()
    for length in range(1, len(whole), 97):
        result = read_report(whole[:length], "cut.fpr")
        assert result.problems
        assert result.findings == ()


def test_zap_tells_every_address_of_an_alert() -> None:
    result = sample("zap.json")
    assert briefs(result) == [
        "zap/40012-1 high shop.example.com/search:1 [GET https://shop.example.com/search?q=1] cwe=79",
        "zap/40012-1 high shop.example.com/find:1 [POST https://shop.example.com/find] cwe=79",
        "zap/10020 low shop.example.com:1 [GET https://shop.example.com/] (false positive)",
    ]
    assert result.findings[0].advice == "Encode & check."
    assert result.findings[0].references == ("https://owasp.org/www-community/attacks/xss/",)
    finding = sample("zap.xml").findings[0]
    assert (finding.rule, finding.severity, finding.confidence) == ("zap/10202", "medium", "low")
    assert finding.resource == "GET https://shop.example.com/login"


def test_nuclei_tells_what_matched_and_nothing_that_was_taken_out() -> None:
    result = sample("nuclei.jsonl")
    assert briefs(result) == [
        "nuclei/CVE-2021-41773 high shop.example.com/cgi-bin/.%2e/etc/passwd:1"
        " [https://shop.example.com/cgi-bin/.%2e/etc/passwd] cvss=7.5/3.1 cwe=22 known_exploited=True epss=0.97"
        " epss_percentile=0.99",
        "nuclei/tech-detect info shop.example.com:1 [https://shop.example.com]",
    ]
    assert "s3cret" not in repr(result)


def test_mend_tells_reachability_maturity_and_the_fix_of_this_library_alone() -> None:
    result = sample("mend.json")
    assert briefs(result) == [
        "mend/CVE-2020-28493 medium web/requirements.txt:1 jinja2@2.11.2>2.11.3 cvss=5.3/3.1 epss=0.042"
        " reachable=True maturity=poc",
        "mend/CVE-2021-44228 critical pom.xml:1 org.apache.logging.log4j:log4j-core@2.14.1>2.15.0 cvss=10.0/3.1"
        " (ignored: not used)",
    ]
    assert [one.version for one in result.findings[0].scores] == ["3.1", "2.0"]
    older = sample("mend-older.json")
    assert briefs(older) == [
        "mend/CVE-2017-15708 critical mend-older.json:1 commons-collections:commons-collections@3.2.1> cvss=9.8/3.0"
    ]
    assert older.findings[0].published == "2017-12-11"


def test_samples_are_small() -> None:
    assert all(path.stat().st_size < 40_000 for path in Path(SAMPLES).iterdir())
