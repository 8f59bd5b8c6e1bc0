"""Dockerfile text becomes instructions where BuildKit sees them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.dockerfile_text import fuzz

from gatepost.languages.dockerfile.document import read_dockerfile
from gatepost.languages.dockerfile.syntax import Parsed, parse
from gatepost.model.places import Source
from languages.dockerfile.samples import SAMPLES

Seen = list[tuple[str, int, int, tuple[str, ...], tuple[str, ...], tuple[str, ...] | None]]


def source(text: str) -> Source:
    return Source("Dockerfile", text, "dockerfile")


def seen(text: str) -> tuple[Seen, Parsed]:
    where = source(text)
    parsed = parse(where)
    found: Seen = []
    for i in parsed.instructions:
        lines = where.position(i.start)[0], where.position(i.end)[0]
        inner = i.trigger or i
        words = tuple(w.text for w in inner.words) if inner.words is not None and i.keyword != "HEALTHCHECK" else None
        bodies = tuple(where.text[h.start : h.end] for h in i.heredocs) if i.trigger is None else ()
        names = tuple(h.name for h in i.heredocs) if i.trigger is None else ()
        found.append((i.keyword, *lines, names, bodies, words))
    return found, parsed


def of_buildkit(text: str) -> Seen | None:
    buildkit = pytest.importorskip("dockerfile")
    try:
        commands = buildkit.parse_string(text)
    except buildkit.GoParseError:
        return None
    found: Seen = []
    if any(c.cmd is None for c in commands):
        return None
    for c in commands:
        plain = c.cmd.lower() not in ("onbuild", "healthcheck")
        words = tuple(c.value) if c.json and c.cmd.lower() != "healthcheck" else None
        names = tuple(h.name for h in c.heredocs) if plain else ()
        bodies = tuple(h.content for h in c.heredocs) if plain else ()
        found.append((c.cmd.upper(), c.start_line, c.end_line, names, bodies, words))
    return found


def real_files() -> Iterator[str]:
    folder = os.environ.get("GATEPOST_CORPORA", "")
    if folder:
        for path in sorted(Path(folder).rglob("*ockerfile*")):
            if path.is_file() and path.suffix not in (".json", ".md", ".py"):
                yield path.read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("text", SAMPLES.values(), ids=list(SAMPLES))
def test_instructions_stand_where_buildkit_sees_them(text: str) -> None:
    assert seen(text)[0] == of_buildkit(text)


def test_an_instruction_begins_at_its_keyword_though_a_continuation_stands_above() -> None:
    assert [c[:3] for c in seen("\\\nFROM a\n")[0]] == [("FROM", 2, 2)]


def test_real_files_are_read_as_buildkit_reads_them() -> None:
    for text in real_files():
        expected = of_buildkit(text)
        if expected is not None and not seen(text)[1].faults:
            assert seen(text)[0] == expected


@settings(max_examples=250, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "FROM a",
                "RUN b",
                "\n",
                "\n",
                " \\\n",
                "\\\\\n",
                "# c\n",
                "  ",
                "<<E",
                "E\n",
                "\nE\n",
                '["x"]',
                "USER d",
                "\\",
                "'",
                '"',
            ]
        ),
        max_size=14,
    )
)
def test_what_both_accept_is_the_same(parts: list[str]) -> None:
    text = "FROM a\n" + "".join(parts)
    expected = of_buildkit(text)
    found, parsed = seen(text)
    # Where we report a fault there is nothing to compare, but what BuildKit refuses for its syntax we may read on.
    if expected is not None and not parsed.faults:
        # BuildKit counts a continuation above an instruction as its first line.
        assert [(c[0], *c[2:]) for c in found] == [(c[0], *c[2:]) for c in expected]


def test_every_heredoc_body_hides_its_instructions_which_another_parser_shows() -> None:
    pytest.importorskip("dockerfile_parse")
    keywords = [c[0] for c in seen(SAMPLES["heredocs"])[0]]
    assert keywords == ["FROM", "RUN", "USER"]


@pytest.mark.parametrize("name", ["flags", "blanks behind the escape", "non-ASCII"])
def test_instructions_agree_with_dockerfile_parse_where_that_is_right(name: str, tmp_path: Path) -> None:
    other = pytest.importorskip("dockerfile_parse").DockerfileParser(path=str(tmp_path), cache_content=False)
    other.content = SAMPLES[name]
    expected = [(c["instruction"], c["startline"] + 1) for c in other.structure if c["instruction"] != "COMMENT"]
    assert [c[:2] for c in seen(SAMPLES[name])[0]] == expected


def test_words_of_a_continued_instruction_know_their_places() -> None:
    text = "FROM a\nCOPY --chown=x \\\n  # c\n  one \\\n\n  two /three/\n"
    body = read_dockerfile(source(text)).resources("COPY")[0].body.literal
    assert [w.span.text for w in body["words"].literal] == ["one", "two", "/three/"]
    assert body["flags"].literal["chown"].span.text == "x"
    assert body["keyword"].span.text == "COPY"


def test_a_word_broken_over_two_lines_reaches_over_both() -> None:
    body = read_dockerfile(source("FROM a\nENV x=ab\\\ncd\n")).resources("ENV")[0].body.literal
    value = body["entries"].literal[0].literal["value"]
    assert (value.literal, value.span.text) == ("abcd", "ab\\\ncd")


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("", "no instructions", "FROM"),
        ("# only\n", "no instructions", "FROM"),
        ("RUN a\n", "no FROM", "FROM"),
        ("FROM a\nRUNN b\nUSER c\n", "RUNN is no instruction", "RUN"),
        ("FROM a\nRUN <<E\nx\n", "here-document E is not closed", "line of its own"),
        ("FROM a\nRUN\n", "RUN has no arguments", "RUN"),
        ('FROM a\nCMD ["a", 1]\n', "something else than text", "quote"),
        ("# escape=x\nFROM a\n", "escape character", "escape"),
        ("USER x\nFROM a\n", "before the first FROM", "ARG"),
    ],
)
def test_what_is_wrong_is_a_problem_with_a_hint(text: str, what: str, hint: str) -> None:
    (problem, *_) = read_dockerfile(source(text)).problems
    assert what in problem.what
    assert hint in problem.hint


def test_an_unknown_instruction_costs_only_itself() -> None:
    document = read_dockerfile(source("FROM a\nRUNN b\nUSER c\n"))
    assert document.types() == ("stage", "FROM", "USER", "document")
    assert document.problems[0].location.region.start_line == 2


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\n" * 3000,
        "FROM a AS x\n" + "FROM x AS x\n" * 2000,
        "FROM a\nRUN " + "\\\n" * 20000,
        "FROM a\nRUN " + "<<a " * 5000,
        "FROM a\nRUN " + '"' * 20001,
        "FROM a\nENV " + "${a:-" * 5000,
        "FROM a\nENV A=xx\n" + "".join(f"ENV V{i + 1}=$V{i}$V{i}\n" for i in range(200)),
        "FROM a\n" + "".join(f"ARG V{i + 1}=x$V{i}\n" for i in range(3000)) + "RUN a $V2999\n",
        "FROM a\nRUN [" + '"a",' * 20000,
        "FROM a\nRUN " + "a | " * 3000,
        "FROM a\nEXPOSE 1-65535 1-65535\n",
        "FROM a\nCOPY " + "\\" * 20000 + " x\n",
        "FROM a\nRUN " + "--x=" * 10000,
    ],
    ids=lambda text: text[6:30],
)
def test_hostile_files_end_soon_and_without_a_traceback(text: str) -> None:
    fuzz(text.encode())


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="FROMUSERNVAGCPYa b=$(){}`'\"\\\n\r\t#-<[],:/@1", max_size=80))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    fuzz(text.encode())
    fuzz(b"FROM a\nRUN " + text.encode())
    fuzz(b"FROM a\nENV " + text.encode())
