"""What the rules cover of a standard is told by clause, what they do not with the reason."""

from __future__ import annotations

import json

from gatepost.reports.rule_standards import coverage
from gatepost.reports.rule_table import RuleRow, render
from gatepost.reports.view import View

ROWS = [
    RuleRow("aws/x/a", "A", "low", standards={"cis_aws_3_0": ("1.8", "2.1.1"), "cwe": ("311",)}),
    RuleRow("aws/x/b", "B", "low", standards={"cis_aws_3_0": ("2.1.1",), "cis_azure_2_1": ("9.9",)}),
]


def test_each_clause_has_the_rules_that_name_it_or_a_reason() -> None:
    found = coverage("cis_aws_3_0", ROWS)
    by_id = {clause.id: clause for clause in found.clauses}
    assert by_id["2.1.1"].rules == ("aws/x/a", "aws/x/b") and by_id["2.1.1"].why == ""
    assert by_id["1.7"].why.startswith("it is about what was done")
    assert by_id["3.1"].why == "no rule speaks to it yet"
    assert (found.whole, len(found.clauses), found.covered) == (True, 62, 2)


def test_of_a_standard_without_a_list_only_what_rules_name_is_told_and_that_it_is_not_whole() -> None:
    for key in ("cwe", "cis_azure_2_1"):
        found = coverage(key, ROWS)
        assert len(found.clauses) == 1 and not found.whole and found.left_out


def test_it_is_printed_for_people() -> None:
    body = render("terminal", ROWS, View(width=80), "cis_aws_3_0").body
    assert "2.1.1     Buckets refuse plain HTTP\n            aws/x/a\n            aws/x/b\n" in body
    assert "Not covered: no rule speaks to it yet" in body
    assert "2 of 62 clauses are named by rules" in body


def test_it_is_written_as_data() -> None:
    told = json.loads(render("json", ROWS, View(), "cis_aws_3_0").body)
    assert [rule["id"] for rule in told["rules"]] == ["aws/x/a", "aws/x/b"]
    clauses = {one["id"]: one for one in told["standard"]["clauses"]}
    assert clauses["1.8"] == {
        "id": "1.8", "title": "Passwords have 14 characters or more", "rules": ["aws/x/a"], "why": None
    }  # fmt: skip
    assert clauses["1.1"]["rules"] == [] and clauses["1.1"]["why"]
    assert "standard" not in json.loads(render("json", ROWS, View()).body)
