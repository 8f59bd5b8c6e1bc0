"""The file of what counts as old: written so that it can be read and merged, and never believed when it is broken."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.gate.baseline import Entry, holds, read_baseline, written
from gatepost.model.problems import UsageError

A = Entry("a.tf", "aws/x", "0123456789abcdef", 2, "aws_x.a")
B = Entry("b.tf", "trivy/CVE-1", "fedcba9876543210", tools=("trivy",))
_entries = st.builds(
    Entry,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text("0123456789abcdef", min_size=16, max_size=16),
    st.integers(1, 100),
    st.sampled_from(["", "aws_x.a"]),
    st.sampled_from([(), ("trivy",)]),
)


def text_of(*entries: Entry) -> str:
    return "".join(written(entries))


def test_each_entry_has_a_line_and_the_order_is_fixed() -> None:
    assert text_of(B, A) == text_of(A, B)
    assert text_of(B, A).splitlines() == [
        "[",
        '{"path": "a.tf", "rule": "aws/x", "resource": "aws_x.a", "fingerprint": "0123456789abcdef", "count": 2},',
        '{"path": "b.tf", "rule": "trivy/CVE-1", "fingerprint": "fedcba9876543210", "tools": ["trivy"]},',
        '{"version": 1}',
        "]",
    ]


@settings(max_examples=50)
@given(st.lists(_entries, max_size=5, unique_by=lambda entry: entry.fingerprint))
def test_what_is_written_is_read(entries: list[Entry]) -> None:
    assert read_baseline(text_of(*entries), "b.json") == {entry.fingerprint: entry for entry in entries}


def test_one_more_instance_is_not_held() -> None:
    known = {A.fingerprint: A}
    assert [holds(known, A.fingerprint, count) for count in (1, 2, 3)] == [True, True, False]
    assert not holds(known, B.fingerprint, 1)


def test_lines_of_both_sides_of_a_merge_count_once() -> None:
    fewer = A._replace(instances=1)
    lines = text_of(A).splitlines()
    both = "\n".join([*lines[:2], *text_of(fewer).splitlines()[1:]])
    assert read_baseline(both, "b.json") == {A.fingerprint: A}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("{}", "has to be a list"),
        ("[]", "does not say that it is of version 1"),
        ('[{"version": 2}]', "does not say that it is of version 1"),
        ('[{"version": true}]', "does not say that it is of version 1"),
        ("[" * 100_000, "is not JSON"),
        (f'[{{"version": {"9" * 5000}}}]', "is not JSON"),
        ('[1, {"version": 1}]', "entry 1 "),
        ('[{"fingerprint": "x"}, {"version": 1}]', "entry 1 "),
        ('[{"fingerprint": "0123456789abcdef", "count": 0}, {"version": 1}]', "entry 1 "),
        ('[{"fingerprint": "0123456789abcdef", "count": 1e9}, {"version": 1}]', "entry 1 "),
        ('[{"fingerprint": "0123456789abcdef", "tools": [{}]}, {"version": 1}]', "entry 1 "),
        ('[{"fingerprint": "0123456789abcdef", "path": "\\ud800"}, {"version": 1}]', "entry 1 "),
    ],
)
def test_what_is_no_baseline_is_an_error(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_baseline(text, "b.json")


def test_the_line_of_a_broken_entry_is_told() -> None:
    lines = text_of(A, B).replace("fedcba9876543210", "short")
    with pytest.raises(UsageError) as raised:
        read_baseline(lines, "b.json")
    assert raised.value.location is not None
    assert raised.value.location.region.start_line == 3


def test_a_conflict_that_was_left_is_told() -> None:
    text = text_of(A).replace("[\n", "[\n<<<<<<< HEAD\n")
    with pytest.raises(UsageError) as raised:
        read_baseline(text, "b.json")
    assert "conflict" in raised.value.hint


_keys = st.sampled_from(["path", "rule", "fingerprint", "count", "tools", "version"])
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(_keys, inner),
)


@settings(max_examples=100)
@given(_json)
def test_any_json_is_read_or_refused(plain: object) -> None:
    with suppress(UsageError):
        read_baseline(json.dumps(plain), "b.json")
