"""Changes to edits of a template, in its own style; never a wider edit than the change needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, cast

from gatepost.languages.cloudformation.constraints import is_list_type, refused
from gatepost.languages.cloudformation.intrinsics import call_of, scalar_of
from gatepost.languages.cloudformation.layout import Entry
from gatepost.languages.cloudformation.parts import Part
from gatepost.languages.cloudformation.targets import Finder, Target, differs_by_round
from gatepost.languages.positioned import Node, rendering
from gatepost.languages.positioned.edits import CannotEdit, Editor
from gatepost.languages.positioned.rendering import Tagged
from gatepost.languages.positioned.splices import Splice
from gatepost.model.changes import (
    Append,
    Change,
    Create,
    Edit,
    JsonText,
    Plain,
    Remove,
    RemoveResource,
    Set,
    Template,
    Written,
)
from gatepost.model.places import Location, Span
from gatepost.model.problems import CannotWrite
from gatepost.model.regexes import regex
from gatepost.model.values import Reference

_HOLES = regex(r"\$\{([^${}!][^${}]*)\}")


class Writer:
    """Writes changes to one template; raises `CannotWrite`."""

    def __init__(self, part: Part) -> None:
        source, layout = part.source, part.written
        self.source = source
        self.layout = layout
        self.evaluator = part.evaluator
        self.finder = Finder(source, layout, part.evaluator)
        self.editor = Editor(source.text, layout.notation)
        self.short = layout.notation == "yaml" and (
            "!Ref" in source.text or "!GetAtt" in source.text or "!Sub" in source.text or "Ref:" not in source.text
        )

    def write(self, change: Change) -> Written:
        """Return the edits of a change."""
        try:
            if isinstance(change, Create):
                return self._written([self._create(change)])
            if isinstance(change, RemoveResource):
                return self._written([self._remove_resource(change)])
            if change.container.notation == "json-in-yaml":
                from gatepost.languages.cloudformation.embedded import write_inside

                new = None if isinstance(change, Remove) else _without_references(change.new)
                return self._written(write_inside(self.finder, self.editor, change.container, change, new))
            target = self.finder.of_value(change.container)
            if isinstance(change, Remove):
                return self.remove_target(self.finder.down(target, change.steps))
            return self.write_target(self.finder.down(target, change.steps), change)
        except CannotEdit as reason:
            raise CannotWrite(str(reason)) from None

    def write_at(self, span: Span, change: Set | Append) -> Written:
        """Return the edits that write what a change says between two offsets, whatever its own container."""
        return self.write_target(self.finder.of_span(span.start, span.end), change)

    def write_target(self, target: Target, change: Set | Append) -> Written:
        """Return the edits that write what a change says at a target."""
        looped = self.finder.loops_around(target) if "Fn::ForEach::" in self.source.text else frozenset[str]()
        if looped and differs_by_round(target.node, looped):
            raise CannotWrite("each round of the loop has another value there")
        target = target._replace(shared=target.shared or bool(looped))
        try:
            if isinstance(change, Set):
                return self._set(target, change.new)
            return self._append(target, change.new)
        except CannotEdit as reason:
            raise CannotWrite(str(reason)) from None

    def _written(self, splices: Sequence[Splice], shared: bool = False) -> Written:
        source = self.source
        edits = (Edit(Location(source.path, source.region(s.start, s.end)), s.text) for s in splices)
        return Written(tuple(edits), shared)

    # -- set, append, remove

    def _set(self, target: Target, new: Plain) -> Written:
        target = self.finder.settled(target)
        root = absolute(target.entry)
        entry = target.entry
        if entry.section == "Parameters" and target.path in (("Default",), ("AllowedValues", 0)):
            return self._set_default(target, new)
        data = fitting(target.node, self.rendered(new))
        if isinstance(new, JsonText) and target.node is not None and target.node.kind == "text":
            data = rendering.json(_without_references(new), self.editor.manner._replace(colon=": "), None)
        return self._written(self.editor.set(root, target.path, data), target.shared)

    def _set_default(self, target: Target, new: Plain) -> Written:
        """Write a parameter's default, in the form its type wants."""
        node = target.entry.node
        assert node is not None
        name = target.entry.name
        if isinstance(new, Reference | Template | Mapping):
            raise CannotWrite(f"parameter {name} can only hold text")
        kind = scalar_of(node.get("Type") or node) or ""
        data: Any = new
        if is_list_type(kind):
            old = (scalar_of(target.node) or "") if target.node is not None else ""
            if not isinstance(new, list) and "," in old:
                raise CannotWrite(f"parameter {name} holds a list")
            data = parameter_text(name, kind, new)
        elif isinstance(new, list):
            raise CannotWrite(f"parameter {name} holds no list")
        wrong = refused(node, kind, _text(data))
        if wrong:
            raise CannotWrite(
                f"parameter {name} does not allow {_text(data)}"
                if "AllowedValues" in wrong
                else f"the new value of parameter {name} {wrong}"
            )
        data = fitting(target.node, data)
        if isinstance(data, bool):
            data = _text(data)
        return self._written(self.editor.set(absolute(target.entry), target.path, data), target.shared)

    def _append(self, target: Target, new: Plain) -> Written:
        target = self.finder.settled(target)
        node = target.node
        entry = target.entry
        if node is not None and node.kind not in ("list", "null"):
            if entry.section == "Parameters" and target.path == ("Default",):
                old = [one.strip() for one in str(scalar_of(node) or "").split(",") if one.strip()]
                return self._set_default(target, [*old, new])
            if node.kind == "map" or node.tag:
                raise CannotWrite("what stands there is no list")
            both = [node.value, self.rendered(new)]
            return self._written(self.editor.set(absolute(entry), target.path, both), target.shared)
        if node is not None and call_of(node) is not None:
            raise CannotWrite("the list is worked out")
        return self._written(self.editor.append(absolute(entry), target.path, self.rendered(new)), target.shared)

    def remove_target(self, target: Target) -> Written:
        """Return the edits that remove what stands at a target."""
        node = target.node
        if node is None:
            raise CannotWrite("there is nothing to remove")
        if not target.path:
            raise CannotWrite("a resource is removed as a whole")
        if _in_condition(target):
            nothing = Tagged("!Ref", "AWS::NoValue") if self.short else {"Ref": "AWS::NoValue"}
            return self._written(self.editor.set(absolute(target.entry), target.path, nothing), target.shared)
        return self._written(self.editor.remove(absolute(target.entry), target.path), target.shared)

    def _remove_resource(self, change: RemoveResource) -> Splice:
        name = change.resource.address.rpartition("/")[2]
        found = [e for e in self.layout.entries if e.section == "Resources" and e.name == name]
        if not found:
            raise CannotWrite("the resource is not in the template")
        entry = found[0]
        text = self.source.text
        outside = text[: entry.start] + " " + text[entry.end :]
        if re.search(rf"(?<![\w-]){re.escape(entry.name)}(?![\w-])", outside):
            raise CannotWrite(f"{entry.name} is named elsewhere in the template")
        members = [
            (Node("text", e.start, e.base + e.key.end, e.name), _shifted(e.node, e.base))
            for e in self.layout.entries
            if e.section == "Resources" and e.node is not None
        ]
        if len(members) == 1:
            raise CannotWrite("it is the only resource of the template")
        style = "block" if self._leads(entry) else "flow"
        section = Node("map", members[0][0].start, members[-1][1].end, members, "", style)
        return self.editor.remove(section, [entry.name])[0]

    # -- create

    def _create(self, change: Create) -> Splice:
        near = self.finder.evaluator.entry("Resources", change.near.address.rpartition("/")[2])
        if near is None or near.node is None:
            raise CannotWrite("the resource it belongs to is not in the template")
        beside = {key[2:]: value for key, value in change.attributes.items() if key.startswith("$.")}
        properties = {key: value for key, value in change.attributes.items() if not key.startswith("$.")}
        data: dict[str, Any] = {"Type": change.type}
        condition = near.node.get("Condition")
        if condition is not None and condition.kind == "text":
            data["Condition"] = condition.value
        data.update({key: self.rendered(value) for key, value in beside.items()})
        if properties:
            data["Properties"] = self.rendered(properties)
        return self._new_entry(near, self._free_name(change.name, change.type.rpartition("::")[2]), data)

    def _free_name(self, wish: str, kind: str) -> str:
        """Return a name that is not taken: the wish, else with its kind behind it, else with a number."""
        words = [word for word in re.split(r"[^A-Za-z0-9]+", wish or kind) if word]
        name = "".join(word[:1].upper() + word[1:] for word in words)[:200] or "Resource"
        taken = {entry.name for entry in self.layout.entries if entry.section}
        if name in taken and kind.isalnum():
            common = next((n for n in range(len(kind), 0, -1) if name.endswith(kind[:n])), 0)
            name += kind[common:] or "2"
        free, number = name, 2
        while free in taken:
            free, number = f"{name}{number}", number + 1
        return free

    def _new_entry(self, near: Entry, name: str, data: Mapping[str, Any]) -> Splice:
        editor, text, manner = self.editor, self.source.text, self.editor.manner
        node = absolute(near)
        line = text.rfind("\n", 0, near.start) + 1
        column = near.start - line
        if self.layout.notation == "json":
            separator = "," + manner.newline + " " * column if self._leads(near) else ", "
            indent = column if self._leads(near) else None
            colon = text[near.base + near.key.end : node.start]
            colon = colon if colon.strip() == ":" and "\n" not in colon else manner.colon
            return Splice(
                node.end, node.end, separator + rendering.json_text(name) + colon + rendering.json(data, manner, indent)
            )
        if not self._leads(near):
            return Splice(node.end, node.end, f", {name}: {rendering.yaml_flow(data, manner)}")
        blank = manner.newline if self._apart(near) else ""
        block = " " * column + name + ":" + rendering.yaml_block(data, manner, column)
        below = editor.new_line(node, block)
        return below._replace(text=blank + below.text)

    def _leads(self, entry: Entry) -> bool:
        """Tell whether an entry's key stands first on its line."""
        line = self.source.text.rfind("\n", 0, entry.start) + 1
        return not self.source.text[line : entry.start].strip()

    def _apart(self, near: Entry) -> bool:
        """Tell whether the resources of this file have blank lines between them."""
        resources = [entry for entry in self.layout.entries if entry.section == "Resources"]
        for before, entry in pairwise(resources):
            if near in (before, entry):
                return re.search(r"\n[ \t]*\r?\n", self.source.text[before.end : entry.start]) is not None
        return False

    # -- data

    def rendered(self, new: Any) -> Any:
        """Return data in which references are written in the file's own way."""
        if isinstance(new, Reference):
            return self._reference(new)
        if isinstance(new, Template):
            return self._template(new)
        if isinstance(new, Mapping):
            return {key: self.rendered(value) for key, value in cast("Mapping[str, Any]", new).items()}
        if isinstance(new, list | tuple):
            return [self.rendered(value) for value in cast("list[Any]", new)]
        if isinstance(new, str) and "${" in new:
            return self._substituted(new)
        return new

    def _reference(self, new: Reference) -> Any:
        name = self._own_name(new.address)
        if not new.attribute:
            return Tagged("!Ref", name) if self.short else {"Ref": name}
        if self.short:
            return Tagged("!GetAtt", f"{name}.{new.attribute}")
        return {"Fn::GetAtt": [name, new.attribute]}

    def _own_name(self, address: str) -> str:
        """Return the name that something has within this template; raises `CannotWrite` where it has none."""
        prefix = self.evaluator.prefix
        own = address.removeprefix(prefix)
        if not address.startswith(prefix) or "/" in own:
            raise CannotWrite("it is in another stack")
        return own.removeprefix("Parameters.")

    def _template(self, new: Template) -> Any:
        texts: list[str] = []
        for part in new.parts:
            if isinstance(part, Reference):
                name = self._own_name(part.address)
                texts.append("${" + (f"{name}.{part.attribute}" if part.attribute else name) + "}")
            else:
                texts.append(part.replace("${", "${!"))
        text = "".join(texts)
        return Tagged("!Sub", text) if self.short else {"Fn::Sub": text}

    def _substituted(self, new: str) -> Any:
        """Return Fn::Sub for text whose holes all name things of this template, else the text as it is."""
        names = [found[1].partition(".")[0] for found in _HOLES.finditer(new)]
        entry = self.evaluator.entry
        if not names or not all(
            n.startswith("AWS::") or entry("Resources", n) or entry("Parameters", n) for n in names
        ):
            return new
        return Tagged("!Sub", new) if self.short else {"Fn::Sub": new}


