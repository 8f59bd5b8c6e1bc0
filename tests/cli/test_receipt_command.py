"""`--receipt` and `gatepost receipt verify` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run


def test_a_receipt_is_written_beside_what_the_terminal_shows(gatepost: Run, shop: Path) -> None:
    ran = gatepost("check", "--receipt", "receipt.json")
    assert (ran.code, "BLOCKED" in ran.out) == (1, True)
    predicate = json.loads((shop / "receipt.json").read_text())["predicate"]
    assert (predicate["result"]["exit_code"], predicate["today"]) == (1, "2026-11-22")


def test_a_receipt_is_the_same_each_time(gatepost: Run, shop: Path) -> None:
    texts: list[str] = []
    for _ in range(2):
        gatepost("check", "--receipt", "receipt.json")
        texts.append((shop / "receipt.json").read_text())
    assert texts[0] == texts[1]


def test_what_was_edited_since_ends_with_1_and_is_named(gatepost: Run, shop: Path) -> None:
    gatepost("check", "--receipt", "receipt.json")
    assert gatepost("receipt", "verify", "receipt.json").code == 0
    with (shop / "Dockerfile").open("a") as file:
        file.write("# more\n")
    ran = gatepost("receipt", "verify", "receipt.json")
    assert ran.code == 1
    assert "differs  Dockerfile (source)" in ran.out
    assert "Dockerfile" not in gatepost("receipt", "verify", "-q", "receipt.json").out


def test_what_is_no_receipt_is_a_usage_error(gatepost: Run, shop: Path) -> None:
    for file in ("queue.yaml", "missing.json", "infra"):
        ran = gatepost("receipt", "verify", file)
        assert (ran.code, "Traceback" in ran.err) == (2, False)


def test_a_receipt_needs_a_file_of_its_own(gatepost: Run, shop: Path) -> None:
    assert gatepost("check", "--receipt", "").code == 2
    assert gatepost("check", "--receipt", "x.json", "--format", "json=x.json").code == 2
    assert not (shop / "x.json").exists()


def test_the_suffix_says_how_the_evidence_is_written(gatepost: Run, shop: Path) -> None:
    gatepost("check", "--format", "compliance=e.csv", "--format", "compliance=e.md", "--format", "json=v.json")
    assert (shop / "e.csv").read_text().startswith("framework,control,")
    assert (shop / "e.md").read_text().startswith("# What is evidenced")


def test_a_plain_check_loads_nothing_of_receipts() -> None:
    import subprocess
    import sys

    code = (
        "import sys; sys.argv = ['gatepost', 'check', 'examples/shop', '-q'];\n"
        "from gatepost.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit: pass\n"
        "bad = [m for m in sys.modules if m.startswith('gatepost') and m.rpartition('.')[2] in "
        "('tracing', 'receipts', 'receipt', 'library', 'looking', 'traces', 'standards', 'evidenced')]\n"
        "assert not bad, bad\n"
    )
    top = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", code], cwd=top, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
