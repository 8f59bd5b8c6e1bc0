"""Shows what is found in modules that are not ours where our own files call them; never changes what is found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gatepost.model.documents import Document
from gatepost.model.findings import Finding, Related, Undecided

if TYPE_CHECKING:
    from gatepost.languages.terraform.document import TerraformDocument
    from gatepost.pipeline.roots import Result

_THERE = "here, in a module that terraform init has fetched"
MOST_NAMED = 5


def with_modules(document: Document, result: Result) -> Result:
    """Return a result with what lies in fetched modules shown at the call, and with what was not read or not told."""
    from gatepost.languages.terraform.document import TerraformDocument

    was = getattr(document, "was", document)
    if not isinstance(was, TerraformDocument):
        return result
    return result._replace(
        findings=tuple(_moved(was, one) for one in result.findings),
        undecided=tuple(_moved_question(was, one) for one in result.undecided),
        unread=tuple(why for _, why in was.open_modules) if was is document else (),
        workspace=was.state.asked_workspace and not was.state.inputs.told,
    )


def _moved(document: TerraformDocument, finding: Finding) -> Finding:
    call = document.call_of(finding.location.path, finding.resource)
    if call is None:
        return finding
    return finding._replace(location=call.location, related=(Related(finding.location, _THERE), *finding.related))


def _moved_question(document: TerraformDocument, one: Undecided) -> Undecided:
    call = document.call_of(one.location.path, one.resource)
    return one if call is None else one._replace(location=call.location)


def notes_of(results: Sequence[Result]) -> tuple[str, ...]:
    """Return what a reader of the verdict has to know: modules that are not judged, a workspace that is assumed."""
    distinct = sorted({why for result in results for why in result.unread})
    notes: list[str] = []
    if distinct:
        named = "; ".join(distinct[:MOST_NAMED])
        more = f"; and {len(distinct) - MOST_NAMED} more" if len(distinct) > MOST_NAMED else ""
        calls = "1 module call is" if len(distinct) == 1 else f"{len(distinct)} module calls are"
        notes.append(f"{calls} not judged: {named}{more}")
    assumed = sorted(result.root.path for result in results if result.workspace)
    if assumed:
        where = assumed[0] + (f" and {len(assumed) - 1} more" if len(assumed) > 1 else "")
        notes.append(f'terraform.workspace is taken to be "default" in {where}; --workspace names another')
    return tuple(notes)
