"""What the names of stages tell about the instructions in them; never what is in them.

A stage counts for every stage that is built from it or copies from it. What ends in the last stage is built where
nobody names a target, whatever that stage is called: there a name makes nothing certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gatepost.languages.dockerfile.bodies import span_of
from gatepost.languages.dockerfile.document import Dockerfile
from gatepost.languages.dockerfile.stages import Stage
from gatepost.model.documents import Document, Resource
from gatepost.model.environment_words import PRODUCTION, spoken_of
from gatepost.model.findings import Sign
from gatepost.model.values import Value


def stage_signs(document: Document, resource: Resource) -> tuple[Sign, ...]:
    """Return the signs of the stage that a resource is, or stands in."""
    if not isinstance(document, Dockerfile):
        return ()
    stages = document.layout.stages
    stage = next((one for one in stages if _holds(one, resource.key)), None)
    if stage is None or not any(_spoken(one) for one in stages):
        return ()
    reached = _users(document, stage)
    weak = stages[-1] in reached or not all(_spoken(one) for one in reached)
    return tuple(
        Sign(environment, f"stage {one.key.removeprefix('stage ')}", place, weak and environment != PRODUCTION)
        for one in reached
        for place in [span_of(one.entries[0].instruction).location]
        for environment in _spoken(one)
    )


def _holds(stage: Stage, key: str) -> bool:
    return key == stage.key or any(entry.key == key for entry in stage.entries)


def _spoken(stage: Stage) -> tuple[str, ...]:
    return spoken_of(stage.alias.plain) if stage.alias is not None else ()


def _users(document: Dockerfile, stage: Stage) -> list[Stage]:
    """Return a stage and all that take something of it, in the order of the file."""
    reached = [stage]
    for one in document.layout.stages[stage.index + 1 :]:
        if one.base in reached or any(other in reached for other in _copied(document, one)):
            reached.append(one)
    return reached


def _copied(document: Dockerfile, stage: Stage) -> Iterator[Stage]:
    """Yield the stages that a stage copies from, or mounts."""
    for entry in stage.entries:
        if entry.instruction.keyword not in ("COPY", "ADD", "RUN"):
            continue
        body = document.context.instruction(entry).literal
        for holder in _mounts(body) if entry.instruction.keyword == "RUN" else (body,):
            origin = holder.get("from")
            if origin is not None and isinstance(origin.literal, str):
                found = document.layout.stage_named(origin.literal, stage.index)
                if found is not None:
                    yield found


def _mounts(body: Mapping[str, Value]) -> list[Mapping[str, Value]]:
    mounts = body.get("mounts")
    return [one.literal for one in mounts.literal if one.is_map] if mounts is not None and mounts.is_list else []
