from __future__ import annotations

import pytest
from tests.scans.read_samples import SAMPLES, briefs, sample, told

from gatepost.model.findings import Finding
from gatepost.scans import FORMATS, read_report

# What a person sees in each sample: its findings, then its problems.
SEEN: dict[str, list[str]] = {
    "sysdig.json": [
        "sysdig/CVE-2024-0727 medium shop:1.2:1 cryptography@41.0.0>42.0.2 cvss=5.5/3.1 maturity=available",
    ],
    "sysdig-maps.json": [
        "sysdig/CVE-2023-5363 high shop:1.2:1 openssl@3.0.9-1>3.0.11-1 cvss=7.5/3.1 known_exploited=True"
        " maturity=none (accepted)",
    ],
    "sysdig.csv": [
        "sysdig/CVE-2022-29162 high mongo:1 [shop/deployment/carts-db]"
        " github.com/opencontainers/runc@v1.1.0>v1.1.2 cvss=7.8/3.1 maturity=none (accepted)",
        "problem: one row of the report could not be read: row 1 has a severity instead of a vulnerability",
    ],
    "sysdig-report.json": [
        "sysdig/CVE-2005-2541 info shop:1.2:1 [shop/Deployment/web] tar@1.34> cvss=10.0/2.0 known_exploited=True",
    ],
    "clair.json": [
        "clair/CVE-2024-0727 medium sha256:9a8b:1 libssl3@3.0.11-1>3.0.13-1",
    ],
    "clair-scanner.json": [
        "clair/CVE-2018-20839 medium shop:1.2:1 systemd@237-3ubuntu10.29>",
        "clair/CVE-2005-2541 info shop:1.2:1 tar@1.29>1.30 (approved)",
    ],
    "clair-klar.json": [
        "clair/RHSA-2019:0109 critical clair-klar.json:1 perl-libs@4:5.16.3-293.el7>4:5.16.3-294.el7_6",
    ],
    "clair-quay.json": [
        "clair/CVE-2019-14697 critical clair-quay.json:1 musl@1.1.18>1.1.18-r4 cvss=9.8/3.0",
        "problem: the image has the status queued",
    ],
    "anchore.json": [
        "anchore/CVE-2024-0727 medium sha256:9a8b:1 libssl3@3.0.11-1>3.0.13-1 cvss=5.5/3.0",
        "anchore/CVE-2011-3374 info sha256:9a8b:1 apt@2.6.1>",
    ],
    "anchore-policy.json": [
        "anchore/dockerfile/effective_user high shop:1.2:1",
        "anchore/dockerfile/instruction medium shop:1.2:1 (allowlisted)",
    ],
    "anchore-enterprise.json": [
        "anchore/dockerfile/instruction medium shop:1.2:1",
    ],
    "xeol.json": [
        "xeol/Perl/5.36 unknown shop:1.2:1 perl@5.36.2-r0>",
    ],
    "google-artifact.json": [
        "google-artifact/CVE-2023-29405 info eu.pkg.dev/p/r/shop@sha256:d2ee:1 go@1.17.6>1.19.10 cvss=9.8/3.1",
        "problem: the analysis has the status SCANNING",
    ],
    "kube-bench.json": [
        "kube-bench/1.1.1 unknown kubernetes/master:1 [master]",
        "kube-bench/1.1.4 unknown kubernetes/master:1 [master]",
    ],
    "kube-linter.json": [
        "kube-linter/no-read-only-root-fs unknown k8s/web.yaml:1 [shop/Deployment/web]",
    ],
    "kubeaudit.jsonl": [
        "kubeaudit/PrivilegedTrue high shop/Deployment/web:1 [shop/Deployment/web]",
        "kubeaudit/LimitsNotSet medium shop/Deployment/web:1 [shop/Deployment/web]",
        "problem: kubeaudit reports: cannot list NetworkPolicies",
    ],
    "polaris.json": [
        "polaris/hostNetworkSet high k8s/web.yaml:1 [shop/Deployment/web]",
        "polaris/cpuLimitsMissing medium k8s/web.yaml:1 [shop/Deployment/web]",
    ],
    "black-duck.json": [
        "black-duck/BDSA-2019-2725 high black-duck.json:1 org.apache.commons:commons-compress@1.18> cvss=7.5/ cwe=835",
        "black-duck/CVE-2021-3810 medium black-duck.json:1 code-server@3.3.0> cvss=7.5/ (not_affected: not called)",
        "problem: the report holds 2 of 3 rows",
    ],
    "black-duck.csv": [
        "black-duck/BDSA-2019-2725 low black-duck.csv:1 org.apache.commons:commons-compress@1.18> cvss=5.0/",
        "black-duck/VULNDB-106409 high black-duck.csv:1 zlib@1.2.11> cvss=7.5/ (ignored: not used)",
    ],
    "black-duck.zip": [
        "black-duck/BDSA-2019-2725 low black-duck.zip:1 org.apache.commons:commons-compress@1.18> cvss=5.0/",
        "black-duck/VULNDB-106409 high black-duck.zip:1 zlib@1.2.11> cvss=7.5/ (ignored: not used)",
    ],
    "black-duck-binary.csv": [
        "black-duck/CVE-2023-45853 critical JRE.msi:1 zlib@1.2.13> cvss=9.8/3.0",
    ],
    "retire.json": [
        "retire/CVE-2015-9251 medium web/static/jquery-1.11.2.min.js:1 jquery@1.11.2>1.12.0 cwe=79",
        "retire/selector-interpreted-as-html low web/static/jquery-1.11.2.min.js:1 jquery@1.11.2>1.9.0",
        "problem: retire reports: Could not parse web/broken.js",
    ],
    "ossindex.json": [
        "ossindex/CVE-2019-10744 critical ossindex.json:1 @x/lodash@4.17.11> cvss=9.1/3.1 cwe=400",
    ],
    "ossindex-devaudit.json": [
        "ossindex/422f medium ossindex-devaudit.json:1 react-dom@16.4.1> cvss=6.1/3.0 cwe=79",
    ],
    "nancy.json": [
        "nancy/CVE-2017-1000070 medium nancy.json:1 github.com/bitly/oauth2_proxy@0.1> cvss=6.1/3.0",
        "nancy/CVE-2017-1000069 medium nancy.json:1 github.com/bitly/oauth2_proxy@0.1> cvss=6.1/3.0 (excluded)",
        "problem: 1 modules have a version that OSS Index does not know",
    ],
    "sonatype.json": [
        "sonatype/CVE-2016-2402 medium sonatype.json:1 com.squareup.okhttp:okhttp@2.6.0> cvss=5.9/3.0 cwe=295",
        "sonatype/sonatype-2018-0330 medium sonatype.json:1 com.squareup.okhttp:okhttp@2.6.0> cvss=6.5/ (not"
        " applicable)",
    ],
    "sonatype-policy.json": [
        "sonatype/Security-High critical sonatype-policy.json:1 org.apache.logging.log4j:log4j-core@2.14.1>",
    ],
    "mix-audit.json": [
        "mix-audit/GHSA-qpmc-wprv-x746 high mix.lock:1 sweet_xml@0.6.5>0.7.0",
    ],
    "ort.json": [
        "ort/CVE-2021-44228 critical ort.json:1 org.apache.logging.log4j:log4j-core@2.14.1> cvss=10.0/3.1",
        "ort/COPYLEFT high app/build.gradle:1 com.example:app@1.0>",
        "ort/NO_VCS low ort.json:1 org.apache.logging.log4j:log4j-core@2.14.1> (cant_fix_exception: agreed)",
        "problem: Maven reports: Could not resolve a:b",
    ],
    "ort-advisor.json": [
        "ort/CVE-2019-10744 critical ort-advisor.json:1 lodash@4.17.11> cvss=9.1/",
    ],
    "bearer.json": [
        "bearer/gitleaks critical web/static/a.js:4 cwe=79",
        "bearer/javascript_lang_dangerous_insert_html high web/static/a.js:581 cwe=79",
        "bearer/javascript_lang_logger low web/static/a.js:7 cwe=79",
    ],
    "horusec.json": [
        "horusec/hard-coded-password critical web/shop.py:20 cwe=798",
        "horusec/HS-PYTHON-1 high web/shop.py:20 cwe=95 (risk accepted)",
        "problem: the analysis ended with the status error: Error while running tool YarnAudit",
    ],
    "njsscan.json": [
        "njsscan/node_md5 medium web/hash.js:4 cwe=327",
        "njsscan/rate_limit_control low njsscan.json:1 cwe=770",
        "problem: njsscan reports: cannot parse web/x.js",
    ],
    "nosey-parker.jsonl": [
        "nosey-parker/np.aws.6 unknown web/old.py:2",
        "nosey-parker/np.aws.6 unknown web/old.py:2 (rejected: a sample)",
        "problem: 1 matches were left out of the report",
    ],
    "rubocop.json": [
        "rubocop/Security/Eval low app/a.rb:4",
        "rubocop/Layout/LineLength info app/a.rb:5",
        "problem: rubocop could not parse app/b.rb: Lint/Syntax: do not.",
    ],
    "burp.xml": [
        "burp/1049088 high shop.example.com/search:1 [https://shop.example.com/search] cwe=89",
        "burp/7340288 info shop.example.com:1 [https://shop.example.com/] (false positive)",
    ],
}


