"""The parts of an image's name: registry, repository, tag, digest, or the stage it names; never fetches one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from gatepost.languages.shell.places import HOLE, Word
from gatepost.model.values import Unknown, Value

_NAMES = ("registry", "repository", "tag", "digest", "stage", "unknown_stage", "name", "text")


class ImageParts(Mapping[str, Value]):
    """The parts of one image name. `word` is the whole; the parts' ends (for writing) are offsets into its text."""

    __slots__ = ("parts", "repository_end", "tag_end", "word")

    def __init__(self, word: Word, parts: dict[str, Value], repository_end: int, tag_end: int) -> None:
        self.word = word
        self.parts = parts
        self.repository_end = repository_end
        self.tag_end = tag_end

    def __getitem__(self, name: str) -> Value:
        return self.parts[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in _NAMES if name in self.parts)

    def __len__(self) -> int:
        return len(self.parts)


def read_image(word: Word, stage_of: Callable[[str], bool | None] = lambda _name: None) -> Value:
    """Return an image's name as a map value (`attributes.IMAGE`).

    `stage_of` says of a name whether it is an earlier stage (True), one that cannot be meant (False), or no stage.
    A part that a variable may hold is unknown, with the known text around it.
    """
    plain = word.plain
    holes = _holes(word)
    parts: dict[str, Value] = {"text": word.value()}
    end = len(plain)
    if not holes:
        stage = stage_of(plain)
        if stage:
            parts["stage"] = parts["text"]
            return _made(word, parts, end, end)
        if stage is False:
            parts["unknown_stage"] = Value(True, word.span, notation=word.places.notation)
    if len(holes) == 1 and plain == HOLE:
        hole = parts["text"]
        for name in ("registry", "repository", "tag", "digest", "name"):
            parts[name] = hole._replace(literal=Unknown(_why(hole), name != "repository"))
        return _made(word, parts, end, end)
    at_sign = plain.find("@")
    tag_end = at_sign if at_sign >= 0 else end
    slash = plain.rfind("/", 0, tag_end)
    colon = plain.find(":", slash + 1, tag_end)
    repository_end = colon if colon >= 0 else tag_end
    first = plain.find("/", 0, repository_end)
    head = plain[:first] if first >= 0 else ""
    registry_hole = any(h < first for h in holes)
    has_registry = first >= 0 and ("." in head or ":" in head or head == "localhost" or head != head.lower())
    start = first + 1 if has_registry else 0
    if has_registry:
        parts["registry"] = word.part(0, first)
    parts["repository"] = word.part(start, repository_end)
    if colon >= 0:
        parts["tag"] = word.part(colon + 1, tag_end)
    if at_sign >= 0:
        parts["digest"] = word.part(at_sign + 1, end)
    _doubts(word, parts, holes, registry_hole and not has_registry, (start, repository_end, tag_end, end))
    repository = parts["repository"].literal
    if type(repository) is str and "registry" not in parts:
        full = repository if "/" in repository else f"library/{repository}"
        parts["name"] = Value(f"docker.io/{full}", word.span)
    elif type(repository) is str and type(parts["registry"].literal) is str:
        parts["name"] = Value(f"{parts['registry'].literal}/{repository}", word.span)
    else:
        parts["name"] = Value(Unknown(_why(parts["text"]), False), word.span)
    return _made(word, parts, repository_end, tag_end)


def _doubts(
    word: Word, parts: dict[str, Value], holes: list[int], registry: bool, ends: tuple[int, int, int, int]
) -> None:
    """Make unknown what a hole at the end of a part may hold beside that part."""
    _, repository_end, tag_end, end = ends
    text = parts["text"]

    def doubtful(name: str) -> None:
        parts.setdefault(name, text._replace(literal=Unknown(_why(text), True)))

    if registry:
        doubtful("registry")
    if "tag" not in parts and holes and holes[-1] == repository_end - 1 and repository_end == end:
        doubtful("tag")
        doubtful("digest")
    if "digest" not in parts and holes and holes[-1] == end - 1 and tag_end == end:
        doubtful("digest")
    del word


def _why(value: Value) -> str:
    return value.unknown.why if value.unknown is not None else "a variable may hold it"


def _made(word: Word, parts: dict[str, Value], repository_end: int, tag_end: int) -> Value:
    image = ImageParts(word, parts, repository_end, tag_end)
    return Value(image, word.span, parts["text"].origins, notation=word.places.notation)


def _holes(word: Word) -> list[int]:
    found: list[int] = []
    at = 0
    for piece in word.pieces:
        if piece.text is None:
            found.append(at)
            at += 1
        else:
            at += len(piece.text)
    return found
