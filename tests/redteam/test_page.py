"""The page says what the tests show: all of it, and nothing else."""

from __future__ import annotations

from tests.redteam.page import PAGE, load, text


def test_the_page_is_made_of_the_tests() -> None:
    assert PAGE.read_text(encoding="utf-8") == text(), "run: python -m tests.redteam.page --write"


def test_there_are_at_least_forty_attempts_and_each_says_what_happens() -> None:
    attempts = load()
    assert len(attempts) >= 40
    assert all(one.tries and one.happens for one in attempts.values())
    assert len({one.tries for one in attempts.values()}) == len(attempts)
