"""`python -m tests.benchmarks.rules [FOLDERS]`: what the rules themselves cost, all of them on.

Loading the compiled library, in a process of its own; what the rules cost whose resources are absent; and the time of
each rule on each resource it applies to, over the Terraform and the templates of GATEPOST_CORPORA, Dockerfiles that are
written for it, and the folders that are named. A rule is timed alone on a document that has been read: what several
share, such as the reading of a policy, counts for each.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from gatepost.model.documents import Document
from gatepost.pipeline import Request
from gatepost.pipeline.preparing import prepare
from gatepost.pipeline.roots import read_document
from gatepost.rules import judge as judging
from gatepost.rules.catalogue import Catalogue, Part
from gatepost.rules.compiled import read_compiled
from gatepost.rules.compiled_writing import compile_shipped
from gatepost.rules.judge import judge
from gatepost.sources.reading import Files
from tests.benchmarks import inputs
from tests.benchmarks.table import Row, show

TODAY = "2026-11-22"
ROUNDS = 7
SLOWEST = 10
_JUDGING = "_fresh_unit"  # what judges one rule on one resource
_POLICIES = Path(__file__).resolve().parents[2] / "policies"
_LOADING = """\
import gc, sys, time
from gatepost.rules.compiled import read_compiled
gc.freeze()
gc.set_threshold(50_000, 20, 50)
began = time.process_time()
catalogue = read_compiled(sys.argv[1])
rules = catalogue.rules()
catalogue.rules_for("terraform", "aws_s3_bucket")
print((time.process_time() - began) * 1000, len(rules))
"""


class Cost(NamedTuple):
    """What one rule cost: seconds, on how many resources, and the longest on one of them."""

    rule: str
    seconds: float
    resources: int
    longest: float

    @property
    def each(self) -> float:
        """Microseconds for one resource."""
        return self.seconds / self.resources * 1e6


def loading(folder: str) -> tuple[float, int]:
    """The least milliseconds of several processes, and how many rules there are."""
    found: list[tuple[float, int]] = []
    for _ in range(ROUNDS):
        done = subprocess.run([sys.executable, "-c", _LOADING, folder], check=True, capture_output=True, text=True)
        took, count = done.stdout.split()
        found.append((float(took), int(count)))
    return min(found)


def documents(folders: Sequence[Path]) -> Iterator[Document]:
    for folder in folders:
        run = prepare(Request(paths=(str(folder),), today=TODAY, jobs=1, allow_empty=True), Files)
        for root in run.roots:
            document = read_document(run.workshop, root)
            if document is not None:
                yield document


def applicable(catalogue: Catalogue, read: Sequence[Document]) -> Catalogue:
    """A catalogue of only the rules that speak of something in the documents."""
    ids = {
        rule.id
        for document in read
        for type in (*document.types(), judging.EVERY)
        for rule in catalogue.rules_for(document.language, type)
    }
    found = Catalogue()
    rules = {id: catalogue.rule(id).plain for id in sorted(ids)}
    concepts = {concept.name: concept.plain for concept in catalogue.concepts()}
    found.add(Part(rules, concepts, catalogue.tables()))
    return found


def judged(catalogue: Catalogue, read: Sequence[Document]) -> float:
    began = time.process_time()
    for document in read:
        judge(document, catalogue, {}, TODAY)
    return time.process_time() - began


def in_turns(catalogues: Sequence[Catalogue], read: Sequence[Document]) -> list[float]:
    best = [float("inf")] * len(catalogues)
    for _ in range(ROUNDS):
        for number, catalogue in enumerate(catalogues):
            best[number] = min(best[number], judged(catalogue, read))
    return best


def costs(catalogue: Catalogue, read: Sequence[Document]) -> list[Cost]:
    """What each rule costs, the least of several times on each resource, the dearest for one resource first."""
    times: dict[str, dict[tuple[int, str, str], float]] = {}
    original: Any = getattr(judging, _JUDGING)

    def timed(world: Any, judged: Any, rule: Any, resource: Any) -> Any:
        began = time.process_time()
        unit = original(world, judged, rule, resource)
        took = time.process_time() - began
        mine, key = times.setdefault(rule.id, {}), (id(world.document), resource.type, resource.key)
        mine[key] = min(took, mine.get(key, took))
        return unit

    setattr(judging, _JUDGING, timed)
    try:
        for document in read:
            ids = {rule.id for type in document.types() for rule in catalogue.rules_for(document.language, type)}
            for id_of_rule in sorted(ids):
                for _ in range(ROUNDS):
                    judge(document, catalogue, {}, TODAY, frozenset([id_of_rule]))
    finally:
        setattr(judging, _JUDGING, original)
    found = [Cost(rule, sum(took.values()), len(took), max(took.values())) for rule, took in times.items()]
    return sorted(found, key=lambda cost: -cost.each)


def folders(arguments: Sequence[str], work: Path) -> list[Path]:
    corpora = os.environ.get("GATEPOST_CORPORA", "")
    found = [Path(corpora) / name for name in ("terraform", "cloudformation")] if corpora else []
    return [*found, inputs.dockerfiles(work / "dockerfiles", 20), *map(Path, arguments)]


def main(arguments: Sequence[str]) -> int:
    gc.freeze()  # as the command line does
    gc.set_threshold(50_000, 20, 50)
    with tempfile.TemporaryDirectory() as place:
        compiled = os.path.join(place, "compiled")
        compile_shipped(str(_POLICIES), compiled)
        took, count = loading(compiled)
        catalogue = read_compiled(compiled)
        assert catalogue is not None
        read = list(documents(folders(arguments, Path(place))))
        few = applicable(catalogue, read)
        judged(catalogue, read)  # the documents are read to the end, the rules compiled
        every, only = in_turns([catalogue, few], read)
        found = costs(catalogue, read)
    seconds, units = sum(cost.seconds for cost in found), sum(cost.resources for cost in found)
    rows = [
        Row("loading all rules", took, "at most", 15, "ms", f"{count} rules"),
        Row("all rules, to those that apply", every / only, "at most", 1.1, "x", f"{len(few.ids())} apply"),
        Row("a rule on a resource", seconds / units * 1e6, "at most", 150, "µs", f"{units} times"),
    ]
    print(show(rows))
    print(f"\n{'the slowest':<48}{'µs each':>9}{'longest':>9}{'resources':>11}")
    for cost in found[:SLOWEST]:
        print(f"{cost.rule:<48}{cost.each:>9.0f}{cost.longest * 1e6:>9.0f}{cost.resources:>11}")
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
