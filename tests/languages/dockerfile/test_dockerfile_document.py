"""What instructions and stages come to: variables, origins, images, users, commands."""

from __future__ import annotations

import pytest

from gatepost.languages.dockerfile.asking import Attributes
from gatepost.languages.dockerfile.attributes import INSTRUCTIONS, SHAPES, Shape, attributes, shape
from gatepost.languages.dockerfile.document import Dockerfile, read_dockerfile
from gatepost.languages.shell.commands import Command
from gatepost.model.changes import Edit
from gatepost.model.places import Source, Span
from gatepost.model.values import Unknown, Value


def read(text: str) -> Dockerfile:
    return read_dockerfile(Source("Dockerfile", text, "dockerfile"))


def body(text: str, kind: str, number: int = 0) -> Attributes:
    literal = read(text).resources(kind)[number].body.literal
    assert isinstance(literal, Attributes)
    return literal


def plain(value: Value | None) -> object:
    if value is None:
        return None
    if value.is_list:
        return [plain(v) for v in value.literal]
    if value.is_map:
        return {k: plain(v) for k, v in value.literal.items()}
    return value.literal.pieces if isinstance(value.literal, Unknown) else value.literal


def image(text: str, number: int = 0) -> dict[str, object]:
    found = plain(body(text, "stage", number)["image"])
    assert isinstance(found, dict)
    return found


# Variables.


def test_an_argument_before_from_gives_the_image_with_its_origin() -> None:
    value = body("ARG V=3.9\nFROM python:${V}\n", "stage")["image"].literal["tag"]
    assert value.literal == "3.9"
    assert value.origin == "default"
    assert value.set_at is not None
    assert value.set_at.text == "3.9"
    assert value.set_at.region.start_line == 1
    assert value.span is not None
    assert value.span.text == "${V}"


def test_a_part_of_an_argument_leads_to_just_that_part() -> None:
    value = body("ARG BASE=reg.io/python:3.9\nFROM $BASE\n", "stage")["image"].literal["tag"]
    assert value.set_at is not None
    assert (value.literal, value.set_at.text) == ("3.9", "3.9")


def test_an_argument_without_default_is_unknown_and_shown() -> None:
    value = body("ARG V\nFROM python:$V\n", "stage")["image"].literal["tag"]
    assert value.unknown is not None
    assert "ARG V has no default" in value.unknown.why
    assert value.origin == "shown_input"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("${A}", "x.y.z"), ("$A", "x.y.z"), ("${A:-d}", "x.y.z"), ("${N:-d}", "d"), ("${N-${A}}", "x.y.z"),
        ("${A:+e}", "e"),
        ("${N:+e}", ""), ("${E:-d}", "d"), ("${E-d}", ""), ("${A#*.}", "y.z"), ("${A##*.}", "z"), ("${A%.*}", "x.y"),
        ("${A%%.*}", "x"), ("${A/./-}", "x-y.z"), ("${A//./-}", "x-y-z"), ("${A#q}", "x.y.z"),
        ("\\$A", "$A"), ("'$A'", "$A"),
        ('"$A"', "x.y.z"), ("a${A}b", "ax.y.zb"),
    ],
)  # fmt: skip
def test_every_form_of_a_variable_is_read(written: str, expected: str) -> None:
    text = f"FROM a\nARG A=x.y.z\nARG N\nENV E=\nLABEL l={written}\n"
    assert plain(body(text, "LABEL")["entries"].literal[0].literal["value"]) == expected


def test_env_wins_over_arg_and_holds_from_the_next_line() -> None:
    text = "FROM a\nENV V=1\nARG V=2\nENV V=3 W=$V\nLABEL x=$V y=$W z=$PATH\n"
    assert plain(body(text, "stage")["labels"]) == {"z": (None,), "y": "1", "x": "3"}


