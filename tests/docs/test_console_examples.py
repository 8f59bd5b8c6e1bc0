"""Every console example of the documentation is run and shows what the page shows."""

from __future__ import annotations

import pytest

from tests.docs.console import console_blocks, differs, run_block
from tests.docs.pages import Block


@pytest.mark.parametrize("block", console_blocks(), ids=str)
def test_an_example_prints_what_the_page_shows(block: Block) -> None:
    for step, output, code in run_block(block):
        assert code in (0, 1, 3), f"{step.command}: exit code {code}\n" + "\n".join(output)
        fault = differs(step.shown, output)
        assert not fault, f"$ {step.command}\n{fault}\n\n(python -m tests.docs.console --write records it anew)"


def test_elisions_stand_for_any_lines_and_seconds_for_any_time() -> None:
    output = ["a", "b", "c", "took 0.12 s"]
    assert not differs(("a", "…", "took 9.99 s"), output)
    assert not differs(("…", "b", "…"), output)
    assert not differs(("a", "…", "took …"), output)
    assert differs(("a", "c", "…"), output)
    assert differs(("…", "gave …"), output)
    assert differs(("a", "b"), output)
