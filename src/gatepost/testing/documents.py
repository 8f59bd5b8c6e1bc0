"""Documents from the text of cases, without a file on disk; never judges them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatepost.model.changes import Edit
from gatepost.model.documents import Document
from gatepost.model.places import Source

NAMES: Mapping[str, tuple[str, str]] = {
    "terraform": ("main.tf", "terraform"),
    "terraform_json": ("main.tf.json", "terraform-json"),
    "cloudformation": ("template.yaml", "cloudformation"),
    "dockerfile": ("Dockerfile", "dockerfile"),
}


class Files:
    """The files of a case, in memory, as the Terraform reader asks for them."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._sources = {path: Source(path, text, _kind(path)) for path, text in texts.items()}

    def list(self, directory: str) -> Sequence[str]:
        """Return the paths of the files right in a directory."""
        wanted = "" if directory in (".", "") else directory.rstrip("/")
        return sorted(path for path in self._sources if path.rpartition("/")[0] == wanted)

    def read(self, path: str) -> Source | None:
        """Return a file, None where there is none."""
        return self._sources.get(path)

    @property
    def texts(self) -> dict[str, str]:
        """The texts by path."""
        return {path: source.text for path, source in self._sources.items()}


def _kind(path: str) -> str:
    for suffix, kind in (
        (".tf.json", "terraform-json"),
        (".tfvars.json", "tfvars-json"),
        (".tf", "terraform"),
        (".tfvars", "tfvars"),
    ):
        if path.endswith(suffix):
            return kind
    if "Dockerfile" in path or "Containerfile" in path:
        return "dockerfile"
    return "cloudformation"


def texts_of(case: Mapping[str, object]) -> dict[str, str]:
    """Return the files of a case by path."""
    files = case.get("files")
    if isinstance(files, Mapping):
        return {str(path): str(text) for path, text in files.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    for dialect, (name, _) in NAMES.items():
        if dialect in case:
            text = str(case[dialect])
            if dialect == "cloudformation" and text.lstrip().startswith("{"):
                name = "template.json"
            return {name: text}
    return {}


def read_document(texts: Mapping[str, str]) -> Document:
    """Return the document that the files of a case are."""
    files = Files(texts)
    first = files.read(next(iter(texts)))
    assert first is not None
    if first.kind.startswith(("terraform", "tfvars")):
        from gatepost.languages.terraform.document import read_root

        given = [path for path in texts if path.endswith((".tfvars", ".tfvars.json")) and "/" not in path]
        return read_root(".", files, given)
    if first.kind == "dockerfile":
        from gatepost.languages.dockerfile.document import read_dockerfile

        return read_dockerfile(first)
    from gatepost.languages.cloudformation.document import read_template

    return read_template(first, files)


def apply(texts: Mapping[str, str], edits: Sequence[Edit]) -> dict[str, str]:
    """Return the texts after some edits, which do not overlap."""
    after = dict(texts)
    sources = {path: Source(path, text, "") for path, text in texts.items()}

    def start(edit: Edit) -> int:
        region = edit.location.region
        return sources[edit.location.path].offset(region.start_line, region.start_column)

    for _, edit in sorted(
        enumerate(edits), key=lambda pair: (pair[1].location.path, start(pair[1]), pair[0]), reverse=True
    ):
        region = edit.location.region
        source = sources[edit.location.path]
        end = source.offset(region.end_line, region.end_column)
        text = after[edit.location.path]
        after[edit.location.path] = text[: start(edit)] + edit.replacement + text[end:]
    return after
