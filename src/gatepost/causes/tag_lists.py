"""Lists of image tags as registries' tools write them, and people: read into tags; never asks a registry.

Read are lines ("name:tag", "name tag digest", and the table of `docker image ls`), the JSON of `skopeo list-tags`,
of the registry API ("tags/list") and of Docker Hub's tags, several of them one after another, and a map of names to
tags in YAML or JSON. `crane ls` writes bare tags, for which the name of the image has to be given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn, cast

from gatepost.languages.positioned import Malformed, Node, read_yaml
from gatepost.model.records import NamedTuple

MOST_TAGS = 200_000
# YAML is read slowly, and for people who write it by hand; programs write JSON or lines.
_MOST_YAML = 512 * 1024
_TAG = re.compile(r"\w[\w.-]{0,127}\Z", re.ASCII).match
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._/:-]{0,254}\Z", re.ASCII).match
_DIGEST = re.compile(r"sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})\Z", re.ASCII).match
_YAML_KEY = re.compile(r"[\"']?[a-zA-Z0-9._/:-]+[\"']?:(?:\s+[\[{].*)?\s*\Z").match
_SPACE = re.compile(r"[ \t\r\n,]*").match
_NONE = "<none>"


class Listed(NamedTuple):
    """One tag of a list; `digest` is "" where it is not given."""

    image: str
    tag: str
    digest: str = ""


class BadList(Exception):
    """A list that cannot be read: `what` is wrong, a `hint` what to do, the 0-based `offset` of the place."""

    def __init__(self, what: str, hint: str, offset: int) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.offset = offset


def read_tags(text: str, image: str = "") -> Iterator[Listed]:
    """Yield the tags in a list; `image` is the name where the list itself has none. Raises BadList."""
    stripped = text.lstrip("\ufeff \t\r\n")
    at = len(text) - len(stripped)
    found = _of_json(text, at, image) if stripped[:1] in ("{", "[") else _of_text(text, image)
    for count, one in enumerate(found, 1):
        if count > MOST_TAGS:
            raise BadList(
                f"there are more than {MOST_TAGS} tags in one list", "leave out images that you do not use", 0
            )
        yield one


def _bad(what: str, offset: int, hint: str = "") -> NoReturn:
    raise BadList(what, hint or "a line is name:tag, or name, tag and digest", offset)


def _made(image: str, tag: str, digest: str, offset: int) -> Listed:
    if not image:
        _bad(f'the tag "{tag[:40]}" has no name of an image', offset, "name it: --image-tags IMAGE=FILE")
    if not _NAME(image):
        _bad(f'"{image[:80]}" is no name of an image', offset)
    if not _TAG(tag):
        _bad(f'"{tag[:80]}" is no tag', offset)
    if digest and not _DIGEST(digest):
        _bad(f'"{digest[:80]}" is no digest', offset, "a digest is sha256: and 64 digits")
    return Listed(image, tag, digest)


# Lines.


def _of_text(text: str, image: str) -> Iterator[Listed]:
    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    first = next((line.strip() for line in lines if line.strip() and not line.lstrip().startswith(("#", "---"))), "")
    if _YAML_KEY(first):
        yield from _of_yaml(text, image)
        return
    table = first.split()[:2] == ["REPOSITORY", "TAG"]
    at = len(text) - len(text.lstrip("\ufeff"))
    for line in lines:
        words = line.partition("#")[0].split()
        if words and not (table and words[:2] == ["REPOSITORY", "TAG"]):
            one = _of_row(words, at) if table else _of_words(words, image, at)
            if one is not None:
                yield one
        at += len(line)


def _of_row(words: list[str], offset: int) -> Listed | None:
    """Return the tag in a row of the table of `docker image ls`; None for one without."""
    if len(words) < 3 or _NONE in words[:2]:
        return None
    digest = words[2] if _DIGEST(words[2]) else ""
    return _made(words[0], words[1], digest, offset)


def _of_words(words: list[str], image: str, offset: int) -> Listed | None:
    words = [word for word in words if word != _NONE]
    digest = words.pop() if len(words) > 1 and ":" in words[-1] and words[-1].startswith("sha") else ""
    if len(words) == 1:
        whole, at, inner = words[0].removeprefix("docker://").partition("@")
        name, mark, tag = whole.rpartition(":")
        if not mark or "/" in tag:
            name, tag = image, whole
        return _made(name, tag, inner if at else digest, offset)
    if len(words) == 2:
        return _made(words[0], words[1], digest, offset)
    return _bad("this line is no tag of an image", offset) if words else None


# YAML.


def _of_yaml(text: str, image: str) -> Iterator[Listed]:
    if len(text) > _MOST_YAML:
        _bad("the list is too long for YAML", 0, "write it as JSON, or as lines of name:tag")
    try:
        root = read_yaml(text)
    except Malformed as fault:
        raise BadList(fault.what, fault.hint, fault.offset) from None
    for name, key, value in root.items():
        if name in ("tags", "Tags", "results") and root.get("name") is None and root.get("Repository") is None:
            name = image  # the answer of a registry written as YAML
        if name in ("name", "Repository") and value.kind == "text":
            continue
        yield from _below(text, name, key, value)


def _below(text: str, name: str, key: Node, value: Node) -> Iterator[Listed]:
    if value.kind == "map":
        for _, tag, digest in value.items():
            given = "" if digest.kind == "null" else _scalar(text, digest)
            yield _made(name, _scalar(text, tag), given, tag.start)
    elif value.kind == "list":
        for one in value.value:
            yield _with_digest(name, _scalar(text, one), one.start)
    else:
        yield _with_digest(name, _scalar(text, value), key.start)


def _with_digest(name: str, word: str, offset: int) -> Listed:
    tag, _, digest = word.partition("@")
    return _made(name, tag, digest, offset)


def _scalar(text: str, node: Node) -> str:
    """Return a scalar as it is written: 3.10 is a tag and no number."""
    if node.kind == "text":
        return str(node.value).strip()
    if node.kind in ("number", "truth"):
        return text[node.start : node.end].strip().strip("\"'")
    return _bad("a tag has to be text", node.start)


# JSON.


def _of_json(text: str, at: int, image: str) -> Iterator[Listed]:
    from json import JSONDecodeError, JSONDecoder

    decode = JSONDecoder(parse_float=str, parse_int=str).raw_decode
    while at < len(text):
        try:
            tree, end = decode(text, at)
        except JSONDecodeError as error:
            _bad("the list is not JSON from here on", error.pos, "give the file as the tool wrote it")
        except RecursionError:
            _bad("the list is nested too deeply", at, "give the file as the tool wrote it")
        yield from _of_tree(tree, image, at)
        space = _SPACE(text, end)
        at = space.end() if space is not None else end


def _of_tree(tree: Any, image: str, offset: int) -> Iterator[Listed]:
    if isinstance(tree, list):
        for one in cast("list[Any]", tree):
            yield from _of_tree(one, image, offset) if isinstance(one, dict) else _words_of(one, image, offset)
        return
    known = cast("dict[str, Any]", tree) if isinstance(tree, dict) else {}
    lower = {key.lower(): value for key, value in known.items()}
    tags = lower.get("tags", lower.get("results"))
    if isinstance(tags, list):
        name = lower.get("repository") or lower.get("name") or image or _of_address(lower)
        yield from _all(name if isinstance(name, str) else "", cast("list[Any]", tags), offset)
        return
    if not known:
        _bad("the list has no tags", offset)
    if "tags" in lower and lower["tags"] is None:
        return  # a registry's word for an image without any
    for name, value in known.items():
        if isinstance(value, dict):
            pairs = cast("dict[str, Any]", value).items()
            yield from (_made(name, tag, digest if isinstance(digest, str) else "", offset) for tag, digest in pairs)
        elif isinstance(value, list):
            yield from _all(name, cast("list[Any]", value), offset)
        else:
            yield from _all(name, [value], offset)


def _words_of(word: Any, image: str, offset: int) -> Iterator[Listed]:
    found = _of_words(word.split(), image, offset) if isinstance(word, str) else _bad("a tag has to be text", offset)
    if found is not None:
        yield found


def _all(name: str, tags: list[Any], offset: int) -> Iterator[Listed]:
    for one in tags:
        if isinstance(one, dict):
            row = cast("Mapping[str, Any]", one)
            tag, digest = row.get("name") or row.get("tag"), row.get("digest")
            yield _made(name, tag if isinstance(tag, str) else "", digest if isinstance(digest, str) else "", offset)
        elif isinstance(one, str):
            yield _with_digest(name, one, offset)
        else:
            _bad("a tag has to be text", offset)


def _of_address(answer: Mapping[str, Any]) -> str:
    """Return the image that a page of Docker Hub's tags is about, by the address of the page beside it."""
    for key in ("next", "previous"):
        parts = str(answer.get(key) or "").partition("/repositories/")[2].split("/")
        if len(parts) > 2 and parts[2].startswith("tags"):
            return "/".join(parts[:2])
    return ""
