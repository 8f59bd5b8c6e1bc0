"""Exports of a CMDB: whose a resource is, by which record, matched by what."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.context.cmdb import BadExport, UnknownColumn, read_cmdb
from gatepost.model.policy import Whose

DATABASE = Whose("live/a.tf", resource="aws_db_instance.a", names=("orders-db", "arn:aws:rds:eu:1:db:orders-db"))


def told(text: str, whose: Whose = DATABASE, **columns: tuple[str, ...]) -> list[tuple[str, str, str]]:
    named = {name.replace("tag_", "tag."): value for name, value in columns.items()}
    return [tuple(one) for one in read_cmdb(text, "cmdb", named).owners(whose, whose.path)]  # type: ignore[misc]


def records(*rows: dict[str, Any], key: str = "result") -> str:
    return json.dumps({key: rows})


def test_a_record_of_the_table_api_is_matched_by_name() -> None:
    row = {"name": "Orders-DB", "owned_by": "Ann Lee", "assignment_group": "Team Orders"}
    assert told(records(row)) == [
        ("Ann Lee", "cmdb, record 1 owned_by, by name", "medium"),
        ("Team Orders", "cmdb, record 1 assignment_group, by name", "medium"),
    ]


def test_display_values_are_names() -> None:
    owner = {"display_value": "Team Orders", "link": "https://x.service-now.com/api/now/table/sys_user_group/1"}
    both = {"display_value": "orders-db", "value": "orders-db"}
    assert [one[0] for one in told(records({"name": both, "assignment_group": owner}))] == ["Team Orders"]


def test_display_values_beside_ids_are_names() -> None:
    row = {"name": "orders-db", "owned_by": "6816f79cc0a8016401c5a33be04be441", "dv_owned_by": "Ann Lee"}
    assert [one[0] for one in told(records(row, key="records"))] == ["Ann Lee"]


def test_an_id_of_another_record_is_no_owner() -> None:
    cmdb = read_cmdb(records({"name": "a", "owned_by": "6816f79cc0a8016401c5a33be04be441"}), "cmdb", {})
    assert cmdb.unnamed == 1
    assert cmdb.owners(Whose("x", names=("a",)), "x") == []


def test_csv_is_read_with_its_lines() -> None:
    text = 'Name,"Owned by",Assignment group\nother,Bob,\norders-db,"Lee, Ann",\n'
    assert told(text) == [("Lee, Ann", "cmdb:3 owned_by, by name", "medium")]


def test_a_record_is_surer_by_an_arn_than_by_a_name() -> None:
    text = "name,object_id,owned_by\norders-db,,Bob\nx,arn:aws:rds:eu:1:db:orders-db,Ann\n"
    assert told(text) == [("Ann", "cmdb:3 owned_by, by id", "high")]


def test_a_column_map_names_what_is_called_otherwise() -> None:
    text = "u_app;u_team;number\norders-db;Orders;APP7\n"
    assert [one[0] for one in told(text, name=("u_app",), owner=("u_team",))] == ["Orders"]
    by_tag = Whose("a.tf", {"app-id": "app7"}, "aws_s3_bucket.b")
    assert told(text, by_tag, owner=("u_team",), tag_app_id=("number",)) == []
    assert [one[0] for one in told(text, by_tag, **{"owner": ("u_team",), "tag.app-id": ("number",)})] == ["Orders"]


def test_addresses_paths_and_the_name_tag_match_too() -> None:
    text = "address,path,name,owned_by\naws_db_instance.a,,,Ann\n,live/web/**,,Web\n,,Front,Bob\n"
    assert [one[0] for one in told(text)] == ["Ann"]
    assert told(text, Whose("live/web/x.tf")) == [("Web", "cmdb:3 owned_by, by path live/web/**", "high")]
    assert [one[0] for one in told(text, Whose("x.tf", {"Name": "front"}))] == ["Bob"]


def test_services_are_projects() -> None:
    cmdb = read_cmdb("name,service\norders-db,Checkout\n", "cmdb", {})
    assert [one.name for one in cmdb.services(DATABASE, "a.tf")] == ["Checkout"]


def test_a_column_that_is_not_there_is_told() -> None:
    with pytest.raises(UnknownColumn) as error:
        read_cmdb("name,owned_by\na,b\n", "cmdb", {"owner": ("owend_by",)})
    assert (error.value.column, error.value.known) == ("owend_by", ["name", "owned_by"])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "neither JSON nor CSV"),
        ("one column\n", "neither JSON nor CSV"),
        ("name,owned_by\n", "no records"),
        ("{}", "no list of records"),
        ("{nonsense", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("name,colour\na,red\n", "no column tells an owner"),
        ("colour,owned_by\nred,Ann\n", "what a record is about"),
        ("name,owned_by\n" + "x" * 200_000 + ",b\n", "not CSV"),
    ],
)
def test_what_is_no_export_says_so(text: str, what: str) -> None:
    with pytest.raises(BadExport) as error:
        read_cmdb(text, "cmdb", {})
    assert what in error.value.what


@settings(max_examples=60)
@given(st.text(), st.dictionaries(st.sampled_from(["owner", "name", "tag.x"]), st.just(("a",))))
def test_no_export_is_too_strange(text: str, columns: dict[str, tuple[str, ...]]) -> None:
    with suppress(BadExport, UnknownColumn):
        read_cmdb(text, "cmdb", columns).owners(DATABASE, "a")


def test_a_hundred_thousand_records_take_a_moment() -> None:
    text = "name,owned_by,assignment_group\n" + "".join(f"ci-{n},Ann {n},Team {n % 50}\n" for n in range(100_000))
    began = time.perf_counter()
    cmdb = read_cmdb(text, "cmdb", {})
    for number in range(1000):
        assert cmdb.owners(Whose("a", names=(f"ci-{number}",)), "a")[0].name == f"Ann {number}"
    assert time.perf_counter() - began < 20
