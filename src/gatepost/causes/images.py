"""Which instruction of a Dockerfile brings a package into an image; never looks into an image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import join, normpath

from gatepost.causes.dockerfiles import Built, Source, base_of, matching, span_of, whole
from gatepost.causes.installing import Called, brings, installed
from gatepost.languages.dockerfile.stages import Entry, Stage
from gatepost.model.findings import Artifact, Finding
from gatepost.model.values import Value

# Packages without which there is no image of a distribution: what brings them is the base.
_ESSENTIAL = frozenset(
    ("base-files", "dpkg", "apt", "libc6", "libc-bin", "musl", "busybox", "alpine-baselayout", "apk-tools", "glibc")
    + ("rpm", "filesystem", "setup", "bash", "coreutils")
)


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
            for name, pinned in installed(self.document.context.instruction(entry)):
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
            return Source(entry, span_of(entry), pinned=pinned)
        if named is not None:
            return Source(named[0], span_of(named[0]), pinned=named[1])
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
            return Source(ran[-1], span_of(ran[-1]), unsure=True)
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
                return found._replace(through=(entry, *found.through)) if found is not None else whole(entry)
        return whole(entry)

    def _in_stage(self, stage: Stage, ecosystem: str, name: str) -> Source | None:
        """Return what brings a package into a stage that is copied from; None where nothing there tells."""
        for link in stage.chain():
            found = dict(self._of_stage(link)).get((ecosystem, name))
            if found is not None:
                return Source(found[0], span_of(found[0]), pinned=found[1])
        if ecosystem == "os":
            return self._base(stage.chain()[-1])
        ran = self.installers(ecosystem, stage.chain())
        return whole(ran[-1]) if ran else None

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
                if entry.instruction.keyword == "RUN" and ecosystem in brings(self.document.context.instruction(entry)):
                    found.append(entry)
        return found


def layer_key(artifact: Artifact | None) -> str:
    """Return what tells a layer from others, "" where the report does not say."""
    layer = artifact.layer if artifact is not None else None
    return (layer.diff_id or layer.digest or layer.command) if layer is not None else ""
