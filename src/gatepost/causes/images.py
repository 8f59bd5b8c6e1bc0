"""Which instruction of which Dockerfile brings a package into an image; never looks into an image."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from posixpath import join, normpath
from typing import TypeAlias

from gatepost.languages.dockerfile.document import Dockerfile, read_dockerfile
from gatepost.languages.dockerfile.stages import Entry, Stage
from gatepost.model.findings import Artifact, Finding
from gatepost.model.places import Span
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown, Value
from gatepost.sources.reading import Files

_SPACE = re.compile(r"\s+")
_BEFORE = re.compile(r"(?:\|\d+ .*?)?(?:/bin/(?:ba|a|da)?sh -(?:o pipefail -)?e?u?x?c )(?:#\(nop\) +)?").match
_MOST_DOCKERFILES = 500
_SURE = 100  # characters of a command that was cut
# By program, what a RUN installs; all others bring packages of the operating system.
_ECOSYSTEMS = {
    "pip": "pypi",
    "uv": "pypi",
    "npm": "npm",
    "pnpm": "npm",
    "yarn": "npm",
    "bun": "npm",
    "gem": "gem",
    "go": "golang",
    "cargo": "cargo",
}
# Programs and subcommands that install what a file of the project lists.
_FROM_FILES = {
    "npm": ("npm", ("ci", "install", "i")),
    "yarn": ("npm", ("install",)),
    "pnpm": ("npm", ("install", "i")),
    "poetry": ("pypi", ("install",)),
    "uv": ("pypi", ("sync",)),
    "pipenv": ("pypi", ("install", "sync")),
    "bundle": ("gem", ("install",)),
    "composer": ("composer", ("install",)),
}
# A package by ecosystem ("os" for those of the operating system) and name.
Called: TypeAlias = "tuple[str, str]"
# Packages without which there is no image of a distribution: what brings them is the base.
_ESSENTIAL = frozenset(
    ("base-files", "dpkg", "apt", "libc6", "libc-bin", "musl", "busybox", "alpine-baselayout", "apk-tools", "glibc")
    + ("rpm", "filesystem", "setup", "bash", "coreutils")
)


class Built(NamedTuple):
    """A Dockerfile that images are built by; `why` says how that is known."""

    document: Dockerfile
    why: str


class Source(NamedTuple):
    """What brings a package: an instruction (RUN, COPY or FROM), with the steps that lead there from the final stage.

    `image` is the base image as written, for a FROM that names one; `set_at` where that name is set (an ARG).
    `pinned` is the version in the command, where there is one. `unsure` where it may come with the base image too.
    """

    entry: Entry
    span: Span
    through: tuple[Entry, ...] = ()
    image: str = ""
    set_at: Span | None = None
    set_by: str = ""
    pinned: Value | None = None
    unsure: bool = False


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


class Image:
    """One image with the Dockerfile it is built by: finds what brings each package."""

    def __init__(self, built: Built, findings: Sequence[Finding]) -> None:
        self.document = built.document
        self.why = built.why
        layout = built.document.layout
        self._final = layout.stages[-1].chain()
        self._stages = [*self._final, *self._copied_from()]
        self._named = {name: found for stage in reversed(self._stages) for name, found in self._of_stage(stage)}
        self._layers = self._layers_of(findings)

    def _copied_from(self) -> list[Stage]:
        """Return the stages that files are copied from into the final image."""
        layout, found = self.document.layout, list[Stage]()
        for stage in self._final:
            for entry in stage.entries:
                if entry.instruction.keyword == "COPY":
                    origin = self.document.context.instruction(entry).literal.get("from")
                    if origin is not None and isinstance(origin.literal, str):
                        other = layout.stage_named(origin.literal, stage.index)
                        if other is not None and other not in self._final and other not in found:
                            found.append(other)
        return found

    def _of_stage(self, stage: Stage) -> Iterator[tuple[Called, tuple[Entry, Value | None]]]:
        for entry in stage.entries:
            if entry.instruction.keyword != "RUN":
                continue
            for name, pinned in _installed(self.document.context.instruction(entry)):
                yield name, (entry, pinned)

    def _layers_of(self, findings: Sequence[Finding]) -> dict[str, Entry | None]:
        """Return the instruction that made each layer, by its command or the packages that it names; None: the base."""
        layers: dict[str, Entry | None] = {}
        commands: dict[str, str] = {}
        packages: dict[str, set[str]] = {}
        for finding in findings:
            layer = finding.artifact.layer if finding.artifact is not None else None
            key = layer_key(finding.artifact)
            if layer is not None and key and finding.package is not None:
                commands.setdefault(key, layer.command)
                packages.setdefault(key, set()).add(finding.package.name)
        for key, command in commands.items():
            if command:
                ran = next(matching(self.document, (command,)), None)
                layers[key] = ran if ran is not None and ran.stage in self._stages else None
            elif packages[key] & _ESSENTIAL:
                layers[key] = None
            else:
                named = [self._named["os", name][0] for name in sorted(packages[key]) if ("os", name) in self._named]
                if named:
                    layers[key] = named[0]
        return layers

    def source(self, finding: Finding, ecosystem: str) -> Source:
        """Return what brings a finding's package into the image; `ecosystem` is "os" for the operating system's."""
        name = finding.package.name if finding.package is not None else ""
        key = layer_key(finding.artifact)
        named = self._named.get((ecosystem, name))
        if key and key in self._layers:
            entry = self._layers[key]
            if entry is None:
                return self._base(self._final[-1])
            if entry.instruction.keyword == "COPY":
                return self._copied(entry, ecosystem, name)
            pinned = named[1] if named is not None and named[0] is entry else None
            return Source(entry, _span(entry), pinned=pinned)
        if named is not None:
            return Source(named[0], _span(named[0]), pinned=named[1])
        return self._unnamed(finding, ecosystem, name)

    def _unnamed(self, finding: Finding, ecosystem: str, name: str) -> Source:
        """Return what brings a package that no layer and no instruction tells."""
        if ecosystem == "os":
            return self._base(self._final[-1])
        path = finding.artifact.path if finding.artifact is not None else ""
        copied = self._covering(path) if path else None
        if copied is not None:
            return self._copied(copied, ecosystem, name)
        ran = self.installers(ecosystem)
        if ran:
            return Source(ran[-1], _span(ran[-1]), unsure=True)
        return self._base(self._final[-1])

    def _covering(self, path: str) -> Entry | None:
        """Return the COPY or ADD whose destination a path in the image lies in, the narrowest of them."""
        wanted, folder = "/" + path.strip("/"), "/"
        best: tuple[int, Entry | None] = (1, None)
        for stage in reversed(self._final):
            for entry in stage.entries:
                body = self.document.context.instruction(entry).literal
                keyword = entry.instruction.keyword
                where = body.get("path" if keyword == "WORKDIR" else "destination")
                if where is None or not isinstance(where.literal, str):
                    continue
                full = normpath(join(folder, where.literal))
                if keyword == "WORKDIR":
                    folder = full
                elif (wanted + "/").startswith(full + "/") and len(full) >= best[0] and full != "/":
                    best = (len(full), entry)
        return best[1]

    def _copied(self, entry: Entry, ecosystem: str, name: str) -> Source:
        """Return what brings a package into the stage that an instruction copies from, or that instruction."""
        origin = self.document.context.instruction(entry).literal.get("from")
        if origin is not None and isinstance(origin.literal, str) and entry.stage is not None:
            stage = self.document.layout.stage_named(origin.literal, entry.stage.index)
            if stage is not None:
                found = self._in_stage(stage, ecosystem, name)
                return found._replace(through=(entry, *found.through)) if found is not None else _whole(entry)
        return _whole(entry)

    def _in_stage(self, stage: Stage, ecosystem: str, name: str) -> Source | None:
        """Return what brings a package into a stage that is copied from; None where nothing there tells."""
        for link in stage.chain():
            found = dict(self._of_stage(link)).get((ecosystem, name))
            if found is not None:
                return Source(found[0], _span(found[0]), pinned=found[1])
        if ecosystem == "os":
            return self._base(stage.chain()[-1])
        ran = self.installers(ecosystem, stage.chain())
        return _whole(ran[-1]) if ran else None

    def _base(self, stage: Stage) -> Source:
        through = tuple(one.entries[0] for one in self._final if one is not stage) if stage in self._final else ()
        return base_of(self.document, stage)._replace(through=through)

    def base(self) -> str:
        """Return the image that the final stage is built from, in the end; "" where it is not known."""
        found = self._base(self._final[-1])
        return "" if "$" in found.image or found.image == "scratch" else found.image

    def installers(self, ecosystem: str, stages: Sequence[Stage] = ()) -> list[Entry]:
        """Return the RUNs of the image, or of some stages, that install packages of an ecosystem."""
        found: list[Entry] = []
        for stage in stages or self._stages:
            for entry in stage.entries:
                if entry.instruction.keyword == "RUN" and ecosystem in _brings(
                    self.document.context.instruction(entry)
                ):
                    found.append(entry)
        return found


def base_of(document: Dockerfile, stage: Stage) -> Source:
    """Return the FROM of a stage, with the image that it names and where a variable in that name is set."""
    entry = stage.entries[0]
    image = document.context.stage(stage).literal.get("image")
    text = image.literal.get("text") if image is not None else None
    if text is None:
        return Source(entry, _span(entry))
    name = text.literal if isinstance(text.literal, str) else stage.image.plain
    if type(text.literal) is Unknown:
        name = _SPACE.sub(" ", entry.instruction.arguments).partition(" ")[0]
    parts = [image.literal.get(part) for part in ("tag", "digest", "name", "text")] if image is not None else []
    origin = next((part.origins[-1] for part in parts if part is not None and part.origins), None)
    set_at = origin.span if origin is not None else None
    return Source(entry, _span(entry), (), name, set_at, origin.what if origin is not None else "")


def _same_image(one: str, other: str) -> bool:
    return bool(one) and _full(one) == _full(other)


def _full(image: str) -> str:
    """Return an image's name without what Docker leaves out: docker.io/library/ and the tag latest."""
    name = image.removeprefix("docker.io/").removeprefix("index.docker.io/").removeprefix("library/")
    name, _, digest = name.partition("@")
    if digest:
        return f"{name.partition(':')[0]}@{digest}"
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def layer_key(artifact: Artifact | None) -> str:
    """Return what tells a layer from others, "" where the report does not say."""
    layer = artifact.layer if artifact is not None else None
    return (layer.diff_id or layer.digest or layer.command) if layer is not None else ""


