"""Takes waivers out of the texts they are written in, and nothing else; never writes a file.

What is left is proved: a file of waivers holds all the others as before, and code is judged again to the same verdict.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from gatepost.languages.positioned import Malformed, Node, read_json, read_yaml
from gatepost.languages.positioned.edits import CannotEdit, Editor, Step
from gatepost.languages.positioned.splices import Splice, apply
from gatepost.model.decisions import Verdict, Waiver
from gatepost.model.places import Source
from gatepost.model.records import NamedTuple
from gatepost.pipeline.request import Request
from gatepost.pipeline.reviewing import Review, Reviewed
from gatepost.pipeline.steps import check
from gatepost.sources.discovery import scan_root
from gatepost.sources.reading import Unreadable, decode, read_bytes

_ENDED = frozenset(("expired", "unused"))
_WORD = re.compile(r"(?:^|(?<=\s))gatepost:\s*waive\b").search
_MARKS = re.compile(r"(?:#+|//+|/\*+)[\s#/*]*")


class Pruned(NamedTuple):
    """Texts before and after, by path from the working directory; what was taken out, and what stays and why."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    taken: tuple[Waiver, ...]
    left: tuple[tuple[Waiver, str], ...]


def prune(request: Request, review: Review) -> Pruned:
    """Return what the files would be without the waivers that have expired or cover nothing. Raises `UsageError`."""
    left: list[tuple[Waiver, str]] = []
    by_file: dict[tuple[str, bool], list[Waiver]] = {}
    for one in review.waivers:
        reason = _reason_to_stay(one, review.verdict)
        if reason:
            left.append((one.use.waiver, reason))
        elif reason is not None:
            inline = one.use.waiver.covers is not None
            by_file.setdefault((one.use.waiver.location.path, inline), []).append(one.use.waiver)
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    taken: list[Waiver] = []
    beside: dict[str, str] = {}
    for (path, inline), waivers in sorted(by_file.items()):
        shown = _as_named(request, path, inline)
        try:
            text = decode(read_bytes(shown))
            new = (without_comments if inline else without_entries)(Source(path, text, ""), waivers)
        except (Unreadable, CannotEdit, Malformed) as error:
            left.extend((waiver, str(error)) for waiver in waivers)
            continue
        before[shown], after[shown] = text, new
        taken.extend(waivers)
        if inline:
            beside[path] = new
    for path in _judged_otherwise(request, review.verdict, beside, taken):
        shown = _as_named(request, path, True)
        del before[shown], after[shown]
        changed = [waiver for waiver in taken if waiver.covers is not None and waiver.location.path == path]
        taken = [waiver for waiver in taken if waiver not in changed]
        left.extend((waiver, "without it something else would be decided") for waiver in changed)
    return Pruned(before, after, tuple(taken), tuple(left))


def _reason_to_stay(one: Reviewed, verdict: Verdict) -> str | None:
    """Return why a waiver stays though it has ended ("" it goes); None for one that is needed."""
    use = one.use
    if _ENDED.isdisjoint(use.states):
        return None
    if use.policy and not f"{verdict.policy} and ".startswith(f"{use.policy} and "):
        return "it is the organisation's"
    return "" if "expired" in use.states else one.doubt


def _as_named(request: Request, path: str, inline: bool) -> str:
    """Return where a file lies, from the working directory."""
    if not inline and request.policy is not None:
        return path
    root = scan_root(request.paths)
    return path if root == os.path.realpath(os.getcwd()) else os.path.join(root, path)


# -- policies and files of waivers


def without_entries(source: Source, waivers: Sequence[Waiver]) -> str:
    """Return a policy's text without some of its waivers; raises `CannotEdit`."""
    text = source.text
    starts = {source.offset(*waiver.location.region[:2]) for waiver in waivers}
    root = read_yaml(text)
    listed = root.get("waivers")
    numbers = [n for n, node in enumerate(listed.elements() if listed is not None else []) if node.start in starts]
    if len(numbers) != len(starts):
        raise CannotEdit("the waiver is not where it was read")
    old: Any = root.plain()
    for number in reversed(numbers):
        root = read_yaml(text)
        splice = Editor(text, "yaml").remove(root, ("waivers", number))[0]
        text = apply(text, [_with_comments(text, splice)])
    wanted = [one for number, one in enumerate(old["waivers"]) if number not in numbers]
    new: Any = read_yaml(text).plain() or {}
    if (new.get("waivers") or []) != wanted or {**old, "waivers": 0} != {**new, "waivers": 0}:
        raise CannotEdit("it is written in an unusual way")
    return text


def _with_comments(text: str, splice: Splice) -> Splice:
    """Return a splice that takes along the comments right above what it removes."""
    start = splice.start
    if (start and text[start - 1] != "\n") or not text[start : splice.end].strip():
        return splice
    start = _above(text, start, lambda line: line.startswith("#"))
    if start == 0:
        return splice  # a comment at the top is about the file
    if not text[splice.end :].strip():
        start = _above(text, start, lambda line: not line)  # no blank lines at the end
    return Splice(start, _behind_gap(text, start, splice.end), splice.text)


