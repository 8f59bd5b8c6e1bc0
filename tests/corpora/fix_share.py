"""`python -m tests.corpora.fix_share [FOLDERS]`: how many findings have a proved fix, and why the others have none.

Of the Terraform, the templates and the Dockerfiles of GATEPOST_CORPORA and of each folder that is named, at the
audience `regular`: as Gatepost comes, and under a policy that names the settings of the vocabulary once.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gatepost.model.findings import Finding
from gatepost.model.shared_settings import VOCABULARY
from gatepost.pipeline import Request, check

TODAY = "2026-11-22"
WANTED = (0.5, 0.75)


class Share(NamedTuple):
    """The findings of one folder, as Gatepost comes and with the settings named; the same ones, in the same order."""

    name: str
    plain: tuple[Finding, ...]
    named: tuple[Finding, ...]


def policy() -> str:
    """A policy that names every setting which is the same everywhere, by the examples of the vocabulary."""
    lines = ["version: 1", "extends: recommended", "settings:"]
    providers: dict[str, list[str]] = {}
    for name, meaning in VOCABULARY.items():
        for provider, form in meaning.forms.items():
            example = f"[{form.example!r}]" if meaning.sort == "texts" else repr(form.example)
            if meaning.everywhere and meaning.sort in ("text", "texts", "number"):
                text = form.example if meaning.sort == "number" else example
                providers.setdefault(provider, []).append(f"{name}: {text}")
    lines += [f"  {line}" for line in providers.pop("", [])]
    for provider, given in providers.items():
        lines += [f"  {provider}:", *(f"    {line}" for line in given)]
    return "\n".join(lines) + "\n"


def findings(folder: Path, policy: str | None) -> tuple[Finding, ...]:
    """The findings of Gatepost's own rules, of whatever severity."""
    verdict = check(Request(paths=(str(folder),), today=TODAY, policy=policy, allow_empty=True))
    return tuple(one.assessment.finding for one in verdict.decisions)


def folders(arguments: list[str]) -> Iterator[Path]:
    corpora = os.environ.get("GATEPOST_CORPORA", "")
    for name in ("terraform", "cloudformation") if corpora else ():
        yield Path(corpora) / name
    yield from map(Path, arguments)


def shares(arguments: list[str]) -> Iterator[Share]:
    with tempfile.TemporaryDirectory() as place:
        given = Path(place) / "gatepost.yaml"
        given.write_text(policy(), encoding="utf-8")
        for folder in folders(arguments):
            yield Share(folder.name or str(folder), findings(folder, None), findings(folder, str(given)))


def fixed(found: tuple[Finding, ...]) -> int:
    return sum(bool(one.fixes) for one in found)


def percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"


def table(found: list[Share]) -> Iterator[str]:
    yield f"{'':28}{'findings':>10}{'fixed':>8}{'':>6}{'named':>8}{'':>6}"
    rows = [*found, Share("all", *(tuple(one for share in found for one in side(share)) for side in (plain, named)))]
    for share in rows:
        count, out, with_settings = len(share.plain), fixed(share.plain), fixed(share.named)
        shown = f"{out:>8}{percent(out, count):>6}{with_settings:>8}{percent(with_settings, len(share.named)):>6}"
        yield f"{share.name[:27]:28}{count:>10}{shown}"


def plain(share: Share) -> tuple[Finding, ...]:
    return share.plain


def named(share: Share) -> tuple[Finding, ...]:
    return share.named


def reasons(found: list[Share]) -> Iterator[str]:
    """The rules whose findings have no fix though the settings are named, most first, with the commonest reason."""
    without: Counter[str] = Counter()
    every: Counter[str] = Counter()
    why: dict[str, Counter[str]] = {}
    for share in found:
        for one in share.named:
            every[one.rule] += 1
            if not one.fixes:
                without[one.rule] += 1
                why.setdefault(one.rule, Counter())[one.no_fix] += 1
    for rule, count in without.most_common():
        yield f"{count:>5} of {every[rule]:<5}{rule}"
        for reason, times in why[rule].most_common(3):
            yield f"{'':14}{times:>4} × {reason}"


def main(arguments: list[str]) -> int:
    found = list(shares(arguments))
    if not found:
        print("GATEPOST_CORPORA names no folder, and no folder is named", file=sys.stderr)
        return 2
    print("\n".join([*table(found), "", *reasons(found)]))
    every = sum(len(share.plain) for share in found)
    got = (sum(fixed(share.plain) for share in found), sum(fixed(share.named) for share in found))
    return 0 if all(part >= wanted * every for part, wanted in zip(got, WANTED, strict=True)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
