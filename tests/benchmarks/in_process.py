"""Measures, within one process of the installed package, the HCL parser and the proving of fixes; prints JSON."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from gatepost.fixes.together import with_fixes
from gatepost.languages.terraform.document import read_root
from gatepost.languages.terraform.roots import root_directories
from gatepost.languages.terraform.syntax import parse
from gatepost.model.findings import Finding
from gatepost.pipeline import Request, check, roots
from gatepost.pipeline.plan import Root
from gatepost.pipeline.roots import Workshop, read_document
from gatepost.reports import render
from gatepost.reports.view import View
from gatepost.rules.catalogue import load_shipped
from gatepost.rules.judge import judge
from gatepost.rules.judgements import Judged, Judgement
from gatepost.rules.telling import finding_of
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


def evaluating(folder: Path, rounds: int) -> float:
    """How often as long as parsing the files of each call takes evaluating everything that is written in them."""
    files = Files(str(folder))
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.tf"))

    def text(path: str) -> str | None:
        source = files.read(path)
        return source.text if source else None

    best = float("inf")
    for _ in range(rounds):
        parse_time = evaluate_time = 0.0
        for root in root_directories(paths, text):
            document = read_root(root, files)
            began = time.process_time()
            for resource in document.instances():
                for name in resource.body.literal:
                    resource.body.literal.get(name)
            between = time.process_time()
            for scope in document.scopes():
                for file in scope.directory.files.values():
                    parse(file.source.text)
            parse_time += time.process_time() - between
            evaluate_time += between - began
        best = min(best, evaluate_time / parse_time)
    return best


def checking(folder: Path, rounds: int) -> float:
    """Seconds for everything that a check with a json report does after loading, except that no fix is proved."""

    def without_fixes(document: object, judged: Judged, judgements: Sequence[Judgement]) -> list[Finding]:
        return [finding_of(judgement, judged) for judgement in judgements]

    proved, roots.with_fixes = roots.with_fixes, without_fixes
    best = float("inf")
    request = Request(paths=(str(folder),), today=TODAY, jobs=1)
    try:
        for _ in range(rounds):
            began = time.process_time()
            "".join(render("json", check(request), View()).pieces())
            best = min(best, time.process_time() - began)
    finally:
        roots.with_fixes = proved
    return best


def proving(folder: Path, rounds: int) -> dict[str, float]:
    catalogue = load_shipped()
    catalogue.leave_out_thorough()  # as the check that it is compared with
    judging = fixing = float("inf")
    fixes = 0
    for _ in range(rounds):
        began = time.process_time()
        document = read_document(Workshop(Files(str(folder)), catalogue, {}, (), TODAY), Root("terraform", "."))
        assert document is not None
        judged = judge(document, catalogue, {}, TODAY)
        violated = judged.violated()
        between = time.process_time()
        findings = with_fixes(document, judged, violated)
        judging, fixing = min(judging, between - began), min(fixing, time.process_time() - between)
        fixes = sum(bool(finding.fixes) for finding in findings)
    share = 500 / max(fixes, 1)
    return {"judging": judging, "proving": fixing * share, "fixes": fixes, "checking": checking(folder, rounds)}


def main() -> None:
    gc.freeze()  # as the command line does
    gc.set_threshold(50_000, 20, 50)
    folder, corpora, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    where = Path(corpora) if corpora else folder
    texts = [path.read_text(errors="replace") for path in sorted(where.rglob("*.tf"))]
    while sum(map(len, texts)) < 1_000_000:
        texts += texts
    found = {"megabytes": parsing(texts, rounds), "evaluating": evaluating(where, rounds), **proving(folder, rounds)}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