def test_variables_end_with_their_stage_and_are_inherited_by_those_built_from_it() -> None:
    text = "ARG G=0\nFROM a AS x\nARG L=1\nENV E=2\nARG G\nFROM x\nLABEL l=$L$E$G\nFROM b\nLABEL l=$L$E$G\n"
    assert plain(body(text, "stage", 1)["labels"]) == {"l": "120"}
    assert plain(body(text, "stage", 2)["labels"]) == {"l": (None, None, None)}


def test_variables_reach_the_commands_but_what_the_shell_sets_is_unknown() -> None:
    text = "FROM a\nENV P='a b'\nARG V=1\nRUN apt-get install $P c=$V; X=1; X=2; d $X $HOME\n"
    install, other = (c.literal for c in body(text, "RUN")["commands"].literal)
    assert [p["name"] for p in plain(install["packages"])] == ["a", "b", "c"]  # type: ignore[union-attr]
    assert plain(other["words"]) == [(None,), (None,)]


# Images.


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a", {"repository": "a", "name": "docker.io/library/a"}),
        ("u/a:1", {"repository": "u/a", "tag": "1", "name": "docker.io/u/a"}),
        ("r.io:5/u/a:1@sha256:0",
         {"registry": "r.io:5", "repository": "u/a", "tag": "1", "digest": "sha256:0", "name": "r.io:5/u/a"}),
        ("localhost/a@sha256:0",
         {"registry": "localhost", "repository": "a", "digest": "sha256:0", "name": "localhost/a"}),
        ("a:$X-slim", {"repository": "a", "tag": (None, "-slim"), "name": "docker.io/library/a"}),
        ("$X/a:1", {"registry": (), "repository": (None, "/a"), "tag": "1", "name": ()}),
    ],
)  # fmt: skip
def test_an_image_is_taken_apart(text: str, parts: dict[str, object]) -> None:
    found = image(f"FROM {text}\n")
    del found["text"]
    assert found == parts


def test_a_hole_at_the_end_may_hold_tag_and_digest() -> None:
    found = image("ARG X\nFROM a$X\n")
    assert found["tag"] == found["digest"] == ()
    assert "digest" in image("ARG X\nFROM a:1$X\n")


def test_stages_are_named_by_name_number_and_not_before_they_are_there() -> None:
    copies = "".join(f"COPY --from={name} a b\n" for name in ("0", "ONE", "5", "late", "img:1"))
    text = f"FROM a AS One\nFROM one\n{copies}FROM b AS late\n"
    assert image(text, 1)["stage"] == "one"
    found = [plain(r.body.literal["from_image"]) for r in read(text).resources("COPY")]
    assert [f.get("stage") for f in found] == ["0", "ONE", None, None, None]  # type: ignore[union-attr]
    assert [f.get("unknown_stage") for f in found] == [None, None, True, True, None]  # type: ignore[union-attr]


# Stages.


def test_the_final_stage_runs_as_what_it_inherits() -> None:
    text = "FROM a AS x\nUSER app:grp\nFROM x AS y\nRUN b\nFROM y\nCMD c\n"
    final = body(text, "stage", 2)
    assert plain(final["user"]) == "app"
    assert plain(final["is_final"]) is True
    assert plain(final["in_image"]) is True
    assert [plain(i.literal["keyword"]) for i in final["instructions"].literal] == [
        "FROM",
        "USER",
        "FROM",
        "RUN",
        "FROM",
        "CMD",
    ]
    assert [plain(c.literal["program"]) for c in final["commands"].literal] == ["c"]
    assert plain(final["base"].literal["name"]) == "y"


def test_the_user_is_missing_when_only_the_base_image_decides_and_0_is_root() -> None:
    assert body("FROM a\n", "stage").get("user") is None
    assert plain(body("FROM a\nUSER 0:0\n", "stage")["user"]) == "root"
    assert plain(body("ARG U\nFROM a\nARG U\nUSER $U\n", "stage")["user"]) == (None,)


