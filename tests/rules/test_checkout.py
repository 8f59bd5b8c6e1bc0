"""In a checkout the rules are read from their files, or from what was compiled of just these files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatepost.model.problems import UsageError
from gatepost.rules import checkout
from gatepost.rules.compiled import read_compiled

RULE = """\
title: A bucket
severity: low
category: access
why: It is one.
applies_to: terraform.aws_s3_bucket
forbid: {acl: public-read}
"""


@pytest.fixture
def rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "policies/rules/acme/bucket.yaml"
    path.parent.mkdir(parents=True)
    (tmp_path / "policies/resources").mkdir()
    path.write_text(RULE)
    monkeypatch.setattr(checkout, "_POLICIES", str(tmp_path / "policies"))
    monkeypatch.setattr(checkout, "_KEPT", str(tmp_path / "build"))
    return path


def test_nothing_is_kept_until_somebody_asks_for_it(rule: Path) -> None:
    assert checkout.folder_of_checkout() is None
    kept = checkout.keep_compiled()
    assert checkout.folder_of_checkout() == kept == checkout.keep_compiled()
    compiled = read_compiled(kept)
    assert compiled is not None and compiled.ids() == ("acme/bucket",)


@pytest.mark.parametrize("change", ["edited", "touched", "added", "removed"])
def test_what_was_compiled_counts_only_while_nothing_has_changed(rule: Path, change: str) -> None:
    checkout.keep_compiled()
    if change == "edited":
        rule.write_text(RULE.replace("low", "high"))
    elif change == "touched":
        os.utime(rule, ns=(1, 1))
    elif change == "added":
        rule.with_name("other.yaml").write_text(RULE)
    else:
        rule.unlink()
    assert checkout.folder_of_checkout() is None


def test_old_ones_are_removed_when_a_new_one_is_made(rule: Path) -> None:
    first = checkout.keep_compiled()
    rule.write_text(RULE.replace("low", "high"))
    second = checkout.keep_compiled()
    assert os.path.isdir(first)  # somebody may just read from it
    os.utime(first, (1, 1))
    rule.write_text(RULE.replace("low", "info"))
    third = checkout.keep_compiled()
    assert [os.path.isdir(one) for one in (first, second, third)] == [False, True, True]


def test_what_does_not_load_leaves_nothing_behind(rule: Path, tmp_path: Path) -> None:
    rule.write_text(RULE.replace("severity", "severiti"))
    with pytest.raises(UsageError):
        checkout.keep_compiled()
    assert list((tmp_path / "build").iterdir()) == []
