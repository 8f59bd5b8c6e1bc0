"""What `gatepost explain` and `gatepost rules` say."""

from __future__ import annotations

import json

from verdict_builders import PLAIN, one_of_everything

from gatepost.reports import render, render_scan
from gatepost.reports.excerpts import columns
from gatepost.reports.explain import Example, RuleText, explain_rule
from gatepost.reports.explain_finding import Answer, TraceLine, explain_finding
from gatepost.reports.rule_table import RuleRow
from gatepost.reports.rule_table import render as render_rules
from gatepost.reports.view import View

RULE = RuleText(
    "aws/ec2/ssh-open-to-internet",
    "SSH is open to the whole internet",
    "critical",
    "network",
    "Port 22 open to everyone is scanned within minutes and leaves the host one weak key away from a takeover.",
    {"cis_aws_1_4": ("5.2",), "cwe": ("CWE-284",)},
    ("checkov/CKV_AWS_24",),
    settings={"trusted_networks": None},
    safety="unsafe",
    why_unsafe="may lock somebody out",
    examples=(
        Example("terraform", 'a {\n  # finding\n  cidr_blocks = ["0.0.0.0/0"]\n}\n'),
        Example("terraform", 'b {\n  # finding\n  c = ["0.0.0.0/0"]\n}\n', 'b {\n  c = ["10.0.0.0/8"]\n}\n', "a list"),
        Example("dockerfile", "FROM\x1b a\n"),
    ),
)
TRACE = (
    TraceLine("known to be exploited", None, "block", "known_exploited is not known for this finding"),
    TraceLine("nothing critical reaches production", True, "block"),
)


def a_json_finding() -> dict[str, object]:
    report = json.loads(render("json", one_of_everything(), PLAIN).body)
    return next(one for one in report["findings"] if one["fingerprint"].startswith("7f3a"))


def test_a_rule_is_explained_with_an_example_of_each_language_and_its_fix() -> None:
    text = explain_rule(RULE, PLAIN)
    assert "found in terraform: a list" in text
    assert '-   c = ["0.0.0.0/0"]\n  +   c = ["10.0.0.0/8"]' in text
    assert "setting      trusted_networks: the networks of your own" in text
    assert "\x1b" not in text and "found in dockerfile" in text
    assert max(map(columns, text.splitlines())) <= 80


def test_verbose_shows_every_example() -> None:
    assert explain_rule(RULE, View(verbose=True)).count("found in terraform") == 2


def test_a_decision_is_explained_down_to_the_line_that_made_it() -> None:
    text = explain_finding(a_json_finding(), [Answer("p", "production", TRACE)], PLAIN)
    assert text.startswith("7f3a91c2  aws/ec2/ssh-open-to-internet  live/prod/network/main.tf:8\n")
    assert "environment  production    path live/prod/**" in text
    assert "owner        @acme/network CODEOWNERS:12" in text
    assert "1  known to be exploited                not known: known_exploited is not" in text
    assert "2  nothing critical reaches production  match → block" in text


def test_without_the_policy_the_name_of_the_line_is_told() -> None:
    assert 'block        "nothing critical reaches production"' in explain_finding(a_json_finding(), (), PLAIN)


def test_every_policy_tells_its_lines_waivers_and_budgets() -> None:
    lines = (*TRACE, TraceLine("everybody hears", None, "warn", asked=False))
    answers = (
        Answer("gatepost.yaml", "production", lines, ("the one at a:3 covers it",)),
        Answer("company.yaml", "production", lines[:1], (), ('"highs": this counts; 11 are more than 10',), "low"),
    )
    text = explain_finding(a_json_finding(), answers, PLAIN)
    assert "gatepost.yaml in production\n1  known" in text
    assert "3  everybody hears                      not asked\nwaiver       the one at a:3 covers it" in text
    assert "company.yaml in production, as low\n" in text
    assert 'budget       "highs": this counts; 11 are more than 10' in text


def test_ages_and_due_dates_are_told_with_how_they_are_known() -> None:
    finding = a_json_finding()
    age = {"days": 21, "since": "2026-11-01", "counted_from": "first_seen", "how": "first seen, by h.json"}
    finding["context"] = {**finding["context"], "age": age}  # type: ignore[dict-item]
    finding["decision"] = {"action": "block", "due": "2026-11-08", "overdue": True, "due_how": "7 days for high"}
    text = explain_finding(finding, (), PLAIN)
    assert "age          21 days, since 2026-11-01 (first seen, by h.json)" in text
    assert "due          2026-11-08, past (7 days for high)" in text


def test_rules_are_listed_by_provider() -> None:
    rows = [RuleRow("aws/s3/x", "One", "high", fix="safe"), RuleRow("docker/y", "Two " * 30, "low")]
    text = render_rules("terminal", rows, PLAIN).body
    assert "aws\n  high     aws/s3/x" in text and "2 rules, 1 with a fix" in text
    assert max(map(columns, text.splitlines())) <= 80
    assert json.loads(render_rules("json", rows, PLAIN).body)["rules"][0]["fix"] == "safe"


def test_one_scan_report_is_told_in_short() -> None:
    findings = [d.assessment.finding for d in one_of_everything().decisions]
    text = render_scan("terminal", "trivy", findings, [one_of_everything().problems[0].problem], PLAIN).body
    assert text.endswith("trivy: 11 findings, 1 problem\n")
