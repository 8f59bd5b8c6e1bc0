"""What a plan's file may be instead of a plan, and what is read of one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.plan_file import fuzz

from gatepost.languages.plans.addresses import module_of, parse_address
from gatepost.languages.plans.plan import PlanError
from gatepost.languages.plans.reading import read_plan
from gatepost.languages.plans.references import caller_of, references_of

RECORDED = Path(__file__).parent / "recorded"
PLAN = (RECORDED / "modules/plan.json").read_bytes()


ODD_NUMBER = "this is not JSON: it has a number that JSON does not have, or one without end"


def refused(content: bytes | dict[str, Any]) -> str:
    with pytest.raises(PlanError) as error:
        read_plan(content if isinstance(content, bytes) else json.dumps(content).encode(), "plan.json")
    assert error.value.hint
    return error.value.what


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04tfplan", "this is a plan in Terraform's own binary form"),
        (b"\xff\x00\x9a", "the file is not text"),
        (b"Terraform will perform the following actions:", "this is not JSON"),
        (b"[]", "this is not JSON"),
        (b'{"a": NaN}', ODD_NUMBER),
        (b"{}", "this JSON is no plan"),
        (b'{"format_version": "1.0", "values": {}}', "this is a state, not a plan"),
        (b'{"version": 4, "lineage": "x", "resources": []}', "this is a state, not a plan"),
        (b'{"@level":"info"}\n{"@level":"info"}', "this is the log of a run with -json, one line for each event"),
        (
            b'{"planned_values": {}, "format_version": "2.0"}',
            "the plan has format version '2.0', and 1.x is what is read here",
        ),
        (
            b'{"planned_values": {}, "errored": true}',
            "the plan ended with an error, so it says only in part what will be",
        ),
        (b'{"planned_values": []}', "planned_values is not an object"),
        (b'{"resource_changes": {}}', "resource_changes is not a list"),
        (b'{"resource_changes": [7]}', "resource_changes[0] is not an object"),
        (
            b'{"resource_changes": [{"change": {"actions": ["create"], "after": 1}}]}',
            "resource_changes[0].change.after is not an object",
        ),
        (b'{"resource_changes": [{"address": {}}]}', "resource_changes[0].address is not text"),
        (
            b'{"planned_values": {}, "configuration": {"root_module": {"module_calls": {"a": 1}}}}',
            "configuration.module_calls is not an object",
        ),
        (b'{"a":' * 100_000, "the file is nested too deeply"),
        (b'{"planned_values": {"a": ' + b"[" * 900 + b"]" * 900 + b"}}", "the file is nested too deeply"),
        (b'{"planned_values": ' + b"9" * 5000 + b"}", ODD_NUMBER),
        (b'{"planned_values": {}, "a": tru, "b": [1, 2, 3, 4]}', "this is not JSON (line 1, column 29)"),
        (b'{"planned_values": {}}\n{"a": 1}', "there is more text after the end of the JSON (line 2, column 1)"),
    ],
)
def test_what_is_no_plan_is_told_in_one_sentence(content: bytes, told: str) -> None:
    assert refused(content) == told


@pytest.mark.parametrize("share", [0.001, 0.1, 0.31, 0.5, 0.77, 0.999])
def test_a_plan_that_is_cut_off_is_told(share: float) -> None:
    assert refused(PLAN[: int(len(PLAN.rstrip()) * share)]) == "the file ends in the middle: it was cut off"


def test_what_a_windows_shell_makes_of_a_plan_is_read() -> None:
    text = PLAN.decode()
    one, other = read_plan(PLAN, "p"), read_plan(b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le"), "p")
    assert one == other


def test_only_what_will_be_is_read() -> None:
    addresses = [
        resource.address for resource in read_plan((RECORDED / "changes/plan.json").read_bytes(), "p").resources
    ]
    assert addresses == ["aws_db_instance.main", "aws_ebs_volume.disk", "aws_s3_bucket.kept", "aws_sns_topic.news[0]"]


def test_data_that_was_read_for_the_plan_counts() -> None:
    plan = read_plan((RECORDED / "later/plan.json").read_bytes(), "p")
    (found,) = [resource for resource in plan.resources if resource.type == "data.aws_caller_identity"]
    assert found.values["account_id"]


def test_an_object_that_is_only_left_over_is_not_there() -> None:
    change = {"actions": ["delete"], "before": {}, "after": None}
    left = {"address": "a.b", "type": "a", "name": "b", "deposed": "00000001", "change": change}
    kept = {**left, "change": {"actions": ["no-op"], "after": {"x": 1}}}
    del kept["deposed"]
    plan = read_plan(json.dumps({"resource_changes": [left, kept]}).encode(), "p")
    assert [resource.values for resource in plan.resources] == [{"x": 1}]
    assert not read_plan(json.dumps({"resource_changes": [left]}).encode(), "p").resources


@pytest.mark.parametrize(
    ("text", "base", "keys"),
    [
        ("aws_vpc.main", "aws_vpc.main", (None, None)),
        ('module.net["eu"].aws_subnet.a[2]', "module.net.aws_subnet.a", (None, "eu", None, 2)),
        ('a.b["x.y[0]"]', "a.b", (None, "x.y[0]")),
        (r'a.b["q\"\\\n$${x} \u00e9"]', "a.b", (None, 'q"\\\n${x} é')),
        ("a.b[*]", "a.b", (None, None)),
    ],
)
def test_addresses_are_taken_apart(text: str, base: str, keys: tuple[Any, ...]) -> None:
    assert parse_address(text) == (base, keys)


@pytest.mark.parametrize("text", ["", ".", "a.", "a[", 'a["', "a[0", "a]b", "a[0]b", "x" * 20_000])
def test_what_is_no_address_is_none(text: str) -> None:
    assert parse_address(text) is None


def test_the_modules_of_an_address() -> None:
    inner = 'module.a["x.y"].module.b[0]'
    assert module_of(f"{inner}.data.aws_ami.c[1]") == inner
    assert (caller_of(inner), caller_of('module.a["x.y"]')) == ('module.a["x.y"]', "")
    assert module_of("aws_vpc.main") == ""


def test_an_expression_refers_to_the_longest_names() -> None:
    references = ["aws_vpc.a[0].id", "aws_vpc.a[0]", "aws_vpc.a", "var.x", "var.xy"]
    assert references_of({"references": references}) == ["aws_vpc.a[0].id", "var.x", "var.xy"]
    assert references_of([1]) == references_of({"references": 7}) == []


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_plan_with_anything_put_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    plan = json.loads(PLAN)
    odd = data.draw(st.sampled_from([None, 7, "x", [], {}, [[]], True, {"a": None}]))
    at: Any = plan
    for _ in range(data.draw(st.integers(1, 9))):
        keys = list(at) if isinstance(at, dict) else list(range(len(at))) if isinstance(at, list) else []
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if data.draw(st.booleans()) and data.draw(st.booleans()):
            at[key] = odd
            break
        at = at[key]
    fuzz(json.dumps(plan).encode())


def test_half_a_character_becomes_one_that_can_be_written() -> None:
    change = (
        r'{"address": "a.b", "type": "a", "name": "b", "change": {"actions": ["create"], "after": {"x": "\ud800y"}}}'
    )
    (resource,) = read_plan(f'{{"resource_changes": [{change}]}}'.encode(), "p").resources
    assert resource.values == {"x": "\N{REPLACEMENT CHARACTER}y"}
