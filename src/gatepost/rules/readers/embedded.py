"""Text written inside a document, each character with its place, and the trees read from it; never what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gatepost.languages.positioned import Malformed, Node
from gatepost.model.places import Span
from gatepost.model.records import NamedTuple
from gatepost.model.regexes import regex
from gatepost.model.values import Notation, Reference, Unknown, Value

# Stands for a hole (an interpolation whose text is not known) while text is being parsed.
HOLE = "\ue000"
MOST_TEXT = 2_000_000
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0"}


def more_of(value: Value) -> Value:
    """Return what stands for the members that a list may have besides those that are written."""
    return Value(Unknown(value.gap or "the list may have more members than are known"), value.span)


def unreadable(member: Value, what: str) -> Value:
    """Return a member of a list as one that is not known, when it is no `what` that can be read."""
    if member.unknown is not None:
        return member
    return member._replace(literal=Unknown(f"a member of the list is no {what}", False), tree=None)


class Embedded(NamedTuple):
    """Text with holes; `places` are the offsets in `span.source` of each character and of the end, where known."""

    text: str
    why: str
    span: Span | None
    places: tuple[list[int], list[int]] | None
    notation: Notation
    value: Value
    named: Mapping[int, Reference] = {}  # what a hole names, by its offset in the text

    def part(self, start: int, end: int) -> Span | None:
        """Return where a stretch of the text is written."""
        if self.span is None or self.places is None or not 0 <= start < end <= len(self.text):
            return None
        return Span(self.span.source, self.places[0][start], self.places[1][end - 1])


def embedded(value: Value) -> Embedded | None:
    """Return the text of a value, None when it is no text or nothing is known of it."""
    unknown = value.unknown
    if unknown is not None:
        if not unknown.pieces:
            return None
        text = "".join(HOLE if piece is None else piece.replace(HOLE, " ") for piece in unknown.pieces)
        why = unknown.why
    elif type(value.literal) is str:
        text, why = value.literal.replace(HOLE, " "), ""
    else:
        return None
    if len(text) > MOST_TEXT:
        return None
    span = value.span
    if value.origins and not (span is not None and _written_here(span.text)):
        span = value.set_at
    places = _align(text, span) if span is not None else None
    notation = value.notation if span is value.span else value.origins[-1].notation
    return Embedded(text, why, span, places, _inside(notation) if places is not None else "", value, _named(unknown))


def _named(unknown: Unknown | None) -> Mapping[int, Reference]:
    """Return what the holes of a text name, by the offset of their marks."""
    if unknown is None or not unknown.named:
        return {}
    found: dict[int, Reference] = {}
    names, at = iter(unknown.named), 0
    for piece in unknown.pieces:
        name = next(names, None) if piece is None else None
        if name is not None:
            found[at] = name
        at += 1 if piece is None else len(piece)
    return found


def _written_here(written: str) -> bool:
    """Whether a span holds text, and is no expression (nor text that is nothing but one) that leads elsewhere."""
    if written[:1] not in ('"', "<", "'"):
        return False
    return not (written.startswith('"${') and _closing(written, 3, len(written)) == len(written) - 1)


def _inside(notation: Notation) -> Notation:
    if notation in ("hcl", "hcl-template"):
        return "json-in-hcl"
    return "json-in-yaml" if notation in ("yaml", "json") else ""


# --- alignment ------------------------------------------------------------------------------------------------------

# Runs of characters, each with where it starts and ends in the source: one character that is written there in some way
# (an escape), or several that are written as they are.
_Runs = list[tuple[str, int, int]]


def _align(text: str, span: Span) -> tuple[list[int], list[int]] | None:
    """Return where each character of `text` is written in `span`; None when that cannot be told."""
    written = span.text
    if written.startswith("<<"):
        chunks = _heredoc(written)
    elif written[:1] in ('"', "'") and len(written) > 1:
        chunks = _template(written, 1, len(written) - 1, written[0])
    else:
        chunks = _lines(written, text)
    return _match(text, chunks, span.start) if chunks else None


def _match(text: str, chunks: list[_Runs | tuple[int, int]], offset: int) -> tuple[list[int], list[int]] | None:
    """Lay chunks of known runs over the text; what lies between two of them came from an interpolation."""
    starts: list[int] = []
    ends: list[int] = []
    at, gap = 0, None
    for number, chunk in enumerate(chunks):
        if isinstance(chunk, tuple):
            gap = chunk if gap is None else (gap[0], chunk[1])
            continue
        known = "".join([run for run, _, _ in chunk])
        last = number == len(chunks) - 1
        found = at if gap is None else (len(text) - len(known) if last else text.find(known, at))
        if found < at or not text.startswith(known, found):
            return None
        if gap is not None:
            starts += [offset + gap[0]] * (found - at)
            ends += [offset + gap[1]] * (found - at)
        for run, start, end in chunk:
            if len(run) == 1:
                starts.append(offset + start)
                ends.append(offset + end)
            else:
                starts += range(offset + start, offset + end)
                ends += range(offset + start + 1, offset + end + 1)
        at, gap = found + len(known), None
    if gap is not None:
        starts += [offset + gap[0]] * (len(text) - at)
        ends += [offset + gap[1]] * (len(text) - at)
        at = len(text)
    return (starts, ends) if at == len(text) else None


def _heredoc(written: str) -> list[_Runs | tuple[int, int]]:
    head = written.find("\n")
    tail = written.rstrip().rfind("\n")
    if head < 0 or tail < head:
        return []
    chunks = _template(written, head + 1, tail + 1, "")
    if not written.startswith("<<-"):
        return chunks
    lines = written[head + 1 : tail + 1].split("\n")
    indents = [len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()]
    indent = min(indents, default=0)
    return [chunk if isinstance(chunk, tuple) else _dedent(chunk, indent, written) for chunk in chunks]


def _dedent(runs: _Runs, indent: int, written: str) -> _Runs:
    """Leave out the blanks left of the indent in each line."""
    kept: _Runs = []
    for run, start, end in runs:
        if len(run) == 1 and run not in " \t":
            kept.append((run, start, end))
            continue
        column = start - (written.rfind("\n", 0, start) + 1)
        for line in run.split("\n"):
            whole = line + "\n" if start + len(line) < end else line
            left = max(indent - column, 0)
            if whole[:left].strip(" \t"):  # a line of blanks and what ends it
                kept += [(one, at, at + 1) for at, one in enumerate(whole[:left], start) if one not in " \t"]
            if whole[left:]:
                kept.append((whole[left:], start + left, start + len(whole)))
            start, column = start + len(whole), 0
    return kept


# What is not written as it is, by the quotes around a text ("" for a heredoc). Only the one in " has escapes with \\.
_MARKS = {
    "": regex(r"\$?\$\{|%?%\{"),
    '"': regex(r"\$?\$\{|%?%\{|\\"),
    "'": regex(r"\$\$\{|%%\{|''"),
}


def _template(written: str, at: int, end: int, quote: str) -> list[_Runs | tuple[int, int]]:
    """Split a template into known runs and the stretches of its interpolations."""
    chunks: list[_Runs | tuple[int, int]] = []
    runs: _Runs = []
    search = _MARKS[quote].search
    while (found := search(written, at)) is not None and found.start() < end:
        mark, start = found[0], found.start()
        if start > at:
            runs.append((written[at:start], at, start))
        at = found.end()
        if mark == "\\":
            letter, at = _escape(written, start)
            runs.append((letter, start, at))
        elif mark == "''":
            runs.append(("'", start, at))
        elif len(mark) == 3:
            runs += ((mark[0], start, start + 2), ("{", start + 2, at))
        else:
            at = _closing(written, at, end)
            chunks += (runs, (start, at))
            runs = []
    if at < end:
        runs.append((written[at:end], at, end))
    chunks.append(runs)
    return chunks


def _escape(written: str, at: int) -> tuple[str, int]:
    kind = written[at + 1 : at + 2]
    width = {"u": 4, "U": 8, "x": 2}.get(kind, 0)
    if width:
        try:
            return chr(int(written[at + 2 : at + 2 + width], 16)), at + 2 + width
        except (ValueError, OverflowError):
            return kind, at + 2
    return _ESCAPES.get(kind, kind), at + 2


def _closing(written: str, at: int, end: int) -> int:
    """Return the offset after the `}` that closes an interpolation, quotes inside it respected."""
    depth = 1
    while at < end:
        letter = written[at]
        if letter == '"':
            at += 1
            while at < end and written[at] != '"':
                at += 2 if written[at] == "\\" else 1
        elif letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
            if not depth:
                return at + 1
        at += 1
    return end


def _lines(written: str, text: str) -> list[_Runs | tuple[int, int]]:
    """Find the runs of plain text or of a YAML block, line by line and around holes, in the order they are written."""
    runs: _Runs = []
    at = 0
    for number, line in enumerate(text.split("\n")):
        if number:
            runs.append(("\n", at, at + 1))
        for count, run in enumerate(line.split(HOLE)):
            found = written.find(run, at)
            if found < 0 or (count and "\n" in written[at:found]):
                return []
            if count:
                end = found if run else _closing(written, at + 2, len(written)) if written[at : at + 2] == "${" else at
                runs.append((HOLE, at, max(end, at)))
                found = max(end, at)
            at = found + len(run)
            if run:
                runs.append((run, found, at))
    return [runs]


# --- trees ----------------------------------------------------------------------------------------------------------


def read_tree(
    value: Value,
    what: str,
    parse: Callable[[str], Node],
    may_be_anything: Callable[[Node, str], bool],
    prepare: Callable[[Embedded], Embedded] | None = None,
) -> Value:
    """Return the tree of a text in the notation `what`; a map or list that is already one stays.

    `parse` reads the text, which `prepare` may change first, and raises Malformed; `may_be_anything(node, text)`: the
    hole that a node is may be anything, not only text. Unknown where there is no such text.
    """
    if isinstance(value.tree, Value):
        return value.tree
    if value.is_map or value.is_list or value.literal is None:
        return value
    held = embedded(value)
    if held is None:
        return value if value.unknown is not None else value._replace(literal=Unknown(f"it is no {what} text", False))
    if prepare is not None:
        held = prepare(held)
    text = held.text
    try:
        node = parse(text)
    except Malformed as malformed:
        why = held.why or f"it is no {what} that can be read: {malformed.what}"
        return value._replace(literal=Unknown(why, False))
    return tree_value(node, held, lambda node: may_be_anything(node, text))


def quote_holes(held: Embedded) -> Embedded:
    """Return JSON text in which each hole that stands for a whole value is in quotes, so that it can be parsed."""
    if HOLE not in held.text:
        return held
    letters: list[str] = []
    order: list[int] = []
    inside = escaped = False
    for number, letter in enumerate(held.text):
        if letter == HOLE and not inside:
            letters.extend(('"', HOLE, '"'))
            order.extend((number, number, number))
            continue
        if letter == '"' and not escaped:
            inside = not inside
        escaped = inside and letter == "\\" and not escaped
        letters.append(letter)
        order.append(number)
    places = held.places
    if places is not None:
        places = [places[0][n] for n in order], [places[1][n] for n in order]
    named = {at: held.named[number] for at, number in enumerate(order) if number in held.named and letters[at] == HOLE}
    return held._replace(text="".join(letters), places=places, named=named)


def tree_value(node: Node, held: Embedded, bare: Callable[[Node], bool]) -> Value:
    """Return a node as a value with its places; `bare(node)`: the hole it is may be anything, not only text."""
    literal: object
    if node.kind == "map":
        literal = {key: tree_value(inner, held, bare) for key, _, inner in node.items()}
    elif node.kind == "list":
        literal = tuple(tree_value(inner, held, bare) for inner in node.elements())
    elif node.kind == "text" and HOLE in node.value:
        pieces = text_pieces(node.value)
        literal = Unknown(held.why, bare(node), pieces if len(pieces) > 1 else ())
    else:
        literal = node.value
    made = placed(literal, node.start, node.end, held)
    if held.named and node.value == HOLE:
        # The mark of a text in quotes stands after the quote.
        return made._replace(refers_to=held.named.get(node.start) or held.named.get(node.start + 1))
    return made


def text_pieces(text: str) -> tuple[str | None, ...]:
    """Return text with hole marks as pieces, None for a hole."""
    pieces: list[str | None] = []
    for number, piece in enumerate(text.split(HOLE)):
        if number and not (pieces and pieces[-1] is None):
            pieces.append(None)
        if piece:
            pieces.append(piece)
    return tuple(pieces)


def placed(literal: object, start: int, end: int, held: Embedded) -> Value:
    """Return something found in a stretch of the text as a value (-1: nowhere), with the origins that it has.

    What is written here has none, whatever the text around it was put together from; what an interpolation brought
    has those of the whole.
    """
    whole = held.value
    span = held.part(start, end) if start >= 0 else None
    if span is None:
        return Value(literal, whole.span, whole.origins, sensitive=whole.sensitive)
    if held.span is whole.span or not whole.origins:
        brought = isinstance(literal, Unknown) or _brought(held, start, end, isinstance(literal, (dict, tuple)))
        origins = whole.origins if brought else ()
        return Value(literal, span, origins, sensitive=whole.sensitive, notation=held.notation)
    last = whole.origins[-1]._replace(span=span, notation=held.notation)
    return Value(literal, whole.span, (*whole.origins[:-1], last), sensitive=whole.sensitive, notation=whole.notation)


def _brought(held: Embedded, start: int, end: int, container: bool) -> bool:
    """Whether an interpolation brought some of a stretch (of a container: all of it); its characters share a place."""
    assert held.places is not None
    starts = held.places[0]
    if container:
        return end - start > 1 and starts[start] == starts[end - 1]
    return any(starts[here] == starts[here + 1] for here in range(start, end - 1))
