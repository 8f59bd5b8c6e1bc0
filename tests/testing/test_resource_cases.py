from __future__ import annotations

from gatepost.model.places import Source
from gatepost.rules.catalogue import load
from gatepost.testing.resource_cases import run_resource_case

FILE = Source(
    "r.yaml", "name: a.b\nfound_in: [{terraform: t, attributes: {all: 'all[]', flag: {path: f, default: false}}}]\n", ""
)
TEXT = 'resource "t" "it" {\n  all = ["x"]\n}\n'


def run(**case):
    return run_resource_case("r.yaml", "a.b", {"name": "a case", "terraform": TEXT, **case}, load([], [FILE]))


def test_what_is_read_has_to_be_what_the_case_says() -> None:
    assert run(reads={"all": {"includes": "x"}, "flag": False}).passed
    assert "it reads" in run(reads={"flag": True}).difference


def test_a_test_that_does_not_fit_is_told_and_is_no_crash() -> None:
    assert "sort list" in run(reads={"all": "x"}).difference
    assert "no attribute" in run(reads={"al": "x"}).difference


def test_what_is_written_has_to_be_the_text_that_the_case_says() -> None:
    fixed = TEXT.replace("]\n", "]\n  f   = true\n")
    assert run(write={"flag": True}, fixed=fixed).passed
    assert "+  f   = true" in run(write={"flag": True}, fixed=TEXT).difference
