"""The terminal report: what a person sees."""

from __future__ import annotations

import re

import pytest
from verdict_builders import (
    PLAIN,
    a_bucket_finding,
    a_finding,
    a_place,
    a_verdict,
    a_vulnerability,
    a_waiver,
    an_undecided,
    decided,
    in_environment,
    one_of_everything,
    sources,
    ssh_finding,
)

from gatepost.model.decisions import Verdict
from gatepost.model.places import Location, Region
from gatepost.reports import render
from gatepost.reports.excerpts import columns, excerpt
from gatepost.reports.view import NextStep, View, progress


def shown(verdict: Verdict, view: View = PLAIN) -> str:
    return render("terminal", verdict, view).body


def test_nothing_to_say_is_one_line() -> None:
    assert shown(a_verdict(), View(seconds=0.194)) == "PASSED  48 files, 7 roots, 212 resources, 3 reports, 0.19 s\n"


def test_the_shipped_policy_says_that_it_decided() -> None:
    assert "recommended (shipped)" in shown(a_verdict(policy="recommended (shipped)"))


@pytest.mark.parametrize("width", [40, 60, 80, 132])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    for line in shown(one_of_everything(), View(width=width, verbose=True)).splitlines():
        longest = max(columns(word) for word in line.split() or [""])
        # only a path, an address or a command that has no place to break may stick out
        assert columns(line) <= width or longest + 20 > width or "gatepost " in line, line


def test_eighty_columns_hold_everything_usual() -> None:
    assert max(map(columns, shown(one_of_everything()).splitlines())) <= 80


def test_without_unicode_only_ascii_is_written() -> None:
    verdict = a_verdict(decided(a_finding(title="Größe · 大")))
    assert shown(verdict, View(unicode=False)).isascii()


