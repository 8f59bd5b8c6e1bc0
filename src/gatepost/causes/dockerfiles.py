"""The Dockerfiles of a repository: which one an image is built by, and what its stages are based on; never an image."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from gatepost.languages.dockerfile.document import Dockerfile, read_dockerfile
from gatepost.languages.dockerfile.stages import Entry, Stage
from gatepost.model.places import Span
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown, Value
from gatepost.sources.reading import Files

_SPACE = re.compile(r"\s+")
_BEFORE = re.compile(r"(?:\|\d+ .*?)?(?:/bin/(?:ba|a|da)?sh -(?:o pipefail -)?e?u?x?c )(?:#\(nop\) +)?").match
_MOST_DOCKERFILES = 500
_SURE = 100  # characters of a command that was cut


class Built(NamedTuple):
    """A Dockerfile that images are built by; `why` says how that is known."""

    document: Dockerfile
    why: str


class Source(NamedTuple):
    """What brings a package: an instruction (RUN, COPY or FROM), with the steps that lead there from the final stage.

    `image` is the base image as written, for a FROM that names one; `set_at` where that name is set (an ARG).
    `pinned` is the version in the command, where there is one. `unsure` where it may come with the base image too.
    `document` is the Dockerfile of a FROM.
    """

    entry: Entry
    span: Span
    through: tuple[Entry, ...] = ()
    image: str = ""
    set_at: Span | None = None
    set_by: str = ""
    pinned: Value | None = None
    unsure: bool = False
    document: Dockerfile | None = None


class Dockerfiles:
    """The Dockerfiles of a repository."""

    def __init__(self, files: Files, paths: Sequence[str]) -> None:
        self._files = files
        self._paths = paths[:_MOST_DOCKERFILES]
        self._read: dict[str, Dockerfile] | None = None

    def all(self) -> dict[str, Dockerfile]:
        """Return those that can be read and have a stage, by path."""
        if self._read is None:
            self._read = {}
            for path in self._paths:
                source = self._files.read(path, "dockerfile")
                document = read_dockerfile(source) if source is not None else None
                if document is not None and document.layout.stages:
                    self._read[path] = document
        return self._read

    def with_base(self, name: str) -> Source | None:
        """Return the FROM that names an image itself: what was scanned is a base, and not what is built here."""
        found: list[Source] = []
        for document in self.all().values():
            for stage in document.layout.stages:
                if stage.base is None:
                    source = base_of(document, stage)
                    if _same_image(source.image, name):
                        found.append(source)
        return found[0] if len({one.span.source.path for one in found}) == 1 else None

    def of_image(self, name: str, commands: frozenset[str], alone: bool) -> Built | str:
        """Return the Dockerfile of an image by its name and the commands of its layers, else why none can be told.

        `alone` tells that the reports are about no other image: then a Dockerfile that is alone too is meant.
        """
        documents = self.all()
        if not documents:
            return "there is no Dockerfile here"
        scores = {path: sum(1 for _ in matching(document, commands)) for path, document in documents.items()}
        best = max(scores.values())
        first = [path for path, score in scores.items() if score == best]
        if best and len(first) == 1:
            return Built(documents[first[0]], "its commands are those of the image's layers")
        named = [path for path in documents if _is_called(path, documents[path], name)]
        if len(named) == 1:
            return Built(documents[named[0]], f"it is called like the image {name}")
        if len(documents) == 1 and alone:
            only = next(iter(documents))
            return Built(documents[only], "it is the only Dockerfile here")
        shown = ", ".join(sorted(named or documents)[:4])
        return f"which Dockerfile the image {name} is built by cannot be told: {shown}"


def _is_called(path: str, document: Dockerfile, image: str) -> bool:
    """Whether a Dockerfile's folder, ending or title is the last part of an image's name."""
    last = last_part(image)
    folder, _, name = path.lower().rpartition("/")
    ending = name.removeprefix("dockerfile").removeprefix("containerfile").strip(".")
    title = ""
    labels = document.context.stage(document.layout.stages[-1]).literal.get("labels")
    if labels is not None and "org.opencontainers.image.title" in labels.literal:
        title = str(labels.literal["org.opencontainers.image.title"].literal).lower()
    words = {
        folder.rpartition("/")[2],
        ending,
        ending.removesuffix(".dockerfile"),
        name.removesuffix(".dockerfile"),
        title,
    }
    return bool(last) and last in words - {""}


def last_part(image: str) -> str:
    """Return the last part of an image's name, without tag and digest, in small letters."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()


def plain_command(command: str) -> str:
    """Return a layer's command as the history of an image has it, in the words of a Dockerfile."""
    text = _SPACE.sub(" ", command[:5000]).strip().removesuffix("# buildkit").strip()
    keyword = text.partition(" ")[0]
    if keyword == "RUN":
        text = text[4:]
    found = _BEFORE(text)
    return text[found.end() :].strip() if found else text


def matching(document: Dockerfile, commands: Iterable[str]) -> Iterator[Entry]:
    """Yield the instructions that ran the commands of some layers."""
    wanted = {plain_command(command) for command in commands} - {""}
    if not wanted:
        return
    # Reports cut very long commands.
    cut = tuple(one[:-1] for one in wanted if one.endswith("…") and len(one) > _SURE)
    for entry in document.layout.entries:
        text = _SPACE.sub(" ", entry.instruction.arguments).strip()
        if entry.instruction.keyword in ("COPY", "ADD"):
            text = f"{entry.instruction.keyword} {text}"
        if text in wanted or (cut and text.startswith(cut)):
            yield entry


def base_of(document: Dockerfile, stage: Stage) -> Source:
    """Return the FROM of a stage, with the image that it names and where a variable in that name is set."""
    entry = stage.entries[0]
    image = document.context.stage(stage).literal.get("image")
    text = image.literal.get("text") if image is not None else None
    if text is None:
        return Source(entry, span_of(entry), document=document)
    name = text.literal if isinstance(text.literal, str) else stage.image.plain
    if type(text.literal) is Unknown:
        name = _SPACE.sub(" ", entry.instruction.arguments).partition(" ")[0]
    parts = [image.literal.get(part) for part in ("tag", "digest", "name", "text")] if image is not None else []
    origin = next((part.origins[-1] for part in parts if part is not None and part.origins), None)
    set_at = origin.span if origin is not None else None
    what = origin.what if origin is not None else ""
    return Source(entry, span_of(entry), (), name, set_at, what, document=document)


def _same_image(one: str, other: str) -> bool:
    return bool(one) and _full(one) == _full(other)


def _full(image: str) -> str:
    """Return an image's name without what Docker leaves out: docker.io/library/ and the tag latest."""
    name = image.removeprefix("docker.io/").removeprefix("index.docker.io/").removeprefix("library/")
    name, _, digest = name.partition("@")
    if digest:
        return f"{name.partition(':')[0]}@{digest}"
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def whole(entry: Entry) -> Source:
    """Return an instruction as what brings a package."""
    return Source(entry, span_of(entry))


def span_of(entry: Entry) -> Span:
    """Return all of an instruction."""
    instruction = entry.instruction
    return Span(instruction.places.source, instruction.start, instruction.end)