def _whole(entry: Entry) -> Source:
    return Source(entry, _span(entry))


def _span(entry: Entry) -> Span:
    instruction = entry.instruction
    return Span(instruction.places.source, instruction.start, instruction.end)


def _brings(body: Value) -> set[str]:
    """Return the ecosystems ("os" too) of the packages that a RUN installs, named or from a file of the project."""
    commands = body.literal.get("commands")
    found: set[str] = set()
    if commands is None or type(commands.literal) is Unknown:
        return found
    for command in commands.literal:
        name = command.literal.name
        if command.literal.get("packages") is not None:
            found.add(_ECOSYSTEMS.get(name, "os"))
        elif name in _FROM_FILES and (sub := command.literal.get("subcommand")) is not None:
            found.update((_FROM_FILES[name][0],) if sub.literal in _FROM_FILES[name][1] else ())
    return found


def _installed(body: Value) -> Iterator[tuple[Called, Value | None]]:
    """Yield the packages that a RUN names, with their ecosystem, each with its exact version where one is written."""
    commands = body.literal.get("commands")
    if commands is None or type(commands.literal) is Unknown:
        return
    for command in commands.literal:
        packages = command.literal.get("packages")
        for package in packages.literal if packages is not None else ():
            name, version = package.literal.get("name"), package.literal.get("version")
            if name is not None and isinstance(name.literal, str):
                known = version if version is not None and isinstance(version.literal, str) else None
                yield (_ECOSYSTEMS.get(command.literal.name, "os"), name.literal), known
