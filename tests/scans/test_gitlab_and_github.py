from __future__ import annotations

import json

from tests.scans.read_samples import SAMPLES as SAMPLES_FOLDER
from tests.scans.read_samples import brief, briefs, sample, told

from gatepost.scans import read_report


def test_gitlab_reads_every_type_of_scan() -> None:
    names = ("sast", "dependency", "container", "secrets", "dast")
    assert [one for name in names for one in briefs(sample(f"gitlab-{name}.json"))] == [
        "semgrep/bandit.B307 critical web/shop.py:3 cwe=95",
        "semgrep/node_nosqli_injection high routes/like.js:13 cwe=943",
        "gemnasium/CVE-2020-28493 medium web/requirements.txt:1 jinja2@2.11.2>2.11.3,3.0.1 cvss=5.3/3.1 cwe=400",
        "trivy/CVE-2021-3326 high registry.example.com/shop:1.2:1 [prod/Deployment/shop] libc6@2.28-10>2.28-10+deb10u2",
        "gitleaks/AWS critical README.md:5",
        "zaproxy/10017 low shop.example.com:1 [GET https://shop.example.com/cart] cwe=829",
    ]


def test_a_failed_scan_of_gitlab_is_told() -> None:
    assert told(sample("gitlab-dependency.json")) == [
        "the scan ended with the status failure",
        "the scan says: cannot resolve dependencies of app/pom.xml",
    ]


def test_gitlab_tells_what_is_doubted_and_never_the_secret() -> None:
    assert sample("gitlab-sast.json").findings[0].confidence == "low"
    assert "IOSFODNN7" not in repr(sample("gitlab-secrets.json"))


def test_gitlab_keeps_ids_packages_images_and_requests() -> None:
    finding = sample("gitlab-dependency.json").findings[0]
    assert finding.ids == ("CVE-2020-28493", "7368f513", "GHSA-g3rq-g295-4j3m", "400")
    assert finding.package is not None
    assert (finding.package.purl, finding.package.direct) == ("pkg:pypi/jinja2@2.11.2", True)
    assert finding.scores[0].vector == "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L"
    image = sample("gitlab-container.json").findings[0].artifact
    assert image is not None
    assert (image.name, image.os) == ("registry.example.com/shop:1.2", "debian 10.9")
    assert sample("gitlab-dast.json").findings[0].advice == "Load scripts from trusted sources only."


def test_gitlab_tells_the_way_to_a_dependency() -> None:
    tree = json.loads((SAMPLES_FOLDER / "gitlab-dependency.json").read_text(encoding="utf-8"))
    tree["dependency_files"][0]["dependencies"] = [{"iid": 1, "package": {"name": "flask"}, "version": "1.1.2"}]
    dependency = tree["vulnerabilities"][0]["location"]["dependency"]
    dependency.update(direct=False, dependency_path=[{"iid": 1}])
    package = read_report(json.dumps(tree).encode(), "r.json").findings[0].package
    assert package is not None
    assert (package.direct, package.paths) == (False, (("flask@1.1.2", "Jinja2@2.11.2"),))


def test_a_dependabot_alert_keeps_its_ids_dates_and_score() -> None:
    finding = sample("dependabot.json").findings[0]
    assert finding.ids == ("GHSA-h75v-3vvj-5mfj", "CVE-2024-34064")
    assert finding.published == "2024-05-06"
    assert [one.version for one in finding.scores] == ["3.1"]
    assert finding.detectors[0].said == "medium"
    package = sample("dependabot-graphql.json").findings[0].package
    assert package is not None
    assert (package.direct, package.purl) == (False, "pkg:maven/log4j/log4j@1.2.17")


def test_dismissed_alerts_are_marked_and_mended_ones_are_none() -> None:
    assert [one.suppressions[:1] and one.suppressions[0].why for one in sample("dependabot.json").findings] == [
        (),
        "tolerable_risk: not reachable",
    ]
    assert briefs(sample("github-code-scanning.json")) == [
        "codeql/py/path-injection high web/shop.py:2 cwe=22",
        "codeql/py/unused-import low web/shop.py:2 cwe=22",
        "codeql/py/path-injection high web/shop.py:2 cwe=22 (dismissed: won't fix: a test)",
    ]
    assert brief(sample("github-secret-scanning.json").findings[1]) == (
        "github-secret-scanning/aws_access_key_id unknown github-secret-scanning.json:1 validated=False"
        " (resolved: used_in_tests: a fixture)"
    )


def test_a_page_of_graphql_is_not_all() -> None:
    result = sample("dependabot-graphql.json")
    assert briefs(result) == [
        "dependabot/GHSA-2qrg-x229-3v8q critical app/pom.xml:1 log4j:log4j@1.2.17> cvss=9.8/3.1 cwe=502"
        " epss=0.7 epss_percentile=0.98"
    ]
    assert told(result) == ["the answer is one page of several"]


def test_a_full_page_of_alerts_may_not_be_all() -> None:
    rows = json.loads((SAMPLES_FOLDER / "dependabot.json").read_text(encoding="utf-8"))[:1] * 100
    result = read_report(json.dumps(rows).encode(), "alerts.json")
    assert len(result.findings) == 100
    assert told(result) == ["the list has exactly 100 rows, which is a full page: there may be more"]
    paged = read_report(json.dumps([rows, rows[:7]]).encode(), "alerts.json")
    assert (paged.format, len(paged.findings), paged.problems) == ("dependabot", 107, ())


def test_a_published_secret_is_told_and_not_shown() -> None:
    finding = sample("github-secret-scanning.json").findings[0]
    assert finding.title == "A secret: Amazon AWS Access Key ID, which has been published elsewhere too"
    assert (finding.severity, finding.exploitability.validated) == ("critical", True)
    assert "IOSFODNN7" not in repr(sample("github-secret-scanning.json"))
