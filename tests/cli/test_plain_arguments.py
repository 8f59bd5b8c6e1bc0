"""Arguments that are read without click mean what click says they mean."""

from __future__ import annotations

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.cli.check import command
from gatepost.cli.plain_arguments import FLAGS, MANY, ONE, read_plain

_WORDS = st.sampled_from(
    [*FLAGS, *ONE, *MANY, "--format=json=out.json", "--jobs=2", "--jobs", "3", "65", "x", "", "--color=never", "auto",
     "--", "-", "-vq", "--help", "--polic", "--allow-empty=1", "--policy=", "2027-03-31"]
)  # fmt: skip


def test_every_option_of_check_is_known() -> None:
    options = {name for one in command.params if isinstance(one, click.Option) for name in one.opts}
    assert options - {"--help", "-h"} == {*FLAGS, *ONE, *MANY}


@settings(max_examples=300, deadline=None)
@given(st.lists(_WORDS, max_size=7))
def test_what_is_read_without_click_is_what_click_reads(arguments: list[str]) -> None:
    found = read_plain(arguments)
    if found is not None:
        assert found == command.make_context("check", list(arguments)).params


@pytest.mark.parametrize("arguments", [["--help"], ["--jobs", "0"], ["--color", "red"], ["--policy"], ["-x"]])
def test_what_click_has_to_say_is_left_to_click(arguments: list[str]) -> None:
    assert read_plain(arguments) is None
