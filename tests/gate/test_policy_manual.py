from __future__ import annotations

import re
from pathlib import Path

from gate_samples import shipped

from gatepost.gate import load
from gatepost.gate.attributes import ATTRIBUTES
from gatepost.gate.policy import KEYS
from gatepost.model.places import Source

MANUAL = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")


def test_the_manual_lists_every_attribute_and_key() -> None:
    for name, (_, what) in ATTRIBUTES.items():
        assert re.search(rf"^\| `{name}` \| \w+ \| {re.escape(what)} \|$", MANUAL, re.MULTILINE), name
    for key in KEYS:
        assert f"| `{key}` |" in MANUAL, key


def test_the_first_example_of_the_manual_loads() -> None:
    example = re.search(r"```yaml\n(.*?)```", MANUAL, re.DOTALL)
    assert example is not None
    assert load(Source("gatepost.yaml", example[1], "policy"), shipped).environments