def test_colour_changes_nothing_but_colour() -> None:
    verdict = one_of_everything()
    coloured = shown(verdict, View(colour=True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(verdict)


def test_the_caret_stands_below_what_is_meant() -> None:
    lines = shown(a_verdict(decided(ssh_finding()))).splitlines()
    at = next(number for number, line in enumerate(lines) if "^^^" in line)
    start, end = lines[at].index("^"), lines[at].rindex("^") + 1
    assert lines[at - 1][start:end] == "var.admin_networks"


def test_the_caret_is_right_after_tabs_and_wide_characters() -> None:
    line = '\tname = "大大" # x'
    found = excerpt(line, line.index("#"), line.index("#") + 1, 80)
    assert columns(found.text[: found.text.index("#")]) == found.start


@pytest.mark.parametrize("room", [30, 40, 77])
def test_a_very_long_line_is_cut_around_what_is_meant(room: int) -> None:
    line = "x" * 5_000 + "HERE" + "y" * 5_000_000
    found = excerpt(line, 5_000, 5_004, room)
    assert columns(found.text) <= room
    assert found.text[found.start : found.start + found.width] == "HERE"


@pytest.mark.parametrize(
    "region", [Region(1, 1, 1, 1), Region(99, 1, 99, 5), Region(2, 900, 2, 901), Region(1, 5, 9, 1)]
)
def test_odd_regions_are_shown_without_fuss(region: Region) -> None:
    assert "BLOCKED" in shown(a_verdict(decided(a_finding(location=Location("live/prod/network/main.tf", region)))))


def test_it_says_which_policy_line_blocked() -> None:
    assert '= blocked:   "nothing critical reaches production" (gatepost.yaml:14)' in shown(
        a_verdict(decided(ssh_finding()))
    )


def test_the_fix_is_shown_as_a_difference_where_the_value_is_set() -> None:
    text = shown(a_verdict(decided(ssh_finding())))
    assert '2 - admin_networks = ["0.0.0.0/0"]\n     2 + admin_networks = ["10.20.0.0/16"]' in text


def test_the_reason_for_no_fix_is_told() -> None:
    assert "= no fix:    nobody but you knows" in shown(a_verdict(decided(a_finding(no_fix="nobody but you knows"))))


def test_many_findings_of_one_cause_are_one_entry_with_the_five_worst() -> None:
    image = in_environment("unknown", None, root_cause="FROM python:3.9-slim (Dockerfile:1)")
    text = shown(a_verdict(*(decided(a_vulnerability(n), "warn", image) for n in range(137))))
    assert "137 vulnerabilities from FROM python:3.9-slim (Dockerfile:1)" in text
    assert text.count("CVE-2026-") == 5
    assert "and 132 more, listed with -v" in text


def test_verbose_lists_every_one_of_a_cause() -> None:
    verdict = a_verdict(*(decided(a_vulnerability(n), "warn") for n in range(12)))
    assert len(set(re.findall(r"CVE-2026-\d+", shown(verdict, View(verbose=True))))) == 12


def test_what_one_rule_finds_several_times_for_one_cause_says_where_else() -> None:
    places = [a_place(line=line) for line in (8, 9, 10)]
    text = shown(a_verdict(*(decided(a_finding(cause="one", location=place)) for place in places)))
    assert "(3 times, one cause)" in text
    assert "= also at:   live/prod/network/main.tf:9:19, live/prod/network/main.tf:10:19" in text


def test_weaknesses_are_not_said_again_among_the_standards() -> None:
    finding = a_finding(cwe=(284,), standards={"cwe": ("284",), "cis_aws_3_0": ("5.2",)})
    text = shown(a_verdict(decided(finding)), View(verbose=True))
    assert "= weakness:  CWE-284" in text and "= standards: cis_aws_3_0 5.2" in text


def test_what_is_allowed_is_counted_and_listed_when_asked() -> None:
    verdict = a_verdict(
        decided(a_bucket_finding(), "allow", waiver=a_waiver(), because=None),
        decided(a_finding(), "allow", in_environment(is_new=False), because=None),
    )
    assert "2 allowed (1 not new, 1 waived)" in shown(verdict)
    assert "= waived:    until 2027-03-31 by security@example.com" in shown(verdict, View(verbose=True))


def test_undecided_says_what_is_missing_and_what_to_type() -> None:
    text = shown(a_verdict(undecided=(an_undecided(),)))
    assert "= unknown:   var.encrypted has no default and no var file gives it" in text
    assert "= decide it: gatepost check --var-file envs/prod.tfvars" in text


def test_quiet_is_a_line_per_entry_and_the_summary() -> None:
    text = shown(one_of_everything(), View(quiet=True))
    assert len(text.splitlines()) <= 10
    assert "BLOCKED" in text


def test_observing_says_that_nothing_fails() -> None:
    assert "the exit code is 0" in shown(a_verdict(decided(ssh_finding()), mode="observe"))


def test_the_next_commands_can_be_given() -> None:
    assert "gatepost dance   helps" in shown(
        a_verdict(decided(ssh_finding())), View(next_steps=(NextStep("gatepost dance", "helps"),))
    )


def test_a_secret_is_starred_in_the_source_and_everywhere_else() -> None:
    text = 'password = "hunter2-and-more"\n'
    secret = a_finding(
        subject="secret", location=a_place("s.tf", 1, 13, 29), message="hunter2-and-more is a password", fixes=()
    )
    body = shown(a_verdict(decided(secret), sources=sources(**{"s.tf": text})))
    assert "hunter2" not in body
    assert 'password = "****************"' in body


def test_a_secret_that_is_a_word_of_ours_changes_no_other_text() -> None:
    secret = a_finding(
        subject="secret", location=a_place("s.tf", 1, 13, 21), message="password, written in a.b", fixes=()
    )
    body = shown(a_verdict(decided(secret), sources=sources(**{"s.tf": 'password = "password"\n'})))
    assert "password, written in a.b" in body
    assert 'password = "********"' in body


def test_of_other_tools_secrets_the_whole_line_is_hidden() -> None:
    secret = a_finding(rule="gitleaks/x", subject="secret", detectors=(), location=Location("s.tf", Region(1, 3, 1, 4)))
    body = shown(a_verdict(decided(secret), sources=sources(**{"s.tf": "key = AKIAABCDEFGHIJKLMNOP\n"})))
    assert "AKIA" not in body


def test_progress_is_for_people_who_watch() -> None:
    assert progress(View(), 1, 2, "a.tf") == ""
    line = progress(View(watch=True, width=40), 1, 2, "a\x1b.tf" * 40)
    assert len(line) == 40 and "\x1b" not in line