def _without_references(new: Any) -> Any:
    if isinstance(new, Reference | Template):
        raise CannotWrite("a reference cannot be written inside text")
    if isinstance(new, Mapping):
        return {key: _without_references(value) for key, value in cast("Mapping[str, Any]", new).items()}
    if isinstance(new, list):
        return [_without_references(value) for value in cast("list[Any]", new)]
    return new


def parameter_text(name: str, kind: str, new: Any) -> str:
    """Return data as the text of a parameter; raises `CannotWrite` for what it cannot hold."""
    if isinstance(new, Reference | Template | Mapping):
        raise CannotWrite(f"parameter {name} can only hold text")
    if not is_list_type(kind):
        if isinstance(new, list):
            raise CannotWrite(f"parameter {name} holds no list")
        return _text(new)
    texts = [_text(one) for one in (cast("list[Any]", new) if isinstance(new, list) else [new])]
    if any("," in text for text in texts):
        raise CannotWrite(f"a comma separates the elements of parameter {name}")
    return ",".join(texts)


def _text(data: Any) -> str:
    return ("true" if data else "false") if isinstance(data, bool) else str(data)


def fitting(old: Node | None, new: Any) -> Any:
    """Return a truth value or number as text where the old value is such text in quotes."""
    if old is None or old.kind != "text" or old.tag or isinstance(new, str) or not isinstance(new, bool | int | float):
        return new
    if isinstance(new, bool):
        return _text(new) if old.style in ("'", '"') and old.value.lower() in ("true", "false") else new
    return str(new) if old.style in ("'", '"') and old.value.lstrip("-").isdigit() else new


def _in_condition(target: Target) -> bool:
    """Tell whether a target is a branch of Fn::If, which has to have something in it."""
    if not isinstance(target.path[-1], int):
        return False
    node = target.entry.node
    for step in target.path[:-1]:
        if node is None:
            return False
        node = node.get(step) if isinstance(step, str) else node.value[step]
    above = target.path[-2] if len(target.path) > 1 else ""
    return above == "Fn::If" or (node is not None and node.tag == "!If")


def absolute(entry: Entry) -> Node:
    """Return an entry's tree with offsets into the text, and conditions as plain lists, so that edits go through."""
    assert entry.node is not None
    return _shifted(entry.node, entry.base)


def _shifted(node: Node | None, by: int) -> Node:
    assert node is not None
    tag = "" if node.tag == "!If" else node.tag
    if node.kind == "map":
        value: Any = [(_shifted(key, by), _shifted(inner, by)) for key, inner in node.value]
    elif node.kind == "list":
        value = [_shifted(inner, by) for inner in node.value]
    else:
        value = node.value
    return Node(node.kind, node.start + by, node.end + by, value, tag, node.style)
