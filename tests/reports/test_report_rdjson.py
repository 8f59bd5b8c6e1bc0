"""reviewdog's format: columns in bytes, what blocks first, suggestions that come to what was proved."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
from host_demands import RDJSON
from hypothesis import given, settings
from hypothesis import strategies as st
from verdict_builders import (
    PLAIN,
    a_bucket_finding,
    a_finding,
    a_fix,
    a_verdict,
    a_waiver,
    an_edit,
    decided,
    one_of_everything,
    sources,
    ssh_finding,
)

from gatepost.model.decisions import Verdict
from gatepost.model.places import Location, Region, Source
from gatepost.reports import render
from gatepost.reports.suggestions import Suggestion, applied


def diagnostics(verdict: Verdict) -> list[dict[str, Any]]:
    data = json.loads(render("rdjson", verdict, PLAIN).body)
    jsonschema.validate(data, RDJSON)
    return data["diagnostics"]


def of(finding: Any, text: str, path: str = "a.tf") -> dict[str, Any]:
    (one,) = diagnostics(a_verdict(decided(finding), sources={path: Source(path, text, "terraform")}))
    return one


def test_what_blocks_is_an_error_and_comes_first() -> None:
    assert [one["severity"] for one in diagnostics(one_of_everything())] == ["ERROR"] + ["WARNING"] * 10


def test_what_is_allowed_is_not_reported_as_wrong() -> None:
    assert diagnostics(a_verdict(decided(a_finding(), "allow", waiver=a_waiver(), because=None))) == []


def test_columns_count_bytes() -> None:
    finding = a_finding(location=Location("a.tf", Region(1, 3, 1, 4)))
    shown = of(finding, "a\U00010400b\n")["location"]["range"]
    assert shown == {"start": {"line": 1, "column": 6}, "end": {"line": 1, "column": 7}}


def test_without_the_text_of_a_file_whole_lines_are_meant() -> None:
    (one,) = diagnostics(a_verdict(decided(a_finding()), sources={}))
    assert one["location"]["range"] == {"start": {"line": 8}, "end": {"line": 8}}


def test_a_proved_fix_is_a_suggestion() -> None:
    (one,) = diagnostics(a_verdict(decided(a_bucket_finding())))
    (made,) = one["suggestions"]
    assert made["range"] == {"start": {"line": 3}, "end": {"line": 3}}
    assert made["text"].startswith('}\n\nresource "aws_s3_bucket_versioning"')


def test_a_fix_in_another_file_is_told_and_not_suggested() -> None:
    (one,) = diagnostics(a_verdict(decided(ssh_finding()), sources=sources()))
    assert "suggestions" not in one
    assert "Proved fix" in one["message"]


def test_a_fix_that_is_not_proved_is_no_suggestion() -> None:
    finding = a_bucket_finding()
    (one,) = diagnostics(a_verdict(decided(finding._replace(fixes=(finding.fixes[0]._replace(proof="needs_rescan"),)))))
    assert "suggestions" not in one


def test_observing_raises_no_error() -> None:
    assert diagnostics(a_verdict(decided(ssh_finding()), mode="observe"))[0]["severity"] == "WARNING"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text("ab #", max_size=4), min_size=1, max_size=6), st.data())
def test_an_accepted_suggestion_gives_the_file_that_was_proved(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines) + "\n"
    first = data.draw(st.integers(1, len(lines)))
    last = data.draw(st.integers(first, len(lines)))
    new = data.draw(st.text("xy\n", max_size=6))
    region = (first, 1, last, len(lines[last - 1]) + 1)
    fix = a_fix(edits=(an_edit("a.tf", region, new),))
    finding = a_finding(location=Location("a.tf", Region(*region)), fixes=(fix,))
    source = Source("a.tf", text, "terraform")
    proved = text[: source.offset(first, 1)] + new + text[source.offset(last, region[3]) :]
    for made in of(finding, text).get("suggestions", []):
        start, end, given_text = made["range"]["start"]["line"], made["range"]["end"]["line"], made["text"]
        stand_in = Suggestion("a.tf", start, end, tuple(given_text.split("\n")) if given_text else ())
        assert applied(text, stand_in) == proved
