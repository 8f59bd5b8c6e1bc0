"""A receipt is compared with a checkout: what is as it says, what differs, what is gone."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from gatepost.model.problems import UsageError
from gatepost.pipeline import Request, check
from gatepost.pipeline.receipts import compare, read_receipt
from gatepost.reports.receipt import render
from tests.pipeline.stories import TODAY, inside, write
from tests.pipeline.test_tracing import FILES, git


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    git(write(tmp_path / "work", FILES), "init", "-q", "-b", "main")
    git(tmp_path / "work", "add", "-A")
    git(tmp_path / "work", "commit", "-q", "-m", "x")
    return tmp_path / "work"


def receipt(folder: Path, **more: Any) -> Path:
    with inside(folder):
        body = render(check(Request(paths=(".",), today=TODAY, traced=True, **more))).body
    path = folder.parent / "receipt.json"
    path.write_text(body)
    return path


def differing(path: Path, folder: Path) -> dict[str, str]:
    return {one.name: one.how for one in compare(read_receipt(str(path)), str(folder)) if one.how != "same"}


def test_an_untouched_checkout_is_as_the_receipt_says(folder: Path) -> None:
    assert differing(receipt(folder), folder) == {}


def test_what_was_edited_or_deleted_since_is_told(folder: Path) -> None:
    path = receipt(folder)
    write(folder, {"live/main.tf": "# nothing\n", "gatepost.yaml": "version: 1\nextends: strict\n"})
    (folder / "Dockerfile").unlink()
    assert differing(path, folder) == {"live/main.tf": "differs", "gatepost.yaml": "differs", "Dockerfile": "gone"}


def test_another_commit_is_told(folder: Path) -> None:
    path = receipt(folder)
    commit = git(folder, "rev-parse", "HEAD")
    git(folder, "commit", "-q", "--allow-empty", "-m", "y")
    assert differing(path, folder) == {commit[:12]: "differs"}


def test_the_policy_of_the_base_is_looked_up_in_the_base(folder: Path) -> None:
    base = git(folder, "rev-parse", "HEAD")
    write(folder, {"gatepost.yaml": "version: 1\nextends: observe\n"})
    git(folder, "commit", "-qam", "softer")
    assert differing(receipt(folder, base=base), folder) == {}


def test_a_receipt_whose_list_was_edited_does_not_fit_its_subject(folder: Path) -> None:
    path = receipt(folder)
    data = json.loads(path.read_text())
    data["predicate"]["inputs"] = [one for one in data["predicate"]["inputs"] if one["name"] != "Dockerfile"]
    path.write_text(json.dumps(data))
    assert differing(path, folder) == {"inputs": "differs"}


def test_what_a_signer_wraps_is_read(folder: Path) -> None:
    path = receipt(folder)
    envelope = {
        "payloadType": "application/vnd.in-toto+json",
        "payload": base64.b64encode(path.read_bytes()).decode(),
        "signatures": [],
    }
    for wrapped in (envelope, {"dsseEnvelope": envelope}):
        path.write_text(json.dumps(wrapped))
        assert differing(path, folder) == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"payload": "!"}',
        '{"payload": "AAAA"}',
        '{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1"}',
    ],
)
def test_what_is_no_receipt_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(UsageError, match=r"receipt|read"):
        read_receipt(str(tmp_path / "x.json"))


@pytest.mark.parametrize("name", ["inputs", "judged", "tool"])
@pytest.mark.parametrize("value", [None, [], [None], [{}], {}, "x", 3])
def test_a_receipt_of_another_shape_is_refused(folder: Path, name: str, value: object) -> None:
    path = receipt(folder)
    data = json.loads(path.read_text())
    data["predicate"][name] = value
    path.write_text(json.dumps(data))
    if name == "inputs" and value in ([], {}):
        assert differing(path, folder)
    elif name == "judged" and value == {}:
        assert "none" in differing(path, folder)
    else:
        with pytest.raises(UsageError):
            read_receipt(str(path))
