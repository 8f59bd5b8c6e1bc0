"""What Gatepost makes of serverless templates is what the real transform makes of them, or honestly unknown."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from gatepost.languages.cloudformation import read_template
from gatepost.model.places import Source
from gatepost.model.values import Value
from tests.conformance.templates.record_serverless import RECORDED, ask, samples

ANSWERS: dict[str, Any] = json.loads(RECORDED.read_text())
# The names of versions, deployments and layers end in a hash of what they hold.
HASH = re.compile(r"(?<=[A-Za-z])[0-9a-f]{10}$")
# An OpenAPI document is not worked out, and where it lies is a part of it.
LEFT_OUT = {("AWS::ApiGateway::RestApi", "Body"), ("AWS::ApiGateway::RestApi", "Parameters")}
LEFT_OUT |= {("AWS::ApiGatewayV2::Api", "Body"), ("AWS::ApiGateway::Deployment", "StageName")}


def said(value: Value | None) -> Any:
    """What a value says; what is not known as (resource it names, known pieces)."""
    if value is None:
        return None
    if value.unknown is not None:
        named = value.refers_to
        return (named and (HASH.sub("", named.address), named.attribute), value.unknown.pieces)
    if value.is_list:
        return [said(one) for one in value.literal]
    if value.is_map:
        return {name: said(value.literal[name]) for name in value.literal}
    return str(value.literal).lower() if isinstance(value.literal, bool) else str(value.literal)


def resources(text: str, path: str) -> dict[str, tuple[str, dict[str, Any]]]:
    document = read_template(Source(path, text, "cloudformation"))
    return {
        HASH.sub("", one.address): (type_, {name: said(one.body.literal.get(name)) for name in one.body.literal})
        for type_ in document.types()
        if type_ != "parameter"
        for one in document.resources(type_)
    }


def differences(path: str, theirs: Any, ours: Any, counted: Counter[str]) -> Iterator[str]:
    """Yield where ours is another value; what one of both does not know must at least name the same thing."""
    if isinstance(ours, tuple) or isinstance(theirs, tuple):
        counted["unknown"] += 1
        if isinstance(ours, tuple) and isinstance(theirs, tuple) and theirs[0] and theirs[0] != ours[0]:
            yield f"{path}: {theirs} is {ours}"
    elif isinstance(theirs, dict) and isinstance(ours, dict):
        for name in sorted(theirs.keys() | ours.keys()):
            yield from differences(f"{path}.{name}", theirs.get(name), ours.get(name), counted)
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for index, (one, other) in enumerate(zip(theirs, ours, strict=True)):
            yield from differences(f"{path}.{index}", one, other, counted)
    elif theirs != ours and (theirs or ours):
        yield f"{path}: {theirs!r} is {ours!r}"
    else:
        counted["known"] += 1


COUNTED: Counter[str] = Counter()


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.stem)
def test_a_template_becomes_what_the_transform_makes_of_it(path) -> None:
    theirs = resources(json.dumps(ANSWERS[path.stem]), "made.json")
    ours = resources(path.read_text(), path.name)
    assert sorted(ours) == sorted(theirs)
    assert {name: one[0] for name, one in ours.items()} == {name: one[0] for name, one in theirs.items()}
    wrong: list[str] = []
    for name, (type_, properties) in theirs.items():
        left_out = {what for kind, what in LEFT_OUT if kind == type_}
        mine = {key: value for key, value in ours[name][1].items() if key not in left_out}
        yours = {key: value for key, value in properties.items() if key not in left_out}
        wrong += differences(name, yours, mine, COUNTED)
    assert wrong == []
    COUNTED["resources"] += len(theirs)


def test_enough_was_compared(capsys: pytest.CaptureFixture[str]) -> None:
    if "resources" not in COUNTED:
        pytest.skip("the templates were not compared in this run")
    with capsys.disabled():
        print(f"\n{dict(COUNTED)} of serverless templates compared with the transform")
    assert COUNTED["resources"] >= 80 and COUNTED["known"] >= 400


@pytest.mark.skipif(
    find_spec("samtranslator") is None, reason="aws-sam-translator is not installed: its answers are recorded"
)
@pytest.mark.parametrize("path", samples(), ids=lambda path: path.stem)
def test_the_recorded_answers_are_those_of_the_transform(path) -> None:
    assert ask(path.read_text()) == ANSWERS[path.stem]
