"""Nested stacks whose templates are local files, evaluated with what they are passed; never a remote template.

Source: AWS CLI reference, `aws cloudformation package`: TemplateURL of AWS::CloudFormation::Stack may be a local path,
counted from the folder of the template.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from gatepost.languages.cloudformation.assembly import Known, part_of, read_known
from gatepost.languages.cloudformation.inputs import Reader
from gatepost.languages.cloudformation.layout import Entry, Layout
from gatepost.languages.cloudformation.parts import Part
from gatepost.languages.cloudformation.recognition import is_template
from gatepost.model.places import Source
from gatepost.model.problems import Problem

STACK = "AWS::CloudFormation::Stack"
_DEEPEST = 8
_MOST = 200
# Far more than the 500 resources that a template may have, in as many templates as people nest.
_MOST_ENTRIES = 20_000
_TOO_MANY = "there are too many nested stacks; from here on they are not read"
_SPLIT = "check the nested templates by themselves"
_WRITTEN = re.compile(
    r"""["']?(?:TemplateURL|Location)["']?[ \t]*:[ \t]*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'{}!,\[\]]+))"""
)


def add_nested(first: Part, parts: list[Part], files: Reader, problems: list[Problem], known: Known) -> None:
    """Add the nested stacks of a template, and theirs, each behind the one that makes it."""
    waiting: list[tuple[Part, tuple[str, ...]]] = [(first, (first.source.path,))]
    read = dict(known)
    entries = len(first.layout.entries)
    while waiting:
        part, chain = waiting.pop()
        for entry in part.layout.entries:
            if entry.shape.type != STACK or entry.node is None:
                continue
            path = _path_of(part, entry)
            if not path:
                continue
            if path in chain:
                problems.append(_circle(part, entry, (*chain, path)))
                part.evaluator.inner[entry.name] = "its templates lead in a circle"
                continue
            nested = None
            if len(chain) <= _DEEPEST and len(parts) < _MOST and entries < _MOST_ENTRIES:
                nested = _nested(part, entry, path, files, problems, read)
            elif not any(problem.what == _TOO_MANY for problem in problems):
                problems.append(Problem(part.evaluator.span(entry.key, entry.base).location, _TOO_MANY, _SPLIT))
            if nested is None:
                part.evaluator.inner[entry.name] = f"the nested template {path[:100]} is not there to be read"
                continue
            entries += len(nested.layout.entries)
            part.evaluator.inner[entry.name] = nested.evaluator
            parts.append(nested)
            waiting.append((nested, (*chain, path)))


def _nested(
    part: Part, entry: Entry, path: str, files: Reader, problems: list[Problem], read: dict[str, tuple[Source, Layout]]
) -> Part | None:
    if path not in read:
        source = files.read(path)
        if source is None or not is_template(source.text, path):
            return None
        read[path] = (source, read_known(source, {}, problems))
    source, layout = read[path]
    prefix = f"{part.prefix}{entry.name}/"
    return part_of(source, layout, part.evaluator.ledger, files, {}, (part, entry, prefix))


def _path_of(part: Part, entry: Entry) -> str:
    """Return the path of a stack's template from the scanned root, "" where that is none."""
    properties, evaluator = entry.shape.properties, part.evaluator
    node = properties.get("TemplateURL") if properties is not None else None
    if node is None:
        return ""
    before = evaluator.ledger.begin()
    value = evaluator.value(node, entry.base)
    evaluator.ledger.forget(before)
    written = value.literal if value is not None and isinstance(value.literal, str) else ""
    return local_path(part.source.path, written)


def local_path(template: str, written: str) -> str:
    """Return where a template that is named in another lies, from the scanned root; "" for a remote one."""
    if not written or "://" in written or written.startswith(("/", "~")) or "\\" in written or len(written) > 500:
        return ""
    return posixpath.normpath(posixpath.join(posixpath.dirname(template), written))


def _circle(part: Part, entry: Entry, chain: Sequence[str]) -> Problem:
    properties = entry.shape.properties
    node = properties.get("TemplateURL") if properties is not None else None
    span = part.evaluator.span(node or entry.key, entry.base)
    what = "nested templates lead in a circle: " + " → ".join(chain[chain.index(chain[-1]) :])
    return Problem(span.location, what, "a stack cannot be made inside itself: name another template")


def named_templates(text: str, path: str) -> Iterator[str]:
    """Yield the paths of local templates that a template names, by a look at its text."""
    if STACK not in text and "AWS::Serverless::Application" not in text:
        return
    for found in _WRITTEN.finditer(text):
        inside = local_path(path, found[1] or found[2] or found[3] or "")
        if inside and not inside.startswith(".."):
            yield inside
