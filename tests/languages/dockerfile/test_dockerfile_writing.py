"""Changes become edits in the file's own style."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gatepost.languages.dockerfile.document import Dockerfile, read_dockerfile
from gatepost.model.changes import Append, Change, Create, Remove, RemoveResource, Set
from gatepost.model.places import Source
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Value

FILE = """\
FROM python:3.9 AS x
RUN apt-get update && \\
    apt-get install -y curl=1 \\
      git && \\
    ls
COPY . /app

# start
CMD ["sh", "-c", "apt-get install foo"]
"""


def read(text: str) -> Dockerfile:
    return read_dockerfile(Source("Dockerfile", text, "dockerfile"))


def written(text: str, kind: str, change: Callable[[Value], Change], number: int = 0) -> str:
    document = read(text)
    edits = document.write(change(document.resources(kind)[number].body)).edits
    after = document.edited(edits).document
    assert len(after.problems) <= len(document.problems)
    return after.sources[0].text


def refused(text: str, kind: str, change: Callable[[Value], Change]) -> str:
    with pytest.raises(CannotWrite) as caught:
        written(text, kind, change)
    return str(caught.value)


@pytest.mark.parametrize(
    ("steps", "new", "old", "expected"),
    [
        (("image", "tag"), "3.12", "python:3.9", "python:3.12"),
        (("image", "digest"), "sha256:0", "python:3.9", "python:3.9@sha256:0"),
        (("image", "registry"), "r.io", "python:3.9", "r.io/python:3.9"),
        (("image", "text"), "a:1", "python:3.9", "a:1"),
        (("commands", 1, "flags", "no-install-recommends"), True, "install -y", "install --no-install-recommends -y"),
        (("commands", 1, "flags", "t"), "sid", "install -y", "install -t sid -y"),
        (("commands", 1, "packages", 1, "version"), "2.0", "git &&", "git=2.0 &&"),
        (("commands", 1, "packages", 0, "version"), "2.0", "curl=1", "curl=2.0"),
        (("commands", 1, "program"), "apt", "apt-get install -y", "apt install -y"),
        (("commands", 4, "flags", "no-install-recommends"), True, "install foo", "install --no-install-recommends foo"),
        (("environment", "A"), "x y", "AS x\n", 'AS x\nENV A="x y"\n'),
        (("user",), "app", "/app\n\n", "/app\n\nUSER app\n\n"),
        (("healthcheck",), "curl x", "/app\n\n", "/app\n\nHEALTHCHECK CMD curl x\n\n"),
    ],
)
def test_setting_something_of_a_stage_changes_only_that(
    steps: tuple[str | int, ...], new: str | bool, old: str, expected: str
) -> None:
    assert written(FILE, "stage", lambda body: Set(body, steps, new)) == FILE.replace(old, expected, 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FROM a\nCMD x\n", "FROM a\nUSER app\nCMD x\n"),
        ("FROM a\nRUN x", "FROM a\nRUN x\nUSER app"),
        ("from a\r\ncmd x\r\n", "from a\r\nuser app\r\ncmd x\r\n"),
        ("FROM a\nUSER root\nENTRYPOINT x\nCMD y\n", "FROM a\nUSER app\nENTRYPOINT x\nCMD y\n"),
        ("FROM a\nUSER 0:0\n", "FROM a\nUSER app:0\n"),
        ("FROM a\nRUN b\nENTRYPOINT x\nCMD y\n", "FROM a\nRUN b\nUSER app\nENTRYPOINT x\nCMD y\n"),
    ],
)
def test_a_user_goes_where_people_write_it(before: str, after: str) -> None:
    assert written(before, "stage", lambda body: Set(body, ("user",), "app")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FROM a\nRUN b\n", "FROM a\nRUN b && c\n"),
        ("FROM a\nRUN b && \\\n    d\n", "FROM a\nRUN b && \\\n    d && \\\n    c\n"),
        ("FROM a\nRUN b \\\n && d \\\n      e", "FROM a\nRUN b \\\n && d \\\n      e \\\n && c"),
        (
            "FROM a\nRUN set -e; \\\n\tb; \\\n\td x \\\n\t\ty\n",
            "FROM a\nRUN set -e; \\\n\tb; \\\n\td x \\\n\t\ty; \\\n\tc\n",
        ),
        ("FROM a\nRUN b \\\n  -x\n", "FROM a\nRUN b \\\n  -x \\\n  && c\n"),
        ("FROM a\nRUN <<E\n  b\nE\n", "FROM a\nRUN <<E\n  b\n  c\nE\n"),
    ],
)
def test_a_command_is_added_in_the_style_of_the_chain(before: str, after: str) -> None:
    assert written(before, "RUN", lambda body: Append(body, ("commands",), "c")) == after


def test_keywords_flags_and_entries_are_written() -> None:
    assert written("from a\nadd b c\n", "ADD", lambda body: Set(body, ("keyword",), "COPY")) == "from a\ncopy b c\n"
    assert (
        written("FROM a\nCOPY b c", "COPY", lambda b: Set(b, ("flags", "chown"), "x:y"))
        == "FROM a\nCOPY --chown=x:y b c"
    )
    assert written("FROM a\nENV A=1", "ENV", lambda b: Append(b, ("entries",), {"key": "B", "value": "x y"})) == (
        'FROM a\nENV A=1 B="x y"'
    )
    assert (
        written('FROM a\nENV A="1"', "ENV", lambda b: Set(b, ("entries", 0, "value"), "$x")) == 'FROM a\nENV A="\\$x"'
    )


def test_words_flags_and_instructions_are_removed() -> None:
    assert written(FILE, "RUN", lambda b: Remove(b, ("commands", 1, "packages", 1))) == FILE.replace(
        " \\\n      git", ""
    )
    assert written(FILE, "RUN", lambda b: Remove(b, ("commands", 1, "flags", "y"))) == FILE.replace(" -y", "")
    assert (
        written("FROM a\nRUN curl -ksS x", "RUN", lambda b: Remove(b, ("commands", 0, "flags", "k")))
        == "FROM a\nRUN curl -sS x"
    )
    assert written("FROM a\nRUN sudo -E b", "RUN", lambda b: Set(b, ("commands", 0, "sudo"), False)) == "FROM a\nRUN b"
    assert written("FROM a\nEXPOSE 22 80", "EXPOSE", lambda b: Remove(b, ("ports", 0))) == "FROM a\nEXPOSE 80"
    assert written("FROM a\nEXPOSE 22\nUSER b\n", "EXPOSE", lambda b: Remove(b, ("ports", 0))) == "FROM a\nUSER b\n"
    document = read("FROM a\nRUN b \\\n  c\nUSER d\n")
    edits = document.write(RemoveResource(document.resources("RUN")[0])).edits
    assert document.edited(edits).document.sources[0].text == "FROM a\nUSER d\n"


def test_a_flag_that_is_to_go_and_is_not_there_is_no_edit() -> None:
    text = "FROM a\nRUN curl --insecure b\n"
    assert written(text, "RUN", lambda b: Set(b, ("commands", 0, "flags", "k"), False)) == text
    assert written(text, "RUN", lambda b: Set(b, ("flags", "network"), False)) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("MAINTAINER A B <a@b.c>", 'LABEL maintainer="A B <a@b.c>"'),
        ('MAINTAINER "A B"', 'LABEL maintainer="A B"'),
        ("maintainer a@b.c", "label maintainer=a@b.c"),
    ],
)
def test_a_maintainer_becomes_a_label(before: str, after: str) -> None:
    made = written(f"FROM a\n{before}\n", "MAINTAINER", lambda b: Set(b, ("keyword",), "LABEL"))
    assert made == f"FROM a\n{after}\n"


def test_an_instruction_is_created_in_its_stage() -> None:
    document = read("from a\nrun b\ncmd c\n")
    edits = document.write(Create("USER", "", {"name": "x"}, document.resources("stage")[0])).edits
    assert document.edited(edits).document.sources[0].text == "from a\nrun b\nuser x\ncmd c\n"


def test_what_an_argument_gives_is_written_there_and_shared_when_used_twice() -> None:
    document = read("ARG V=1\nFROM a:$V\nFROM b:${V}\n")
    made = document.write(Set(document.resources("stage")[0].body, ("image", "tag"), "2"))
    assert document.edited(made.edits).document.sources[0].text == "ARG V=2\nFROM a:$V\nFROM b:${V}\n"
    assert made.shared
    assert (
        written("ARG B=r.io/a\nFROM $B\n", "stage", lambda b: Set(b, ("image", "tag"), "2"))
        == "ARG B=r.io/a:2\nFROM $B\n"
    )


def test_what_cannot_be_written_says_why() -> None:
    assert "several places" in refused("ARG V=1\nFROM a:$V-x\n", "stage", lambda b: Set(b, ("image", "tag"), "2"))
    assert "no default" in refused("ARG V\nFROM a:$V\n", "stage", lambda b: Set(b, ("image", "tag"), "2"))
    assert "would not run" in refused("FROM a\nRUN b # c", "RUN", lambda b: Append(b, ("commands",), "d"))
    assert "exec form" in refused('FROM a\nRUN ["b"]', "RUN", lambda b: Append(b, ("commands",), "d"))
    assert "line break" in refused(FILE, "stage", lambda b: Set(b, ("image", "tag"), "a\nUSER root"))
    assert "FROM" in refused("FROM a\n", "stage", lambda b: Remove(b, ("instructions", 0)))


def test_writing_twice_changes_nothing_more() -> None:
    once = written(FILE, "RUN", lambda b: Set(b, ("commands", 1, "flags", "no-install-recommends"), True))
    assert "already" in refused(once, "RUN", lambda b: Set(b, ("commands", 1, "flags", "no-install-recommends"), True))


def test_after_an_edit_all_other_commands_are_the_same() -> None:
    def texts(text: str) -> list[object]:
        return [c.literal["text"].literal for c in read(text).resources("stage")[0].body.literal["commands"].literal]

    after = written(FILE, "RUN", lambda b: Set(b, ("commands", 1, "flags", "q"), True))
    different = [(a, b) for a, b in zip(texts(FILE), texts(after), strict=True) if a != b]
    assert len(different) == 1
