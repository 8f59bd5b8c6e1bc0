"""Measures, within one process of the installed package, the HCL parser and the proving of fixes; prints JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from gatepost.fixes.proving import with_fix
from gatepost.languages.terraform.syntax import parse
from gatepost.pipeline.plan import Root
from gatepost.pipeline.roots import Workshop, read_document
from gatepost.rules.catalogue import load_shipped
from gatepost.rules.judge import judge
from gatepost.sources.reading import Files

TODAY = "2026-11-21"


def parsing(texts: list[str], rounds: int) -> float:
    """Megabytes a second."""
    size = sum(len(text.encode()) for text in texts)
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        for text in texts:
            parse(text)
        best = min(best, time.process_time() - began)
    return size / best / 1e6


def proving(folder: Path, rounds: int) -> dict[str, float]:
    catalogue = load_shipped()
    judging = fixing = float("inf")
    fixes = 0
    for _ in range(rounds):
        began = time.process_time()
        document = read_document(Workshop(Files(str(folder)), catalogue, {}, (), TODAY), Root("terraform", "."))
        assert document is not None
        judged = judge(document, catalogue, {}, TODAY)
        violated = judged.violated()
        between = time.process_time()
        findings = [with_fix(document, judged, judgement) for judgement in violated]
        judging, fixing = min(judging, between - began), min(fixing, time.process_time() - between)
        fixes = sum(bool(finding.fixes) for finding in findings)
    return {"judging": judging, "proving": fixing * 500 / max(fixes, 1), "fixes": fixes}


def main() -> None:
    folder, corpora, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    where = Path(corpora) if corpora else folder
    texts = [path.read_text(errors="replace") for path in sorted(where.rglob("*.tf"))]
    while sum(map(len, texts)) < 1_000_000:
        texts += texts
    print(json.dumps({"megabytes": parsing(texts, rounds), **proving(folder, rounds)}))


if __name__ == "__main__":
    main()
