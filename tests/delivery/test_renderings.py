"""The pictures in the documentation can be taken, and a Markdown engine reads what hosts are told as it is meant."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.delivery import renderings
from tests.delivery.renderings import IMAGES, WIDTH, Text, chromium, page, shoot, texts

pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")


@pytest.fixture(scope="module")
def told() -> dict[str, Text]:
    return {text.name: text for text in texts()}


@pytest.mark.parametrize("name", ["github-comment", "gitlab-comment"])
def test_a_comment_is_a_title_a_suggestion_and_its_proof(told: dict[str, Text], name: str) -> None:
    shown = page(told[name])
    assert "<strong>A database" in shown and '<div class="was">-   ' in shown and '<div class="is">+   ' in shown
    assert "Proved:" in shown and "&lt;!--" not in shown and "```" not in shown


def test_the_summary_is_a_table_and_folded_lists(told: dict[str, Text]) -> None:
    shown = page(told["summary"])
    assert "<h3>Gatepost: blocked</h3>" in shown and "<th>waived</th>" in shown
    assert shown.count("<details>") == shown.count("</details>") >= 3 and "<li><strong>high</strong>" in shown
    assert '<code class="language-yaml">waivers:' in shown


@pytest.mark.skipif(chromium() is None, reason="no Chromium here (apt-get install chromium)")
def test_a_picture_is_as_high_as_what_is_told(told: dict[str, Text], tmp_path: Path) -> None:
    browser = chromium()
    assert browser is not None
    shoot(browser, page(told["summary"]), tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert width == WIDTH and height > 300


def test_every_picture_of_the_documentation_is_one_that_the_script_takes(told: dict[str, Text]) -> None:
    page = (renderings.TOP / "docs" / "reviews.md").read_text("utf-8")
    for name in told:
        picture = IMAGES / f"{name}.png"
        assert f"images/{name}.png" in page and 5_000 < picture.stat().st_size < 150_000
