"""Tables, YAML and archives of the few scanners that write them, within bounds; never a format's own words."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

_MOST_COLUMNS = 500
_LONGEST_HEAD = 100_000
_LONGEST_CELL = 1_000_000
_MOST_MEMBERS = 10_000
_DEEPEST = 200


def table_columns(text: str) -> Sequence[str]:
    """Return the names in the first line of a table; none where it names fewer than three."""
    head = text.lstrip("\ufeff").partition("\n")[0][:_LONGEST_HEAD].rstrip("\r")
    mark = max(";,\t", key=head.count)
    if not 2 <= head.count(mark) <= _MOST_COLUMNS:
        return ()
    try:
        return [name.strip() for name in next(csv.reader([head], delimiter=mark))]
    except (csv.Error, StopIteration):
        return ()


def table_rows(text: str) -> Sequence[Mapping[str, str]] | None:
    """Return the rows of a table by the names in its first line; None where that line names fewer than three."""
    head = text.lstrip("\ufeff").partition("\n")[0]
    mark = max(";,\t", key=head.count)
    if head.count(mark) < 2 or head.count(mark) > _MOST_COLUMNS:
        return None
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=mark)
    try:
        names = [name.strip() for name in next(rows)]
        return [dict(zip(names, row, strict=False)) for row in rows if any(row)]
    except csv.Error:
        return None


def yaml_documents(text: str) -> Sequence[Any]:
    """Return the documents of a YAML text; none where it is no YAML.

    Raises ValueError for one with anchors, nested too deeply, or that does not go on as YAML after its beginning.
    """
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    parsed = cast("Callable[..., Iterable[Any]]", yaml.parse)  # pyright: ignore[reportUnknownMemberType]
    events = parsed(text, Loader=loader)
    depth = 0
    try:
        for event in events:
            if isinstance(event, yaml.AliasEvent):
                raise ValueError("has anchors")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise ValueError("is nested too deeply")
        return list(yaml.load_all(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ValueError(f"is not YAML from line {mark.line + 1 if mark else 1} on") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def _opened(archive: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(archive))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        raise ValueError("is an archive that is cut or damaged") from None


def member_names(archive: bytes) -> Sequence[str]:
    """Return the names in an archive; raises ValueError where it is cut or holds too many."""
    with _opened(archive) as opened:
        names = opened.namelist()
    if len(names) > _MOST_MEMBERS:
        raise ValueError("has too many members")
    return names


def member_content(archive: bytes, name: str, most: int) -> bytes:
    """Return the bytes of a member; raises ValueError where it is not there, damaged or larger than `most`."""
    import zlib

    with _opened(archive) as opened:
        try:
            if opened.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError("is packed in an unusual way")
            with opened.open(name) as file:
                content = file.read(most + 1)
        except KeyError:
            raise ValueError("is not there") from None
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError):
            raise ValueError("cannot be unpacked") from None
    if len(content) > most:
        raise ValueError(f"is larger than {most // 2**20} MB")
    return content
