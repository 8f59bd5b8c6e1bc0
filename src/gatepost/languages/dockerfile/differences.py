"""What reads differently in a Dockerfile after an edit, by the texts of its instructions; never reads them."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.languages.dockerfile.attributes import SHAPES
from gatepost.languages.dockerfile.stages import Entry, Layout
from gatepost.languages.dockerfile.syntax import Instruction
from gatepost.model.documents import ReadKey

# Instructions whose text decides how others are read, and those whose text is felt by others in any way.
_SETTING = frozenset(("ARG", "ENV", "SHELL", "FROM"))
_FELT_ELSEWHERE = _SETTING | {"USER", "WORKDIR", "ONBUILD"}
# The attribute of its stage that an instruction makes, beside `instructions` and `commands`.
_OF_STAGES = {
    "CMD": "cmd",
    "ENTRYPOINT": "entrypoint",
    "HEALTHCHECK": "healthcheck",
    "LABEL": "labels",
    "EXPOSE": "exposed",
}


class Differences:
    """Which instructions differ between two layouts, of which only those in two stretches can.

    `paired`: there are as many in both, with the same names, so that one stands for the other (and the directives
    are the same).
    """

    __slots__ = ("new", "old", "paired")

    def __init__(self, old: Sequence[Entry], new: Sequence[Entry], same_directives: bool = True) -> None:
        self.paired = same_directives and [e.key for e in old] == [e.key for e in new]
        if self.paired:
            pairs = [(o, n) for o, n in zip(old, new, strict=True) if text_of(o) != text_of(n)]
            old, new = [o for o, _ in pairs], [n for _, n in pairs]
        self.old = old
        self.new = new

    @property
    def steady(self) -> bool:
        """Whether stages, variables and shells are what they were."""
        return not any(e.instruction.keyword in _SETTING for e in (*self.old, *self.new))

    @property
    def local(self) -> bool:
        """Whether all other instructions say what they said."""
        return self.paired and not any(e.instruction.keyword in _FELT_ELSEWHERE for e in self.old)


def changed_by(differences: Differences, before: Layout, after: Layout) -> frozenset[ReadKey]:
    """Return what reads differently; everything, once the order of the instructions differs."""
    stages = [*before.stages, *after.stages]
    found: set[ReadKey] = set()
    if not differences.local:
        for entry in [*before.entries, *after.entries]:
            keyword = entry.instruction.keyword
            found.update((entry.key, name) for name in ("*", *SHAPES[keyword]))
            found.add((f"type:{keyword}", "*"))
        for stage in stages:
            found.update((stage.key, name) for name in ("*", *SHAPES["stage"]))
        found.add(("type:stage", "*"))
        found.update(("document", name) for name in ("*", *SHAPES["document"]))
        return frozenset(found)
    # Which instructions there are is the same, in the stages and in the file: only what is asked of these few differs.
    for one, other in zip(differences.old, differences.new, strict=True):
        same = _same_attributes(one.instruction, other.instruction)
        found.update((one.key, name) for name in ("*", *SHAPES[one.instruction.keyword]) if name not in same)
    names = {"*", "commands", *(_OF_STAGES.get(one.instruction.keyword, "*") for one in differences.old)}
    touched = {one.stage.key for one in differences.old if one.stage is not None}
    for stage in stages:
        if any(one.key in touched for one in stage.chain()):
            found.update((stage.key, name) for name in names)
    return frozenset(found)


def _same_attributes(one: Instruction, other: Instruction) -> set[str]:
    """Return attributes that two texts of one instruction surely have in common."""
    same = {"keyword", "stage"}
    if (one.words is None) == (other.words is None):
        same |= {"form", "shell"}  # the exec form has no shell
    if not one.heredocs and not other.heredocs:
        same.add("heredocs")
    if [one.text[f.start : f.end] for f in one.flags] == [other.text[f.start : f.end] for f in other.flags]:
        same |= {"flags", "mounts"}
    return same


def text_of(entry: Entry) -> str:
    """Return an instruction as it is written, with its here-documents."""
    instruction = entry.instruction
    return instruction.places.source.text[instruction.start : instruction.end]
