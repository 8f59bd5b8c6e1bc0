"""One fault written six ways: shown at the attribute, mended where it is set."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from gatepost.model.decisions import Verdict
from gatepost.pipeline import Request, check
from gatepost.pipeline.fixing import Chosen, fix_all
from tests.pipeline.stories import inside

EXAMPLE = Path(__file__).parents[2] / "examples" / "origins"
RULE = "aws/rds/instance-public"
# Resource: the line that is shown, the line that its fix edits.
WAYS = {
    "aws_db_instance.plain": ("main.tf:6", "main.tf:6"),
    "aws_db_instance.by_variable": ("main.tf:10", "variables.tf:3"),
    "aws_db_instance.by_var_file": ("main.tf:14", "terraform.tfvars:1"),
    "aws_db_instance.by_local": ("main.tf:18", "main.tf:2"),
    "module.stock.aws_db_instance.this": ("db/main.tf:6", "main.tf:28"),
    'aws_db_instance.by_map["stock"]': ("main.tf:38", "main.tf:34"),
}


REQUEST = Request(paths=(".",), today="2026-11-22", jobs=1)


def judged(folder: Path) -> Verdict:
    with inside(folder):
        return check(REQUEST)


def places(verdict: Verdict) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for decision in verdict.decisions:
        finding = decision.assessment.finding
        if finding.rule == RULE:
            edits = [f"{edit.location.path}:{edit.location.region.start_line}" for edit in finding.fixes[0].edits]
            shown = f"{finding.location.path}:{finding.location.region.start_line}"
            found[finding.resource] = (shown, *edits)  # type: ignore[assignment]
    return found


def test_each_way_is_shown_at_the_attribute_and_mended_where_the_value_is_set() -> None:
    assert places(judged(EXAMPLE)) == WAYS


def test_what_feeds_a_value_from_elsewhere_is_the_root_cause() -> None:
    causes = {
        decision.assessment.finding.resource: decision.assessment.context.root_cause
        for decision in judged(EXAMPLE).decisions
    }
    assert causes["aws_db_instance.plain"] is None
    assert (causes["aws_db_instance.by_var_file"] or "").startswith("terraform.tfvars:1 ")


@pytest.mark.parametrize("way", WAYS)
def test_one_way_mended_leaves_the_others_as_they_were(way: str, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "copy")
    path, line = WAYS[way][1].rsplit(":", 1)
    wrong = tmp_path / "copy" / path
    lines = wrong.read_text().splitlines()
    lines[int(line) - 1] = re.sub("true$", "false", lines[int(line) - 1])
    wrong.write_text("\n".join(lines) + "\n")
    assert places(judged(tmp_path / "copy")) == {name: told for name, told in WAYS.items() if name != way}


def test_all_ways_together_are_mended_in_one_run() -> None:
    with inside(EXAMPLE):
        fixed = fix_all(REQUEST, Chosen(unsafe=True))
    assert len(fixed.applied) == 6
    assert places(fixed.last) == {}
