"""No value of a configuration is other than the one that Terraform plans."""

from __future__ import annotations

import json

import pytest

from tests.conformance.configurations import RECORDED, Configuration, configurations
from tests.conformance.configurations_gatepost import compare
from tests.conformance.configurations_terraform import plan_of, provider_python, terraform

ALL = configurations()
RECORDS = json.loads(RECORDED.read_text(encoding="utf-8"))
MOST_UNKNOWN = 0.01  # of all values that Terraform knows


def test_every_configuration_is_recorded() -> None:
    assert len(ALL) >= 30
    assert {one.name for one in ALL} == set(RECORDS), "python -m tests.conformance.configurations_terraform records"


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_no_value_is_wrong(one: Configuration) -> None:
    wrong = [difference for difference in compare(one, RECORDS[one.name]).differences if difference.wrong]
    assert not wrong


def test_few_values_are_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    compared = [compare(one, RECORDS[one.name]) for one in ALL]
    values = sum(one.values for one in compared)
    unknown = [difference for one in compared for difference in one.differences if not difference.wrong]
    with capsys.disabled():
        print(f"\n{len(ALL)} configurations, {values} values, {len(unknown)} honestly unknown ", end="")
    assert len(unknown) <= MOST_UNKNOWN * values, unknown


@pytest.mark.skipif(terraform() is None, reason="there is no terraform on the PATH; what it said is recorded")
@pytest.mark.parametrize("one", [one for one in ALL if provider_python() or not one.provider], ids=lambda one: one.name)
def test_the_record_is_what_terraform_says(one: Configuration) -> None:
    said, recorded = plan_of(one), RECORDS[one.name]
    for record in (said, recorded):
        record.pop("why", None)
    assert said == recorded
