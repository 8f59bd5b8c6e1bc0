"""Which rules speak of one place at once: `python -m tests.policies.double_firing [FOLDER…]`; never what to do of it.

All rules judge the cases of all rules, and the files below the folders. Two rules are told as a pair where their
findings point at the same characters of the same resource; where that is only the head of a resource, an element or an
instruction, since what is missing is written nowhere, they have to have asked for the same attribute as well.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from gatepost.model.places import Location
from gatepost.model.policy import RuleChoice
from gatepost.pipeline.plan import plan_roots
from gatepost.pipeline.roots import Workshop, read_document
from gatepost.rules.catalogue import load
from gatepost.rules.folders import policy_files
from gatepost.rules.judge import judge
from gatepost.rules.judgements import Judged, Judgement
from gatepost.rules.telling import finding_of
from gatepost.sources.discovery import discover
from gatepost.sources.reading import Files
from gatepost.testing.cases import TODAY, strip_marks
from gatepost.testing.documents import read_document as document_of
from gatepost.testing.documents import texts_of

POLICIES = Path(__file__).parent.parent.parent / "policies"


def judged_cases() -> Iterator[tuple[str, Judged]]:
    """Yield (rule and name of a case, what all rules say of its text)."""
    catalogue = load(*policy_files(str(POLICIES)))
    for rule in catalogue.rules():
        for case in rule.plain.get("cases", ()):
            texts = {path: strip_marks(text)[0] for path, text in texts_of(case).items()}
            settings = dict(case.get("settings", {}))
            today = str(settings.pop("today", TODAY))
            choices = {rule.id: RuleChoice(rule.id, settings=settings)}
            yield f"{rule.id}: {case['name']}", judge(document_of(texts), catalogue, choices, today)


def _none_ignored(*_: object) -> frozenset[str]:
    return frozenset()


def judged_files(folder: Path) -> Iterator[tuple[str, Judged]]:
    """Yield (path, what all rules say) for each root below a folder."""
    catalogue = load(*policy_files(str(POLICIES)))

    def nothing(_: str) -> bool:
        return False

    found = discover((str(folder),), nothing, _none_ignored)
    files = Files(found.root, found.hidden)
    workshop = Workshop(files, catalogue, {}, (), TODAY)
    for root in plan_roots(found, files, lambda: found, None, False):
        document = read_document(workshop, root)
        if document is not None:
            yield str(folder / root.path), judge(document, catalogue, {}, TODAY)


def pairs(judged: Judged) -> set[tuple[str, str]]:
    """Return the rules, in order, that say something of the same place at once."""
    places: dict[tuple[Location, str], list[Judgement]] = defaultdict(list)
    for judgement in judged.violated():
        location = finding_of(judgement, judged).location
        places[location, judgement.subject.resource.address].append(judgement)
    found: set[tuple[str, str]] = set()
    for (location, _), judgements in places.items():
        for number, one in enumerate(judgements):
            for other in judgements[number + 1 :]:
                if one.rule.id != other.rule.id and (
                    not _is_head(one, location.region.start_line) or _asked(one) & _asked(other)
                ):
                    found.add((min(one.rule.id, other.rule.id), max(one.rule.id, other.rule.id)))
    return found


def _asked(judgement: Judgement) -> set[str]:
    return {asked.attribute for asked in judgement.asked}


def _is_head(judgement: Judgement, line: int) -> bool:
    subject = judgement.subject
    spans = (subject.resource.header, subject.resource.span, subject.container.span)
    return any(span is not None and span.source.position(span.start)[0] == line for span in spans)


def main(folders: list[str]) -> None:
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for where, judged in (*judged_cases(), *(one for folder in folders for one in judged_files(Path(folder)))):
        for pair in pairs(judged):
            seen[pair].append(where)
    for (one, other), where in sorted(seen.items()):
        print(f"{one} and {other}: {len(where)}, as in {where[0]}")


if __name__ == "__main__":
    main(sys.argv[1:])
