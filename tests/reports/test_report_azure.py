"""Logging commands of Azure Pipelines: escaped, what blocks first, never more of a kind than are kept."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from verdict_builders import PLAIN, a_finding, a_place, a_verdict, decided, one_of_everything, ssh_finding

from gatepost.model.decisions import Verdict
from gatepost.reports import render
from gatepost.reports.azure import escaped
from gatepost.reports.safe_text import plain


def lines(verdict: Verdict) -> list[str]:
    return render("azure", verdict, PLAIN).body.splitlines()


def issues(verdict: Verdict, kind: str) -> list[str]:
    return [line for line in lines(verdict) if line.startswith(f"##vso[task.logissue type={kind};")]


def test_what_blocks_is_an_error_and_comes_first() -> None:
    assert lines(one_of_everything())[0].startswith(
        "##vso[task.logissue type=error;sourcepath=live/prod/network/main.tf;linenumber=8;columnnumber=19;"
        "code=aws/ec2/ssh-open-to-internet;]SSH is open to the whole internet."
    )


def test_ten_of_a_kind_are_kept_and_the_last_counts_the_rest() -> None:
    many = [decided(a_finding(fingerprint=str(n)), "block") for n in range(25)]
    errors = issues(a_verdict(*many), "error")
    assert len(errors) == 10
    assert errors[-1].endswith("25 errors in all: 16 more are in the summary and in the other reports")


def test_ten_are_shown_without_a_remark() -> None:
    many = [decided(a_finding(fingerprint=str(n)), "block") for n in range(10)]
    assert not any("in all" in line for line in issues(a_verdict(*many), "error"))


def test_text_cannot_end_a_property_or_a_line() -> None:
    finding = a_finding(title="a%b;c]d\r\ne", location=a_place("x;type=warning]\n##vso[task.complete].tf"))
    (issue,) = issues(a_verdict(decided(finding)), "error")
    assert "sourcepath=x%3Btype=warning%5D ##vso [task.complete%5D.tf;" in issue
    assert "]a%AZP25b%3Bc%5Dd  e" in issue


def test_warnings_alone_make_the_step_succeed_with_issues() -> None:
    assert lines(a_verdict(decided(ssh_finding(), "warn")))[-1] == "##vso[task.complete result=SucceededWithIssues;]"


def test_a_blocked_step_is_left_to_fail_by_its_exit_code() -> None:
    assert not any("task.complete" in line for line in lines(one_of_everything()))


def test_nothing_found_completes_nothing() -> None:
    assert lines(a_verdict()) == ["Gatepost: passed: nothing found"]


def test_observing_raises_no_error_and_succeeds_with_issues() -> None:
    verdict = a_verdict(decided(ssh_finding()), mode="observe")
    assert issues(verdict, "error") == []
    assert re.search("SucceededWithIssues", lines(verdict)[-1])


def test_findings_of_one_cause_are_one_issue() -> None:
    many = [decided(a_finding(fingerprint=str(n), cause="base"), "block") for n in range(25)]
    (issue,) = issues(a_verdict(*many), "error")
    assert "]SSH is open to the whole internet (25 times, one cause)." in issue


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from("%AZP25;]3BD0\r\n#vso[ab:\x1b\u202e"), max_size=40))
def test_the_agent_reads_back_what_was_told(text: str) -> None:
    read = escaped(text)
    assert not set("\r\n;]\x1b\u202e") & set(read)
    for sign, written in ((";", "%3B"), ("]", "%5D"), ("%", "%AZP25")):
        read = read.replace(written, sign)
    assert read == plain(text)
