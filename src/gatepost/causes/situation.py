"""What is known of one vulnerable package in one project; never what is to be done."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.causes.mending import Mending
from gatepost.causes.projects import Known, Projects
from gatepost.languages.manifests import Declared
from gatepost.model.findings import OriginStep
from gatepost.model.places import Span
from gatepost.model.records import NamedTuple


class Situation(NamedTuple):
    """A package by `name` and installed `version` ("" unknown) in the project of a file.

    `anchor` is the file that the report names (or that was found), `around` all files of the project, `lock` the lock
    file; `declared` is where the package is asked for.
    """

    projects: Projects
    anchor: Known
    around: Sequence[Known]
    lock: Known | None
    name: str
    version: str
    mending: Mending
    declared: Sequence[tuple[Known, Declared]]

    @property
    def ecosystem(self) -> str:
        """The ecosystem, as package URLs have it."""
        return self.anchor.manifest.ecosystem

    @property
    def tool(self) -> str:
        """What writes the file that is installed from, as `commands` knows it; "" where a person does."""
        if self.lock is not None:
            return self.lock.manifest.format
        sealed = next((known.manifest.sealed for known in self.around if known.manifest.sealed), "")
        return sealed.partition(" ")[0] if sealed else self.anchor.manifest.format


def line_of(span: Span) -> str:
    """Return "path:line" of a span."""
    return f"{span.source.path}:{span.region.start_line}"


def step(what: str, span: Span, kind: str, text: str = "") -> OriginStep:
    """Return one step of the way to the place to mend."""
    return OriginStep(what, span.location, text or what, kind)