def test_a_stage_says_what_it_exposes_and_sets() -> None:
    found = body("FROM a\nEXPOSE 22/udp 80-81\nENV A=1 A=2\nHEALTHCHECK CMD curl x\nWORKDIR /w\n", "stage")
    assert [(p["port"], p["protocol"]) for p in plain(found["exposed"])] == [(22, "udp"), (80, "tcp"), (81, "tcp")]  # type: ignore[union-attr]
    assert plain(found["environment"]) == {"A": "2"}
    assert plain(found["workdir"]) == "/w"
    assert plain(found["healthcheck"].literal["command"]) == "curl x"


# Commands and shells.


def test_the_shell_instruction_gives_options_and_other_shells_are_not_read() -> None:
    bash, other, windows = '["/bin/bash", "-o", "pipefail", "-c"]', '["python3", "-c"]', '["powershell", "-Command"]'
    text = f"FROM a\nRUN a|b\nSHELL {bash}\nRUN a|b\nSHELL {other}\nRUN a|b\nSHELL {windows}\nRUN a|b\n"
    first, second, third, fourth = (r.body.literal for r in read(text).resources("RUN"))
    assert plain(first["commands"].literal[0].literal["shell_options"]) == []
    assert plain(second["commands"].literal[0].literal["shell_options"]) == ["pipefail"]
    assert second["commands"].literal[0].literal["shell"].literal == "bash"
    assert third["commands"].unknown is not None
    assert fourth.get("commands") is None
    assert body(text, "stage")["commands"].open


def test_heredocs_are_scripts_for_the_program_they_name() -> None:
    text = (
        "FROM a\nRUN <<E\nset -e\npip install x\nE\nRUN <<E\n#!/usr/bin/env python3\nimport x\nE\n"
        "RUN cat <<E | sh\nb\nE\nRUN bash -x <<E\nc $Y\nE\n"
    )
    one, two, three, four = (r.body.literal["commands"] for r in read(text).resources("RUN"))
    assert [plain(c.literal["program"]) for c in one.literal] == ["set", "pip"]
    assert two.unknown is not None
    assert [plain(c.literal["program"]) for c in three.literal] == ["cat", "sh"]
    assert [plain(c.literal["program"]) for c in four.literal] == ["bash", "c"]
    span = one.literal[1].literal["packages"].literal[0].span
    assert (span.text, span.region.start_line) == ("x", 4)


def test_the_exec_form_has_commands_too() -> None:
    command, inner = (
        c.literal for c in body('FROM a\nCMD ["sh", "-c", "exec \\"foo\\" bar"]\n', "CMD")["commands"].literal
    )
    assert isinstance(command, Command)
    assert plain(inner["program"]) == "foo"
    assert inner["words"].literal[0].span.text == "bar"
    assert command.get("shell") is None


def test_secret_mounts_are_read() -> None:
    found = body("FROM a\nRUN --mount=type=secret,id=k,dst=/k --mount=type=cache,target=/c a\n", "RUN")
    assert [(m["type"], m["target"]) for m in plain(found["mounts"])] == [("secret", "/k"), ("cache", "/c")]  # type: ignore[union-attr]
    assert found["flags"].literal["mount"].repeated


def test_instructions_inside_onbuild_are_no_subjects() -> None:
    text = "FROM a\nONBUILD USER root\n"
    assert read(text).types() == ("stage", "FROM", "ONBUILD", "document")
    assert body(text, "stage").get("user") is None
    assert plain(body(text, "ONBUILD")["trigger"].literal["name"]) == "root"


# The document.


def test_addresses_survive_moved_lines_and_are_unique() -> None:
    text = "ARG A\nFROM a AS x\nRUN a\nRUN b\nFROM b\nRUN c\nFROM c AS x\nRUN d\n"
    keys = [r.key for r in read(text).resources("RUN")]
    assert keys == ["stage x RUN 1", "stage x RUN 2", "stage 1 RUN 1", "stage x (2) RUN 1"]
    assert [r.key for r in read("# c\n\n" + text).resources("RUN")] == keys
    assert read(text).resources("ARG")[0].key == "ARG 1"


