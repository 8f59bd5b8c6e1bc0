"""`fix`, `report`, `rules`, `explain`, `test`, `new`, `init`, `--version`: what they print, write and end with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import gatepost as package
from tests.cli.conftest import TOP, Run

SSH = "aws/ec2/ssh-open-to-internet"


def test_the_version_is_told_by_both_ways_in(gatepost: Run) -> None:
    assert gatepost("--version").out == f"gatepost {package.__version__}\n"
    done = subprocess.run([sys.executable, "-m", "gatepost", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"gatepost {package.__version__}\n"


def test_fix_shows_a_diff_and_writes_nothing(gatepost: Run, shop: Path) -> None:
    before = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    ran = gatepost("fix", "--unsafe", "--rule", SSH)
    assert ran.code == 0 and '+admin_networks = ["10.20.0.0/16"]' in ran.out
    assert {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()} == before


def test_a_shown_diff_is_a_patch_that_applies(gatepost: Run, shop: Path) -> None:
    ran = gatepost("fix", "--unsafe")
    subprocess.run(["git", "apply", "-p1", "-"], input=ran.out, text=True, cwd=shop, check=True)
    assert gatepost("fix", "--unsafe").out == ""


def test_written_fixes_are_gone_afterwards_and_a_second_run_changes_nothing(gatepost: Run, shop: Path) -> None:
    gatepost("fix", "--unsafe", "--write")
    after = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    assert gatepost("fix", "--unsafe", "--write").code == 0
    assert {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()} == after
    assert SSH not in gatepost("check", "infra").out


def test_safe_fixes_alone_leave_the_unsafe_ones(gatepost: Run, shop: Path) -> None:
    ran = gatepost("fix", "--rule", SSH)
    assert ran.out == "" and "--unsafe" in ran.err


def test_a_report_is_read_without_a_policy(gatepost: Run, shop: Path) -> None:
    ran = gatepost("report", "reports/trivy.json", "--format", "json")
    assert ran.code == 0 and json.loads(ran.out)["format"] == "trivy"
    (shop / "cut.json").write_text((shop / "reports/trivy.json").read_text()[:200])
    assert gatepost("report", "cut.json").code == 3


def test_rules_are_listed(gatepost: Run) -> None:
    listed = json.loads(gatepost("rules", "--provider", "aws", "--format", "json").out)
    ids = [rule["id"] for rule in (listed["rules"] if isinstance(listed, dict) else listed)]
    assert SSH in ids and all(one.startswith("aws/") for one in ids)
    assert SSH in gatepost("rules").out


def test_rules_are_listed_by_audience_severity_category_and_standard(gatepost: Run) -> None:
    def listed(*options: str) -> list[dict[str, Any]]:
        return json.loads(gatepost("rules", "--format", "json", *options).out)["rules"]

    assert {rule["audience"] for rule in listed()} == {"regular", "thorough"}
    assert {rule["audience"] for rule in listed("--audience", "thorough")} == {"thorough"}
    some = listed("--severity", "critical", "--category", "network", "--standard", "cis_aws_3_0")
    assert {(rule["severity"], rule["category"]) for rule in some} == {("critical", "network")}
    assert all("cis_aws_3_0" in rule["standards"] for rule in some)
    assert "(thorough)" in gatepost("rules").out
    wrong = gatepost("rules", "--category", "netwerk")
    assert wrong.code == 2 and "network" in wrong.err


def test_a_rule_and_a_finding_are_explained(gatepost: Run, shop: Path) -> None:
    assert "trusted_networks" in gatepost("explain", SSH).out
    gatepost("check", "--format", "json=v.json")
    findings = json.loads((shop / "v.json").read_text())["findings"]
    finding = next(f for f in findings if f["rule"] == SSH)
    ran = gatepost("explain", finding["fingerprint"][:8], "--verdict", "v.json")
    assert ran.code == 0 and "match → block" in ran.out


def test_the_explanation_of_every_finding_ends_in_the_line_that_decided_it(gatepost: Run, shop: Path) -> None:
    policy = shop / "gatepost.yaml"
    lines = [
        "{name: nobody's, when: {owner: {known: false}, subject: secret}, decide: block}",
        "{name: bad score, when: {cvss: {at_least: 9.0}}, decide: block}",
        "{name: suppressed, when: {suppressed: true}, decide: allow}",
        "{name: no package, when: {not: {subject: package}, severity: medium}, decide: block}",
    ]
    more = "".join(f"  - {line}\n" for line in lines)
    policy.write_text(policy.read_text().replace("gate:\n", f"gate:\n{more}", 1))
    gatepost("check", "--report", "reports/trivy.json", "--format", "json=v.json")
    findings = json.loads((shop / "v.json").read_text())["findings"]
    assert {"no package", "nothing critical"} <= {f["decision"]["because"] for f in findings}
    for finding in findings:
        out = gatepost("explain", finding["fingerprint"], "--verdict", "v.json").out
        because = finding["decision"]["because"]
        matched = [line for line in out.splitlines() if "match →" in line]
        if because is None:
            assert not matched, (finding["rule"], out)
        else:
            assert len(matched) == 1 and because[:20] in matched[0], (finding["rule"], because, out)


def test_the_cases_of_the_policy_pass_and_a_wrong_one_does_not(gatepost: Run, shop: Path) -> None:
    assert gatepost("test").code == 0
    policy = shop / "gatepost.yaml"
    policy.write_text(policy.read_text() + "  - {finding: {severity: critical}, decides: allow}\n")
    ran = gatepost("test")
    assert ran.code == 1 and "FAILED" in ran.out


def test_a_new_rule_is_a_file_whose_cases_pass(gatepost: Run) -> None:
    for name in ("docker/my-own", "aws/s3/my-own"):
        assert gatepost("new", "rule", name).code == 0
        ran = gatepost("test", f"policies/rules/{name}.yaml")
        assert ran.code == 0, ran
        assert gatepost("new", "rule", name).code == 2


def test_a_new_rule_leads_an_editor_to_the_schema_beside_it(gatepost: Run, shop: Path) -> None:
    assert gatepost("new", "rule", "aws/s3/my-own").code == 0
    written = shop / "policies/rules/aws/s3/my-own.yaml"
    _, _, path = written.read_text(encoding="utf-8").splitlines()[0].partition("$schema=")
    assert '"Gatepost rule"' in (written.parent / path).read_text(encoding="utf-8")


def test_init_writes_a_policy_that_loads_and_never_overwrites(gatepost: Run, shop: Path) -> None:
    assert gatepost("init").code == 2
    (shop / "gatepost.yaml").unlink()
    assert gatepost("init").code == 0
    assert gatepost("test").code == 0
    assert gatepost("check").code == 0  # it observes


def test_output_that_nobody_reads_any_more_is_no_bug(shop: Path) -> None:
    command = f"{sys.executable} -m gatepost check --format json | head -c 10"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=shop,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(TOP / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr and "bug" not in done.stderr
