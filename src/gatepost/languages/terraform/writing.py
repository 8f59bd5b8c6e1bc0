"""Changes of a Terraform document: finds where a value is set and lets the editor write there; never formats text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.bodies import BodyMap
from gatepost.languages.terraform.edits import Editor
from gatepost.languages.terraform.edits_places import node_at
from gatepost.languages.terraform.fetched import is_fetched
from gatepost.languages.terraform.format_values import reference_text
from gatepost.languages.terraform.modules import File
from gatepost.languages.terraform.policy_documents import STATEMENT_KEYS
from gatepost.languages.terraform.scope import Scope
from gatepost.model.changes import Append, Change, Create, Edit, Plain, Remove, RemoveResource, Set, Step, Written
from gatepost.model.places import Span
from gatepost.model.problems import CannotWrite
from gatepost.model.regexes import regex
from gatepost.model.values import Origin, Reference, Value

if TYPE_CHECKING:
    from gatepost.languages.terraform.document import TerraformDocument


def write(document: TerraformDocument, change: Change) -> Written:
    """Return the edits of a change; raises CannotWrite with the reason."""
    if isinstance(change, RemoveResource):
        span = change.resource.span
        return Written(_editor(document, span).remove(span.start, span.end), _feeds_several(document, span))
    if isinstance(change, Create):
        return _create(document, change)
    new = change.new if isinstance(change, (Set, Append)) else None
    target = _target(change.container, change.steps, type(change))
    editor = _editor(document, target.span)
    edits = _edits(editor, change, target, new)
    shared = target.origins is not None and _is_shared(document, target.origins, target.span)
    return Written(edits, shared or _feeds_several(document, target.span) or _has_instances(change.container))


class _Target:
    """Where to write: a span, the steps below it that are left, and the origins that led there."""

    __slots__ = ("origins", "span", "steps")

    def __init__(self, span: Span, steps: tuple[Step, ...], origins: tuple[Origin, ...] | None) -> None:
        self.span = span
        self.steps = steps
        self.origins = origins


def _edits(editor: Editor, change: Set | Append | Remove, target: _Target, new: Plain) -> tuple[Edit, ...]:
    start, end = target.span.start, target.span.end
    if isinstance(change, Set):
        return editor.set(start, end, target.steps, new, change.attributes)
    if isinstance(change, Append):
        return editor.append(start, end, target.steps, new)
    return editor.remove(start, end, target.steps)


def _target(container: Value, steps: tuple[Step, ...], verb: type[Set | Append | Remove]) -> _Target:
    """Follow the steps through the values; the last value that is set elsewhere is where writing goes on.

    What is removed goes from where it is named; what it is worth, and where that is set, does not matter.
    """
    place, left = container, steps
    value: Value | None = container
    for number, step in enumerate(steps):
        value = _inside(value, step)
        if value is None:
            break
        if value.origins and (verb is not Remove or number + 1 < len(steps)):
            place, left = value, steps[number + 1 :]
    if place.origins:
        return _Target(_writable(place), left, place.origins)
    if verb is Set and value is not None and value.span is not None and left and _is_chosen(value):
        return _Target(value.span, (), None)
    if place.span is None:
        raise CannotWrite("it is computed and stands nowhere")
    return _Target(place.span, left, None)


def _is_chosen(value: Value) -> bool:
    """Whether a value is text, a number or a truth that is written as such: perhaps one side of a conditional."""
    return isinstance(value.literal, (str, int, float, bool)) and value.tree is None


def _inside(value: Value | None, step: Step) -> Value | None:
    literal: Any = value.literal if value is not None else None
    if type(literal) is tuple:
        elements = cast("tuple[Value, ...]", literal)
        if isinstance(step, int):
            return elements[step] if 0 <= step < len(elements) else None
        return _inside(elements[0], step) if len(elements) == 1 else None
    if isinstance(literal, Mapping):
        entries = cast("Mapping[str, Value]", literal)
        if step == 0 and "0" not in entries:
            return value
        return entries.get(str(step)) or entries.get(STATEMENT_KEYS.get(str(step), ""))
    tree = value.tree if value is not None else None
    return _inside(tree, step) if isinstance(tree, Value) else None


def _writable(value: Value) -> Span:
    last = value.origins[-1]
    if last.span is None:
        if value.unknown is not None and last.kind in ("input", "shown_input"):
            raise CannotWrite(f"it comes from {last.what}, which no file here sets")
        raise CannotWrite(f"it comes from {last.what}, which is only known when Terraform runs")
    if last.notation == "":
        raise CannotWrite(f"it is put together from {last.what}")
    return last.span


def _file(document: TerraformDocument, path: str) -> File:
    if is_fetched(path):
        raise CannotWrite(f"it is set in {path}, a module that is not written in this repository")
    for directory in document.state.directories.values():
        found = directory.files.get(path)
        if found is not None:
            return found
    for file in document.state.var_files:
        if file.source.path == path:
            return file
    raise CannotWrite(f"{path} is no file of this root module")


def _editor(document: TerraformDocument, span: Span) -> Editor:
    file = _file(document, span.source.path)
    if file.source is not span.source and file.source.text[span.start : span.end] != span.text:
        raise CannotWrite("the file has changed since the value was read")
    if not file.whole:  # all its chunks are blocks without faults, and who writes into one looks at no other
        return Editor(file.source, file.body_around(span.start), _references(document, span.source.path))
    editor = file.editor
    if editor is None:
        editor = file.editor = Editor(file.source, file.body, _references(document, span.source.path))
    return editor


def _scopes_at(document: TerraformDocument, path: str) -> list[Scope]:
    directory = posixpath.normpath(posixpath.dirname(path) or ".")
    return [scope for scope in document.scopes() if scope.directory.path == directory]


def _references(document: TerraformDocument, path: str) -> Any:
    prefixes = sorted({scope.prefix for scope in _scopes_at(document, path)}, key=len, reverse=True)

    def text(reference: Reference) -> str:
        if reference.expression or not reference.address:
            return reference_text(reference)
        for prefix in prefixes:
            inside = reference.address[len(prefix) :]
            if reference.address.startswith(prefix) and not inside.startswith("module."):
                return reference_text(reference._replace(address=inside))
        raise CannotWrite(f"{reference.address} is not in the same module")

    return text


def _create(document: TerraformDocument, change: Create) -> Written:
    near = change.near
    editor = _editor(document, near.span)
    node = node_at(editor.root, near.span.start, near.span.end)
    if not isinstance(node, nodes.Block):
        raise CannotWrite("the resource it belongs to is not found")
    taken = {
        item.name
        for scope in _scopes_at(document, near.span.source.path)
        for item in scope.directory.index.values()
        if item.kind == "resource" and item.type == change.type
    }
    name = wish = re.sub(r"[^\w-]", "_", change.name) or "this"
    number = 2
    while name in taken:
        name, number = f"{wish}_{number}", number + 1
    edits = editor.create(node, change.type, name, change.attributes, change.maps)
    return Written(edits, _feeds_several(document, near.span))


# -- what else is fed by a place ---------------------------------------------------------------------------------------


def _feeds_several(document: TerraformDocument, span: Span) -> bool:
    """Whether a file belongs to a module that is called more than once."""
    return len(_scopes_at(document, span.source.path)) > 1


def _has_instances(container: Value) -> bool:
    literal = container.literal
    return isinstance(literal, BodyMap) and literal.place != literal.item


def _is_shared(document: TerraformDocument, origins: tuple[Origin, ...], target: Span) -> bool:
    """Whether one of the names on the way to a place is used more than once."""
    for origin in origins:
        word = _WORD.search(origin.what)
        if word is None or origin.what.startswith(("each.", "file ")) or ".value" in origin.what:
            return True
        directories = {posixpath.dirname(target.source.path)}
        directories.update(posixpath.dirname(o.span.source.path) for o in origins if o.span is not None)
        if _uses(document, word[0], directories) > 1:
            return True
    return False


_WORD = regex(r"(?:var|local)\.[\w-]+|[\w-]+\.[\w-]+(?:\.[\w-]+)?")


def _uses(document: TerraformDocument, name: str, directories: set[str]) -> int:
    pattern = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    count = 0
    for directory in document.state.directories.values():
        if directory.path in directories or (directory.path == "." and "" in directories):
            count += sum(len(pattern.findall(file.source.text)) for file in directory.files.values())
    return count