def _behind_gap(text: str, start: int, end: int) -> int:
    """Return the end of what goes, with the blank line behind it where one stands above, or the key of the list."""
    above = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : start].strip()
    following = text.find("\n", end) + 1
    goes_on = text[following:].lstrip("\n")[:1] in (" ", "-", "#")
    if following and goes_on and not text[end:following].strip() and (not above or above.endswith(":")):
        return following
    return end


def _above(text: str, start: int, wanted: Callable[[str], bool]) -> int:
    """Return where the lines begin that stand right above a line and are `wanted`, each without blanks around it."""
    while start:
        line = text.rfind("\n", 0, start - 1) + 1
        if not wanted(text[line:start].strip()):
            break
        start = line
    return start


# -- beside the code


def without_comments(source: Source, waivers: Sequence[Waiver]) -> str:
    """Return a text without the comments, or values, that hold some waivers; raises `CannotEdit`."""
    splices: list[Splice] = []
    nodes: list[int] = []
    for waiver in waivers:
        region = waiver.location.region
        start, end = source.offset(*region[:2]), source.offset(*region[2:])
        if source.text.startswith(("#", "//", "/*"), start):
            splices.append(_without_comment(source.text, start, end))
        else:
            nodes.append(start)
    text = apply(source.text, splices)
    if not nodes:
        return text
    if splices:
        raise CannotEdit("it is written in an unusual way")
    for start in sorted(nodes, reverse=True):
        text = _without_node(text, start)
    return text


def _without_comment(text: str, start: int, end: int) -> Splice:
    comment = text[start:end]
    marks = _MARKS.match(comment)
    begin = marks.end() if marks is not None else 0
    word = _WORD(comment[begin:])
    if word is None:
        raise CannotEdit("the waiver is not where it was read")
    if word.start():
        # Other words stand before it, and stay.
        close = "*/" if comment.startswith("/*") else ""
        kept = len(comment[: begin + word.start()].rstrip(" \t"))
        return Splice(start + kept, end, f" {close}" if close else "")
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    after = text[end : stop if stop >= 0 else len(text)]
    if not text[line:start].strip() and not after.strip():
        if stop >= 0:
            return Splice(line, stop + 1, "")
        return Splice(max(line - 1, 0), len(text), "")
    if after.strip():
        return Splice(start, end, "")
    return Splice(line + len(text[line:start].rstrip()), end, "")


def _without_node(text: str, start: int) -> str:
    """Return JSON or YAML without the value that begins at an offset."""
    notation: Literal["json", "yaml"] = "json" if text.lstrip("\ufeff \t\r\n").startswith("{") else "yaml"
    root = read_json(text) if notation == "json" else read_yaml(text)
    steps = _steps_to(root, start)
    if steps is None:
        raise CannotEdit("the waiver is not where it was read")
    holder = root
    for step in steps[:-1]:
        found = holder.get(step) if isinstance(step, str) else holder.elements()[step]
        assert found is not None
        holder = found
    if "//" in steps and (_is_only(holder) or not _begins_with_word(text, start)):
        raise CannotEdit("other words stand beside it")
    return apply(text, Editor(text, notation).remove(root, steps))


def _is_only(holder: Node) -> bool:
    return len(holder.value) == 1


def _begins_with_word(text: str, start: int) -> bool:
    word = _WORD(text[start + 1 : start + 200].lstrip())
    return word is not None and word.start() == 0


def _steps_to(root: Node, start: int) -> list[Step] | None:
    waiting: list[tuple[Node, list[Step]]] = [(root, [])]
    while waiting:
        node, steps = waiting.pop()
        if node.start == start and node.kind == "text":
            return steps
        pairs: Iterable[tuple[Step, Node]] = [(name, value) for name, _, value in node.items()]
        for step, inner in (*pairs, *enumerate(node.elements())):
            if inner.start <= start < max(inner.end, inner.start + 1):
                waiting.append((inner, [*steps, step]))
    return None


def _judged_otherwise(
    request: Request, before: Verdict, beside: Mapping[str, str], taken: Sequence[Waiver]
) -> list[str]:
    """Return the paths of which the new texts would lead to another verdict, or lose another waiver."""
    if not beside:
        return []
    after = check(request._replace(texts={**request.texts, **beside}))
    if _told(before, taken) == _told(after, ()):
        return []
    if len(beside) == 1:
        return list(beside)
    return [path for path, text in beside.items() if _judged_otherwise(request, before, {path: text}, _of(taken, path))]


def _of(taken: Sequence[Waiver], path: str) -> list[Waiver]:
    return [waiver for waiver in taken if waiver.covers is not None and waiver.location.path == path]


def _told(verdict: Verdict, without: Sequence[Waiver]) -> Counter[tuple[object, ...]]:
    told: Counter[tuple[object, ...]] = Counter()
    for one in verdict.decisions:
        finding = one.assessment.finding
        told["finding", finding.location.path, finding.rule, finding.resource, one.action] += 1
    for one in verdict.undecided:
        told["undecided", one.undecided.location.path, one.undecided.rule, one.undecided.resource, one.action] += 1
    for one in verdict.problems:
        told["problem", one.problem.location.path, one.problem.what] += 1
    for use in verdict.waivers:
        waiver = use.waiver
        if waiver.covers is not None and waiver not in without:
            told["waiver", waiver.location.path, waiver.scope, waiver.until, waiver.why, waiver.by] += 1
    return told
