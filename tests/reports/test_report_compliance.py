"""What is evidenced of each control: counted from what looked and what was found; never more than that."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from verdict_builders import PLAIN, a_finding, a_trace, a_verdict, a_vulnerability, a_waiver, an_undecided, decided

from gatepost.model.decisions import Verdict
from gatepost.model.findings import Detector
from gatepost.model.traces import Looked
from gatepost.reports import render
from gatepost.reports.evidenced import Row, sections
from gatepost.reports.standards import frameworks

VOLUME = Looked("aws/ec2/volume-unencrypted", "t", "encryption", "high", {"nist_csf_2": ("PR.DS-01",)}, 3)


def rows(*decisions: Any, looked: tuple[Looked, ...] = (), **more: Any) -> dict[str, Row]:
    verdict = a_verdict(*decisions, **more)._replace(trace=a_trace()._replace(looked=looked))
    return {f"{one.framework.key} {row.control}": row for one in sections(verdict) for row in one.rows}


def test_a_control_that_nothing_speaks_to_is_not_evidenced() -> None:
    row = rows()["nist_csf_2 RC.RP"]
    assert (row.state, row.lacking) == ("not evidenced", "no rule speaks to it, and no report names anything of it")


def test_a_rule_that_judged_something_and_found_nothing_is_evidence() -> None:
    row = rows(looked=(VOLUME,))["nist_csf_2 PR.DS-01"]
    assert (row.state, row.rules, row.open) == ("nothing found", (("aws/ec2/volume-unencrypted", 3),), 0)


def test_a_rule_that_met_nothing_is_no_evidence() -> None:
    row = rows(looked=(VOLUME._replace(resources=0),))["nist_csf_2 PR.DS-01"]
    assert (row.state, row.lacking) == ("not evidenced", "nothing of the kind that its rules are about was judged")


def test_a_rule_that_is_switched_off_is_no_evidence() -> None:
    row = rows(looked=(VOLUME._replace(enabled=False, resources=0),))["nist_csf_2 PR.DS-01"]
    lacking = "the policy switches off, or leaves out, every rule that speaks to it"
    assert (row.state, row.lacking) == ("not evidenced", lacking)


def test_open_waived_and_blocked_findings_are_counted_apart() -> None:
    finding = a_finding(rule=VOLUME.rule)
    found = rows(
        decided(finding, "block"),
        decided(finding, "warn"),
        decided(finding, "allow", waiver=a_waiver()),
        looked=(VOLUME,),
    )["nist_csf_2 PR.DS-01"]
    assert (found.state, found.open, found.blocked, found.waived) == ("findings", 2, 1, 1)


def test_what_is_waived_is_never_nothing_found() -> None:
    found = rows(decided(a_finding(rule=VOLUME.rule), "allow", waiver=a_waiver()), looked=(VOLUME,))
    assert found["nist_csf_2 PR.DS-01"].state == "waived only"


def test_what_is_undecided_is_never_nothing_found() -> None:
    item = an_undecided()
    looked = VOLUME._replace(rule=item.undecided.rule)
    assert rows(undecided=(item,), looked=(looked,))["nist_csf_2 PR.DS-01"].state == "undecided"


def test_a_rule_that_leaves_a_question_to_another_one_is_undecided_with_it() -> None:
    item = an_undecided(rule="x/owner", waiting=(VOLUME.rule,))
    owner = VOLUME._replace(rule="x/owner", standards={"cwe": ("1",)}, category="none")
    assert rows(undecided=(item,), looked=(VOLUME, owner))["nist_csf_2 PR.DS-01"].state == "undecided"


def test_what_other_tools_report_goes_by_its_category() -> None:
    found = rows(decided(a_vulnerability(1)))
    for control in ("nist_csf_2 ID.RA-01", "iso_27001_2022 A.8.8", "cis_controls_8 7"):
        assert found[control].state == "findings"
        assert found[control].tools
    assert found["nist_csf_2 PR.PS-06"].state == "not evidenced"


def test_a_weakness_leads_to_a_control_only_with_the_category_it_is_meant_for() -> None:
    other = (Detector("checkov", "CKV_1"),)
    setting = a_finding(rule="checkov/CKV_1", category="misconfiguration", cwe=(311,), detectors=other, standards={})
    package = a_vulnerability(1)._replace(cwe=(311,), standards={})
    assert rows(decided(setting))["nist_csf_2 PR.DS-01"].open == 1
    assert rows(decided(package))["nist_csf_2 PR.DS-01"].open == 0


def test_a_finding_counts_once_for_a_control() -> None:
    finding = a_finding(rule=VOLUME.rule, category="misconfiguration", standards={"nist_csf_2": ("PR.DS-01",)})
    assert rows(decided(finding), looked=(VOLUME,))["nist_csf_2 PR.DS-01"].open == 1


def test_a_benchmark_without_a_list_shows_only_what_rules_name_in_the_order_of_its_numbers() -> None:
    numbers = ("2.10", "2.2.1", "2.9")
    looked = tuple(VOLUME._replace(rule=f"r/{number}", standards={"cis_azure_2_0": (number,)}) for number in numbers)
    found = [key for key in rows(looked=looked) if key.startswith("cis_azure_2_0")]
    assert found == ["cis_azure_2_0 2.2.1", "cis_azure_2_0 2.9", "cis_azure_2_0 2.10"]
    assert not [key for key in rows() if key.startswith("cis_azure_2_0")]


def page(verdict: Verdict) -> str:
    return render("compliance", verdict, PLAIN).body


def table(verdict: Verdict) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render("compliance-csv", verdict, PLAIN).body)))


def test_the_page_never_says_compliant() -> None:
    text = page(a_verdict()._replace(trace=a_trace()._replace(looked=(VOLUME,)))).lower()
    assert "compliant" not in text
    assert "no statement of compliance" in text
    assert "passes" not in text.replace("let passes", "")


def test_without_a_trace_the_page_says_that_it_does_not_know_what_looked() -> None:
    verdict = a_verdict(decided(a_vulnerability(1)))
    assert "was not recorded" in page(verdict)
    assert not [row for row in table(verdict) if row["state"] == "nothing found"]


def test_problems_are_told_on_the_page() -> None:
    from verdict_builders import a_problem

    assert "evidenced nowhere" in page(a_verdict(problems=(a_problem(),)))


@pytest.mark.parametrize("hostile", ["=cmd|' /C calc'!A1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1"])
def test_no_cell_is_a_formula(hostile: str) -> None:
    tool = (Detector(hostile, "X"),)
    looked = VOLUME._replace(rule=hostile)
    finding = a_finding(rule=hostile, category="vulnerability", detectors=tool)
    verdict = a_verdict(decided(finding))._replace(trace=a_trace()._replace(looked=(looked,)))
    for row in table(verdict):
        for value in row.values():
            assert not re.match(r"\s*[=+\-@]", value), value


def test_no_text_of_others_leaves_its_cell_of_the_page() -> None:
    tool = (Detector("a|b\n\n# title <script>", "X"),)
    finding = a_finding(rule="x/y", category="vulnerability", detectors=tool)
    looked = VOLUME._replace(rule="own/`|`\n<b>")
    text = page(a_verdict(decided(finding))._replace(trace=a_trace()._replace(looked=(looked,))))
    assert "<script>" not in text
    assert "\n# title" not in text
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("| control"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 4, line


def test_the_files_on_standards_name_only_what_they_list() -> None:
    known = {one.key: one for one in frameworks()}
    for framework in known.values():
        assert framework.left_out
        for one in framework.derived:
            assert one.why.endswith(".")
            assert set(one.controls) <= set(framework.controls)
            assert one.categories or one.standards
            for name, ids in one.standards.items():
                assert ids <= set(known[name].controls)


def test_every_control_that_a_rule_names_has_a_title_where_the_framework_has_titles() -> None:
    from gatepost.rules.catalogue import load_shipped

    titled = [one for one in frameworks() if one.controls]
    missing = {
        (framework.key, control, rule.id)
        for rule in load_shipped().rules()
        for framework in titled
        for control in rule.standards.get(framework.key, ())
        if control not in framework.controls
    }
    assert not missing
