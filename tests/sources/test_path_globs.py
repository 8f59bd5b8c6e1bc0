"""How globs over paths read."""

from __future__ import annotations

import time

import pytest

from gatepost.sources.path_globs import compile_glob


@pytest.mark.parametrize(
    ("pattern", "path", "covers"),
    [
        ("live/prod/**", "live/prod/main.tf", True),
        ("live/prod/**", "live/prod/a/b.tf", True),
        ("live/prod/**", "live/production/a.tf", False),
        ("**/prod/*.tf", "prod/a.tf", True),
        ("**/prod/*.tf", "a/b/prod/a.tf", True),
        ("**/prod/*.tf", "prod/a/b.tf", False),
        ("*.tf", "deep/down/a.tf", True),
        ("vendor", "vendor/a/b.tf", True),
        ("vendor/", "vendor/a.tf", True),
        ("a?c/[xy].tf", "abc/x.tf", True),
        ("a?c/[!xy].tf", "abc/x.tf", False),
        ("a/*", "a/.hidden", True),
        ("**", "anything/at/all", True),
        ("./a/b.tf", "a/b.tf", True),
        ("a[", "a[", True),
        ("a(b)+", "a(b)+", True),
    ],
)
def test_a_pattern_covers_a_path(pattern: str, path: str, covers: bool) -> None:
    assert compile_glob(pattern)(path) is covers


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    assert not compile_glob("*" * 500 + "b")("a" * 5000)
    assert not compile_glob("**/" * 30 + "b")("a/" * 200)


@pytest.mark.parametrize("pattern", ["[" * 300_000, "]" + "[" * 300_000, "[a" * 150_000 + "]", "[]" * 150_000])
def test_brackets_that_never_close_take_no_time(pattern: str) -> None:
    began = time.perf_counter()
    compile_glob(pattern)("a/b")
    assert time.perf_counter() - began < 5