@pytest.mark.parametrize("name", SEEN)
def test_a_sample_says_what_a_person_sees_in_it(name: str) -> None:
    result = sample(name)
    assert result.format in FORMATS
    assert name.startswith(result.format)
    assert [*briefs(result), *(f"problem: {one}" for one in told(result))] == SEEN[name]


def first(name: str) -> Finding:
    return sample(name).findings[0]


def test_what_is_known_of_a_package_of_an_image_is_kept() -> None:
    sysdig, clair, google = first("sysdig.json"), first("clair.json"), first("google-artifact.json")
    assert sysdig.artifact is not None
    assert (sysdig.artifact.digests, sysdig.artifact.os) == (("sha256:bc86",), "debian 12.1")
    assert sysdig.artifact.layer is not None
    assert sysdig.artifact.layer.digest == "sha256:4e38"
    assert (sysdig.published, sysdig.package and sysdig.package.purl) == (
        "2024-01-22",
        "pkg:pypi/cryptography@41.0.0",
    )
    assert clair.artifact is not None
    assert clair.artifact.layer is not None
    assert clair.artifact.layer.digest == "sha256:aaaa"
    assert google.artifact is not None
    assert google.artifact.layer is not None
    assert google.artifact.layer.command == "COPY tool /usr/bin"
    assert google.scores[0].vector == "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


