from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.gate.history import BadHistory, kept, merged, read_history, written

DAYS = ["2026-01-01", "2026-02-03", "2026-11-22"]
names = st.text("0123456789abcdef", min_size=4, max_size=6)
spans = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(lambda pair: (min(pair), max(pair)))
histories = st.dictionaries(names, spans, max_size=5)


def sarif(result: dict[str, Any], **run: Any) -> dict[str, Any]:
    return {"version": "2.1.0", "runs": [{"results": [{"fingerprints": {"gatepost/v1": "00ff"}, **result}], **run}]}


def test_a_history_is_written_an_entry_a_line_and_read_again() -> None:
    history = {"00ff": ("2026-01-01", "2026-02-03"), "00aa": ("2026-02-03", "2026-02-03")}
    text = written(history)
    assert text.splitlines()[3] == '    "00aa": ["2026-02-03", "2026-02-03"],'
    assert read_history(json.loads(text)) == history
    assert read_history(json.loads(written({}))) == {}


@given(histories, histories, histories)
@settings(max_examples=60, deadline=None)
def test_merging_knows_no_order_and_no_number_of_times(one: Any, two: Any, three: Any) -> None:
    both = merged([one, two])
    assert both == merged([two, one]) == merged([both, one]) == merged([both, both])
    assert merged([both, three]) == merged([one, merged([two, three])])
    assert all(both[name][0] <= seen[0] and both[name][1] >= seen[1] for name, seen in one.items())
    assert read_history(json.loads(written(both))) == both


def test_a_report_tells_its_day_and_the_earlier_one_that_it_knows() -> None:
    age = {"days": 3, "since": "2026-11-19", "counted_from": "first_seen", "how": "h"}
    published = {**age, "counted_from": "published"}
    report = {
        "verdict": {"today": "2026-11-22"},
        "findings": [
            {"fingerprint": "aaaa", "context": {"age": age}},
            {"fingerprint": "bbbb", "context": {"age": published}},
        ],
        "undecided": [{"fingerprint": "cccc"}],
    }
    now = "2026-11-22"
    assert read_history(report) == {"aaaa": ("2026-11-19", now), "bbbb": (now, now), "cccc": (now, now)}


@pytest.mark.parametrize(
    ("log", "day"),
    [
        (sarif({"provenance": {"firstDetectionTimeUtc": "2026-02-03T10:00:00Z"}}), "2026-02-03"),
        (sarif({}, invocations=[{"endTimeUtc": "2026-02-03T10:00:00.000Z"}]), "2026-02-03"),
        (sarif({}, invocations=[{"startTimeUtc": "2026-02-03"}]), "2026-02-03"),
        (sarif({}, properties={"today": "2026-02-03"}), "2026-02-03"),
    ],
)
def test_sarif_of_an_earlier_run_tells_when_it_saw_its_results(log: dict[str, Any], day: str) -> None:
    assert read_history(log) == {"00ff": (day, day)}


@pytest.mark.parametrize(
    "data",
    [
        None, [], {}, {"version": 2, "first_seen": {}}, {"version": 1, "first_seen": {"00ff": "2026-01-01"}},
        {"version": 1, "first_seen": {"00ff": ["2026-02-30", "2026-03-01"]}}, {"runs": [], "first_seen": {"x": 1}},
        {"version": 1, "first_seen": {"00ff": ["2026-03-02", "2026-03-01"]}}, sarif({}), {"verdict": {"today": "now"}},
        {"version": 1, "first_seen": {"no such": ["2026-01-01", "2026-01-01"]}}, {"verdict": {}},
    ],
)  # fmt: skip
def test_what_is_no_history_is_told(data: object) -> None:
    with pytest.raises(BadHistory):
        read_history(data)


def test_what_was_not_seen_for_long_is_forgotten_by_the_newest_entry_and_no_clock() -> None:
    history = {"aaaa": ("2020-01-01", "2026-11-22"), "bbbb": ("2020-01-01", "2026-01-01")}
    assert set(kept(history, 30)) == {"aaaa"}
    assert kept(history, 400) == history and kept({}) == {}
