"""Hostile files of dependencies are bounded: no traceback, no place outside the text, no long wait."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.manifest_file import NAMES, fuzz

_PIECES = st.sampled_from(
    [
        *"{}[]()<>\"'=:,.-_/@~^*#\\\n \t$&;|!%0129abv",
        *('"dependencies"', '"packages"', '"": ', '"node_modules/a"', '"version"', '"1.0.0"', '"needs"', '"require"'),
        *("[[package]]\n", 'name = "a"\n', 'version = "1"\n', "[tool.poetry.dependencies]\n", "[dependencies]\n"),
        *("<project>", "</project>", "<dependencies>", "<dependency>", "<version>", "${a}", "<!DOCTYPE a>", "&a;"),
        *("require (", "replace a => b v1", "gem 'a', '1'", "implementation 'a:b:1'", "==1", "--hash=sha256:0", "é"),
        *(
            "packages:\n",
            "  /a@1.0.0:\n",
            "importers:\n  .:\n",
            "__metadata:\n",
            "a@^1:\n  version 1\n",
            "GEM\n    a (1)\n",
        ),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(NAMES) - 1), st.lists(_PIECES, max_size=25).map("".join))
def test_any_text_is_read_or_refused(name: int, text: str):
    fuzz(bytes([name]) + text.encode())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "{" * 20_000,
        '{"a":' * 5_000,
        "<a>" * 20_000,
        "a = " + "{b = " * 5_000,
        " " * 200_000,
        "a" * 200_000,
        '"' * 200_000,
        "\\\n" * 100_000,
        "gem 'a'" + ", 'b'" * 40_000,
        "a" + "[" * 100_000,
        "implementation " * 15_000,
        "version = " * 20_000,
        "/*" * 100_000,
        "${" * 100_000,
        "a@" * 100_000 + ":\n",
        "a-" * 100_000 + "==1",
    ],
    ids=range(17),
)
def test_large_nonsense_is_read_in_no_time(name: str, text: str):
    start = time.process_time()
    fuzz(bytes([NAMES.index(name)]) + text.encode())
    assert time.process_time() - start < 3