def test_a_package_at_the_end_of_its_life_is_no_vulnerability() -> None:
    finding = first("xeol.json")
    assert (finding.category, finding.ids) == ("maintenance", ())
    assert finding.title == "Perl 5.36 is no longer maintained (since 2025-07-02)"
    assert read_report((SAMPLES / "grype.json").read_bytes(), "r.json").format == "grype"


def test_what_nobody_will_mend_is_told() -> None:
    assert sample("anchore.json").findings[1].no_fix == "those who maintain the package will not mend it"


def test_a_failed_policy_without_a_reason_is_not_clean() -> None:
    content = (SAMPLES / "anchore-enterprise.json").read_bytes().replace(b'"row_count": 1', b'"row_count": 0')
    start = content.index(b'"rows"')
    emptied = content[:start] + b'"rows": []}}}}},"status":"fail"}]}}]'
    assert told(read_report(emptied, "r.json")) == [
        "the policy was evaluated as failed, but the report does not say by what"
    ]


def test_identifiers_of_every_kind_are_kept() -> None:
    assert first("black-duck.json").ids == ("BDSA-2019-2725", "CVE-2019-12402")
    assert first("black-duck.csv").ids == ("BDSA-2019-2725", "CVE-2019-12402")
    assert first("retire.json").ids == ("CVE-2015-9251", "GHSA-rmxg-73gg-4p98")
    assert first("mix-audit.json").ids == ("GHSA-qpmc-wprv-x746", "CVE-2019-15160")
    assert first("sonatype-policy.json").ids == ("CVE-2021-44228",)


def test_a_secret_is_never_shown() -> None:
    for name in ("bearer.json", "horusec.json", "nosey-parker.jsonl", "burp.xml"):
        told_of = repr(sample(name))
        assert "IOSFODNN7" not in told_of
        assert "hunter2" not in told_of
        assert "QUtJQVNQ" not in told_of


def test_other_places_of_one_secret_are_related() -> None:
    finding = first("nosey-parker.jsonl")
    assert [one.location.path for one in finding.related] == ["web/shop.py"]
    assert "43d6429098e4" in finding.message


def test_kubernetes_checks_tell_what_to_do() -> None:
    assert first("kube-bench.json").advice.startswith("chmod 644")
    assert first("kube-bench.json").message == "expected: 644; found: 777"
    assert first("kube-linter.json").advice.startswith("Set readOnlyRootFilesystem")
    assert sample("polaris.json").findings[1].message == "cpuLimitsMissing is not right (container web)"


def test_burp_tells_the_text_of_its_pages() -> None:
    finding = first("burp.xml")
    assert finding.message == "The q parameter appears to be vulnerable."
    assert (finding.why, finding.advice) == ("Queries are built from input.", "Use parameters.")
    assert finding.references == ("https://cwe.mitre.org/data/definitions/89.html",)
    assert finding.confidence == "medium"


def test_a_table_with_its_first_line_alone_is_clean() -> None:
    for name in ("sysdig.csv", "black-duck.csv", "prowler.csv"):
        head = (SAMPLES / name).read_bytes().partition(b"\n")[0] + b"\n"
        result = read_report(head, name)
        assert (result.format, result.findings, result.problems) == (name.partition(".")[0], (), ())


def test_a_column_of_a_linter_is_exact() -> None:
    assert first("rubocop.json").location.region == (4, 3, 4, 10)
