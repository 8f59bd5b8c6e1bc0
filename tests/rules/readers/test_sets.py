"""Ports and networks from what people write."""

from __future__ import annotations

import pytest

from gatepost.conditions.sets import NetworkSet, PortSet
from gatepost.model.values import Reference, Value, unknown
from gatepost.rules.readers import reader

from .written import value_of

PORTS, NETWORKS = reader("ports"), reader("networks")
INTERNET, PRIVATE = NetworkSet.parse("internet"), NetworkSet.parse("private")


@pytest.mark.parametrize(
    ("written", "ports"),
    [(22, "22"), ("22", "22"), ("20-30", "20-30"), ("*", "0-65535"), (-1, "0-65535"), ([22, "80-81"], "22, 80-81"),
     ([{"from": 1, "to": 3}, 9], "1-3, 9"), ({"FromPort": 0, "ToPort": 65535}, "0-65535"), ([], "")],
)  # fmt: skip
def test_ports_are_read(written, ports):
    assert str(PORTS.read(value_of(written), {}).literal) == ports


def test_an_unknown_port_may_be_any():
    found = PORTS.read(Value((Value(443), unknown("w"))), {}).literal
    assert found.covers(PortSet.parse(443)) is True
    assert found.covers(PortSet.parse(22)) is None


def test_an_unknown_end_leaves_the_known_one():
    one = PORTS.read(Value((Value({"from": Value(20), "to": unknown("w")}),)), {}).literal
    assert one.covers(PortSet.parse(20)) is True
    assert one.covers(PortSet.parse(22)) is None
    assert one.covers(PortSet.parse(19)) is False


@pytest.mark.parametrize("written", ["ssh", "", True, 70000, "1-2-3"])
def test_what_is_no_port_is_not_known(written):
    assert PORTS.read(Value(written), {}).unknown is not None


@pytest.mark.parametrize(
    "written", ["0.0.0.0/0", "::/0", "*", "Internet", "Any", "internet", ["10.0.0.0/8", "0.0.0.0/0"]]
)
def test_the_whole_internet_in_every_spelling(written):
    assert NETWORKS.read(value_of(written), {}).literal.covers(INTERNET) is True


NARROW = [
    Value("VirtualNetwork"),
    Value("AzureLoadBalancer"),
    Value("Storage.WestEurope"),
    unknown("w", refers_to=Reference("aws_vpc.v", "cidr_block")),
    unknown("w", pieces=(None, "/32")),
]


@pytest.mark.parametrize("written", NARROW)
def test_what_names_something_narrower_is_never_the_internet(written):
    assert NETWORKS.read(written, {}).literal.covers(INTERNET) is False
    assert NETWORKS.read(Value((written,)), {}).literal.covers(INTERNET) is False


def test_what_is_not_known_may_be_the_internet():
    listed = NETWORKS.read(Value((Value("10.0.0.0/8"), unknown("w"))), {}).literal
    assert listed.covers(INTERNET) is None
    assert listed.within(PRIVATE) is None
    assert NETWORKS.read(unknown("w"), {}).unknown is not None
    zero = NETWORKS.read(Value((unknown("w", pieces=(None, "/0")),)), {}).literal
    assert zero.covers(INTERNET) is None
    is_open = NETWORKS.read(Value((), open=True), {}).literal
    assert is_open.covers(INTERNET) is None


def test_reading_twice_changes_nothing():
    once = NETWORKS.read(value_of(["10.0.0.0/8"]), {})
    assert NETWORKS.read(once, {}) == once
    assert str(NETWORKS.read(Value((once, Value("10.0.0.0/7"))), {}).literal) == "10.0.0.0/7"
