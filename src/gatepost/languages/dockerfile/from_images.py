"""What FROM says of its image: its parts, the image to move to, as whom it starts; never the lists of images.

The lists are loaded when a rule first asks for what they tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.languages.dockerfile.image import ImageParts, read_image
from gatepost.languages.dockerfile.stages import Layout, Stage
from gatepost.languages.shell.places import Word
from gatepost.model.values import Value

if TYPE_CHECKING:
    from gatepost.languages.dockerfile.bodies import InstructionBody


def image_parts(body: InstructionBody, used: list[str]) -> Value | None:
    """Return the image of FROM taken apart, None where none is written."""
    words, stage = body.words(used), body.entry.stage
    if not words or stage is None:
        return None
    if words[0] is stage.image:
        return image_of(body.context.layout, stage)
    return _base_image(body.context.layout, stage, words[0])


def image_of(layout: Layout, stage: Stage) -> Value:
    """Return the image that a stage is built from, taken apart."""
    if stage.parts is None:
        stage.parts = _base_image(layout, stage, stage.image)
    return stage.parts


def _base_image(layout: Layout, stage: Stage, word: Word) -> Value:
    return read_image(word, lambda name: True if layout.names_a_stage(name, stage.index, False) else None)


def successor_of(body: InstructionBody, used: list[str]) -> Value | None:
    """Return the image to move to from one without fixes; missing where none is known, or a variable has a part."""
    image = image_parts(body, used)
    parts = image.literal if image is not None else None
    if not isinstance(parts, ImageParts) or "digest" in parts or "tag" not in parts or "name" not in parts:
        return None
    name, tag, text = (parts[one].literal for one in ("name", "tag", "text"))
    if not (isinstance(name, str) and isinstance(tag, str) and isinstance(text, str)):
        return None
    from gatepost.languages.dockerfile.successors import successor

    moved = successor(name, tag)
    return body.value(text.removesuffix(tag) + moved) if moved else None


def starts_as_of(body: InstructionBody, used: list[str]) -> Value | None:
    """Return as whom an official image starts its program; missing for another image."""
    image = image_parts(body, used)
    parts = image.literal if image is not None else None
    named = parts["name"] if isinstance(parts, ImageParts) and "name" in parts else None
    if named is None or named.unknown is not None:
        return named
    from gatepost.languages.dockerfile.official_images import starts_as

    found = starts_as(str(named.literal))
    return Value(found) if found else None