def test_remarks_speak_about_what_follows() -> None:
    text = "FROM a\n# gatepost: waive x\n# more\nRUN a && \\\n    # hadolint ignore=DL1\n    b\n# plain\nUSER c\n"
    first, second = read(text).remarks()
    assert (first.text, first.address, first.covers.region.start_line) == ("gatepost: waive x", "stage 0 RUN 1", 4)
    assert (second.covers.text.strip(), second.address) == ("b", "stage 0 RUN 1")


def test_every_written_word_is_a_value() -> None:
    text = "FROM a\nENV K=secret1\nRUN T=secret2 a --x=secret3\nCOPY b /c\n"
    found = {(path, plain(value)) for _, path, value in read(text).values()}
    assert {("entries.K", "secret1"), ("commands.0.assignments.T", "secret2"), ("words.0", "b")} <= found
    assert ("commands.0.words.0", "--x=secret3") in found


def test_reading_is_noted_with_the_variables_it_depends_on() -> None:
    document = read("ARG V=1\nFROM a:$V\n")
    before = document.ledger.begin()
    document.resources("FROM")[0].body.literal.get("image")
    assert document.ledger.end(before) >= {("type:FROM", "*"), ("stage 0 FROM 1", "image"), ("ARG 1", "entries")}


def test_an_edit_of_a_word_changes_only_its_instruction_and_the_stages() -> None:
    document = read("FROM a\nRUN b\nRUN c\n")
    span = document.resources("RUN")[0].body.literal["commands"].literal[0].literal["program"].span
    changed = document.edited([Edit(span.location, "d")]).changed
    assert ("stage 0 RUN 1", "commands") in changed
    assert ("stage 0 RUN 2", "commands") not in changed
    assert ("stage 0", "commands") in changed


def test_an_edit_that_adds_an_instruction_changes_everything() -> None:
    document = read("FROM a\nRUN b\n")
    at = Span(document.source, 7, 7).location
    assert ("type:RUN", "*") in document.edited([Edit(at, "USER x\n")]).changed


# The list of attributes.


def test_every_attribute_there_is_is_in_the_list_with_its_sort() -> None:
    kinds = {"text": str, "truth": bool, "number": int}
    text = (
        "FROM --platform=p a:1 AS x\nRUN --mount=type=cache,target=/x a=1 sudo apt-get install -y b=1 > c | d\n"
        "COPY --from=b:1 a b\nENV a=b\nEXPOSE 1\nUSER a:b\nVOLUME a\nWORKDIR /a\nHEALTHCHECK CMD a\nCMD [\"a\"]\n"
        "ONBUILD RUN a\nSTOPSIGNAL 9\nCOPY <<E /a\nx\nE\n"
    )  # fmt: skip

    def fits(value: Value | None, wanted: Shape, where: str) -> None:
        if value is None:
            return
        if wanted.kind in kinds:
            assert type(value.literal) is kinds[wanted.kind], where
        elif wanted.kind == "list":
            assert value.is_list, where
            assert isinstance(wanted.of, Shape)
            for item in value.literal:
                fits(item, wanted.of, where)
        elif wanted.kind == "element" and wanted.of not in ("stage", "instruction"):
            for name in value.literal:
                found = shape(str(wanted.of), name)
                assert found is not None, f"{where}.{name}"
                fits(value.literal.get(name), found, f"{where}.{name}")

    document = read(text)
    for kind in document.types():
        for resource in document.resources(kind):
            for name in resource.body.literal:
                found = shape(kind, name)
                assert found is not None
                fits(resource.body.literal.get(name), found, f"{kind}.{name}")
    assert set(INSTRUCTIONS) < set(SHAPES)
    assert "commands" in attributes("instruction")


def test_a_stage_is_in_the_image_when_the_final_one_is_built_from_it() -> None:
    document = read_dockerfile(Source("Dockerfile", "FROM a AS b\nFROM a AS c\nFROM b\n", "dockerfile"))
    assert [s.body.literal["in_image"].literal for s in document.resources("stage")] == [True, False, True]
