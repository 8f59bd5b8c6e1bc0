"""Of each recorded plan: every value that is written anywhere comes out as planned, at a place in the files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from gatepost.languages.plans.differences import told_differences
from gatepost.languages.plans.document import PlannedDocument
from gatepost.languages.plans.matching import Matching
from gatepost.languages.plans.plan import PlannedResource
from gatepost.languages.plans.reading import read_plan
from gatepost.languages.terraform.document import read_root
from gatepost.model.values import Value
from gatepost.sources.reading import Files

RECORDED = Path(__file__).parent / "recorded"
CASES = ("changes", "later", "modules", "registry", "syntax", "target")
LATER = "(after apply)"
OF_A_CHECK = "data.aws_caller_identity.again"  # stands in a check block, which judges nothing by itself


def plain(value: Value) -> Any:
    """Return a value as data, in a form that knows no order and nothing empty."""
    if value.unknown is not None:
        return LATER
    if value.is_list:
        return ordered([plain(one) for one in value.literal])
    if value.is_map:
        return {key: plain(value.literal[key]) for key in value.literal if value.literal[key].literal not in (None, ())}
    return text(value.literal)


def expected(data: Any, unknown: Any) -> Any:
    """Return what a plan has in the same form; `unknown` marks what is known after apply."""
    if unknown is True:
        return LATER
    if isinstance(data, dict):
        marks = unknown if isinstance(unknown, dict) else {}
        keys = {**data, **{key: None for key, mark in marks.items() if mark is True}}
        inner = {key: expected(data.get(key), marks.get(key)) for key in keys}
        return {key: one for key, one in inner.items() if one not in (None, "", [], {})}
    if isinstance(data, list):
        marks = unknown if isinstance(unknown, list) else []
        return ordered([expected(one, marks[n] if n < len(marks) else None) for n, one in enumerate(data)])
    return text(data)


def ordered(listed: list[Any]) -> list[Any]:
    return sorted(listed, key=lambda one: json.dumps(one, sort_keys=True))


def text(data: Any) -> Any:
    if isinstance(data, bool):
        return str(data).lower()
    return None if data is None else str(int(data)) if isinstance(data, float) and data.is_integer() else str(data)


def opened(case: str, folder: Path) -> PlannedDocument:
    root = shutil.copytree(RECORDED / case, folder / "root", ignore=shutil.ignore_patterns("before", "installed"))
    plan = read_plan((RECORDED / case / "plan.json").read_bytes(), "plan.json")
    source = read_root(".", Files(str(root)), ("env/prod.tfvars",) if case == "modules" else ())
    told = told_differences(plan, source)
    return PlannedDocument(source, source, Matching(plan, source), told.differing, told.problems)


@pytest.mark.parametrize("case", CASES)
def test_every_value_is_the_one_of_the_plan(case: str, tmp_path: Path) -> None:
    document = opened(case, tmp_path)
    resources = {r.address: r for type in document.types() for r in document.resources(type)}
    compared = 0
    for planned in document.plan.resources:
        if planned.address == OF_A_CHECK:
            continue
        body: Any = resources[planned.address].body.literal
        for name in body:
            value = body[name]
            if not is_planned(planned, name) or value.literal is None:
                continue
            marks = planned.unknown if isinstance(planned.unknown, dict) else {}
            assert plain(value) == expected(planned.values.get(name), marks.get(name)), (planned.address, name)
            compared += 1
    assert compared >= len(document.plan.resources)


def is_planned(planned: PlannedResource, name: str) -> bool:
    marks = planned.unknown if isinstance(planned.unknown, dict) else {}
    return name in planned.values or bool(marks.get(name))


@pytest.mark.parametrize("case", CASES)
def test_everything_that_is_planned_has_a_place_and_nothing_else_is_there(case: str, tmp_path: Path) -> None:
    document = opened(case, tmp_path)
    found = [
        resource
        for type in document.types()
        if type.startswith(("aws_", "terraform_data", "data."))
        for resource in document.resources(type)
    ]
    planned = {one.address for one in document.plan.resources}
    left_out = {"target": {"aws_s3_bucket.b"}}.get(case, set())
    addresses = [resource.address for resource in found]
    assert sorted(addresses) == sorted((planned | left_out) - {OF_A_CHECK})
    assert len({resource.key for resource in found}) == len(found)
    assert all(resource.header.source.path.endswith((".tf", ".json")) for resource in found)
