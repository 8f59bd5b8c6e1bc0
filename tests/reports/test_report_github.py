"""GitHub annotations: what blocks first, never more than are shown."""

from __future__ import annotations

from typing import Any

from verdict_builders import PLAIN, a_finding, a_place, a_verdict, decided, one_of_everything, ssh_finding

from gatepost.reports import render


def lines(verdict: Any) -> list[str]:
    return render("github", verdict, PLAIN).body.splitlines()


def test_what_blocks_is_an_error_and_comes_first() -> None:
    first = lines(one_of_everything())[0]
    assert first.startswith(
        "::error file=live/prod/network/main.tf,line=8,endLine=8,col=19,endColumn=37,title=critical%3A SSH"
    )


def test_at_most_ten_of_a_kind_and_the_last_counts_the_rest() -> None:
    many = [decided(a_finding(fingerprint=str(n), title=f"number {n}"), "block") for n in range(25)]
    errors = [line for line in lines(a_verdict(*many)) if line.startswith("::error")]
    assert len(errors) == 10
    assert "16 more" in errors[-1]


def test_ten_are_shown_without_a_remark() -> None:
    many = [decided(a_finding(fingerprint=str(n)), "block") for n in range(10)]
    assert not any("more are" in line for line in lines(a_verdict(*many)))


def test_the_last_line_is_the_verdict_with_all_counts() -> None:
    last = lines(one_of_everything())[-1]
    assert last.startswith("::notice title=Gatepost%3A blocked::1 block, 8 warn, 2 allowed (1 not new, 1 waived)")


def test_columns_are_left_out_across_lines() -> None:
    location = a_place()._replace(region=a_place().region._replace(end_line=9))
    assert "col=" not in lines(a_verdict(decided(ssh_finding(location=location))))[0]


def test_observing_raises_no_error() -> None:
    assert not any(line.startswith("::error") for line in lines(a_verdict(decided(ssh_finding()), mode="observe")))


def test_thirty_are_shown_in_all_and_each_kind_says_how_many_more_there_are() -> None:
    blocked = [decided(a_finding(fingerprint=f"b{n}"), "block") for n in range(30)]
    warned = [decided(a_finding(fingerprint=f"w{n}"), "warn") for n in range(12)]
    shown = lines(a_verdict(*warned, *blocked))
    kinds = [line.split(" ")[0].lstrip(":") for line in shown]
    assert kinds == ["error"] * 10 + ["warning"] * 10 + ["notice"]
    assert "Gatepost%3A 30 errors in all::21 more" in shown[9]
    assert "Gatepost%3A 12 warnings in all::3 more" in shown[19]
