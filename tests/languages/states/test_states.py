"""Cloud identifiers to resources of a state, and to the blocks they come from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.state_file import fuzz

from gatepost.languages.states import StateError, StateIndex, block_of, read_state
from gatepost.languages.terraform.document import read_root
from gatepost.sources.reading import Files

CHANGES = Path(__file__).parents[1] / "plans/recorded/changes"
RAW, SHOWN = (CHANGES / "terraform.tfstate").read_bytes(), (CHANGES / "state.json").read_bytes()


def state(*resources: dict[str, Any]) -> StateIndex:
    return read_state(json.dumps({"version": 4, "lineage": "x", "resources": resources}).encode())


def resource(type: str, name: str = "a", module: str = "", key: Any = None, **attributes: Any) -> dict[str, Any]:
    instance = {"attributes": attributes, **({"index_key": key} if key is not None else {})}
    provider = 'provider["registry.terraform.io/hashicorp/aws"]'
    made = {"mode": "managed", "type": type, "name": name, "provider": provider, "instances": [instance]}
    return {**made, "module": module} if module else made


def address(index: StateIndex, identifier: str, type: str = "") -> str:
    found = index.find(identifier, type)
    return found.address if found is not None else ""


@pytest.mark.parametrize("content", [RAW, SHOWN])
def test_a_real_state_is_read_in_both_of_its_forms(content: bytes) -> None:
    index = read_state(content)
    assert len(index) == 6
    text = content.decode()
    arn = text[text.index("arn:aws:ebs") :].partition('"')[0]
    found = index.find(arn)
    assert found is not None
    assert (found.address, found.type, found.provider) == (
        "aws_ebs_volume.disk",
        "aws_ebs_volume",
        "registry.terraform.io/hashicorp/aws",
    )
    assert index.find(arn.rpartition("/")[2]) is None


def test_both_forms_say_the_same() -> None:
    assert sorted(read_state(RAW).resources) == sorted(read_state(SHOWN).resources)


def test_nothing_but_identifiers_is_kept() -> None:
    index = read_state(RAW)
    kept = repr([(name, getattr(index, name)) for name in StateIndex.__slots__])
    assert "aws_db_instance.main" in kept
    assert "hunter2hunter2" not in kept


def test_what_is_marked_sensitive_is_no_identifier() -> None:
    mark = [[{"type": "get_attr", "value": "name"}]]
    secret = resource("aws_ssm_parameter", name="a", id="p", name_=1)
    secret["instances"][0]["attributes"]["name"] = "hidden"
    assert address(state(secret), "hidden") == "aws_ssm_parameter.a"
    secret["instances"][0]["sensitive_attributes"] = mark
    assert address(state(secret), "hidden") == ""


def test_addresses_have_module_path_and_keys() -> None:
    index = state(
        resource("aws_vpc", key='a"b', module='module.net["eu"].module.x[0]', id="vpc-1"),
        resource("aws_vpc", key=2, id="vpc-2"),
    )
    assert address(index, "vpc-1") == r'module.net["eu"].module.x[0].aws_vpc.a["a\"b"]'
    assert address(index, "vpc-2") == "aws_vpc.a[2]"


def test_parts_of_a_thing_mean_the_thing() -> None:
    index = state(
        resource("aws_s3_bucket", id="logs", arn="arn:aws:s3:::logs"),
        resource("aws_lambda_function", id="job", arn="arn:aws:lambda:eu-west-1:1:function:job"),
        resource("aws_security_group", id="sg-1"),
    )
    assert address(index, "arn:aws:s3:::logs/2026/a.gz") == "aws_s3_bucket.a"
    assert address(index, "arn:aws:lambda:eu-west-1:1:function:job:7") == "aws_lambda_function.a"
    assert address(index, "arn:aws:ec2:eu-west-1:1:security-group/sg-1") == "aws_security_group.a"
    assert address(index, "arn:aws:s3:::other") == ""


def test_the_thing_itself_comes_before_its_companions_and_before_data() -> None:
    data = resource("aws_s3_bucket", name="seen", id="logs")
    data["mode"] = "data"
    index = state(data, resource("aws_s3_bucket_acl", id="logs"), resource("aws_s3_bucket", id="logs"))
    assert address(index, "logs") == "aws_s3_bucket.a"
    assert address(index, "logs", "aws_s3_bucket_acl") == "aws_s3_bucket_acl.a"
    assert address(index, "logs", "data.aws_s3_bucket") == "data.aws_s3_bucket.seen"


def test_a_name_that_several_things_have_means_none() -> None:
    assert address(state(resource("aws_vpc", id="x"), resource("aws_sqs_queue", id="x")), "x") == ""


@pytest.mark.parametrize(
    ("identifier", "kept"),
    [
        ("/SUBSCRIPTIONS/1/resourcegroups/R/x", "/subscriptions/1/resourceGroups/r/x"),
        ("//compute.googleapis.com/projects/p/zones/z/instances/i", "projects/p/zones/z/instances/i"),
        (
            "https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/i",
            "https://compute.googleapis.com/compute/v1/projects/p/zones/z/instances/i",
        ),
    ],
)
def test_azure_and_google_have_their_own_ways_to_write_one_thing(identifier: str, kept: str) -> None:
    assert address(state(resource("thing", id=kept)), identifier) == "thing.a"


def test_what_is_only_left_over_of_a_replaced_resource_is_not_there() -> None:
    left = resource("aws_vpc", id="vpc-1")
    left["instances"][0]["deposed"] = "00000001"
    assert len(state(left)) == 0


def test_a_block_is_found_by_key_by_block_and_by_the_call_of_its_module(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_vpc" "a" {\n  for_each = toset(["x"])\n  cidr = each.key\n}\n'
        'module "far" {\n  source = "acme/far/aws"\n}\n'
    )
    document = read_root(".", Files(str(tmp_path)))
    index = state(
        resource("aws_vpc", key="x", id="one"),
        resource("aws_vpc", key="gone", id="two"),
        resource("aws_vpc", name="b", module="module.far.module.in", id="three"),
        resource("aws_vpc", name="elsewhere", id="four"),
    )
    places: list[Any] = []
    for identifier in ("one", "two", "three", "four"):
        held = index.find(identifier)
        assert held is not None
        found = block_of(held, document)
        places.append((found.address, found.header.region.start_line) if found is not None else None)
    assert places == [('aws_vpc.a["x"]', 1), ('aws_vpc.a["x"]', 1), ("module.far", 5), None]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04", "this is in Terraform's own binary form"),
        (RAW[:900], "the file ends in the middle: it was cut off"),
        (b"{}", "this JSON is no state"),
        (b'{"version": 3, "modules": []}', "this is a state of version 3"),
        (b'{"version": 4, "resources": {}}', "resources is not a list"),
        (b'{"version": 4, "resources": [{"type": 1}]}', "resources[0].type is not text"),
        (b'{"format_version": "1.2", "planned_values": {}}', "this is a plan, not a state"),
        (b'{"encrypted_data": "", "meta": {}}', "this file is encrypted"),
    ],
)
def test_what_is_no_state_is_told_in_one_sentence(content: bytes, told: str) -> None:
    with pytest.raises(StateError) as error:
        read_state(content)
    assert error.value.what == told and error.value.hint


def test_an_empty_state_has_nothing_in_it() -> None:
    assert len(read_state(b'{"format_version": "1.0"}')) == 0


@given(st.text(max_size=60))
@settings(max_examples=80, deadline=None)
def test_any_text_may_be_asked_for(text: str) -> None:
    index = read_state(RAW)
    for identifier in (text, f"arn:aws:s3:::{text}", f"arn:{text}", f"//x.googleapis.com/{text}"):
        found = index.find(identifier)
        assert found is None or found in index.resources


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_state_with_anything_put_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    content = json.loads(data.draw(st.sampled_from([RAW, SHOWN])))
    at: Any = content
    for _ in range(data.draw(st.integers(1, 7))):
        keys = list(at) if isinstance(at, dict) else list(range(len(at))) if isinstance(at, list) else []
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if data.draw(st.integers(0, 3)) == 0:
            at[key] = data.draw(st.sampled_from([None, 7, "x", [], {}, [[]], True]))
            break
        at = at[key]
    fuzz(json.dumps(content).encode())
