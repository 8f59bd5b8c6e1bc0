"""The layout of a template after the transform AWS::Serverless; never a look at how one resource type is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from gatepost.languages.cloudformation.layout import Entry, Layout
from gatepost.languages.cloudformation.serverless import apis, others
from gatepost.languages.cloudformation.serverless.building import Origin
from gatepost.languages.cloudformation.serverless.defaults import origin_of
from gatepost.languages.cloudformation.serverless.events import Apis, notified
from gatepost.languages.cloudformation.serverless.functions import function

_PREFIX = "AWS::Serverless::"
Maker: TypeAlias = "Callable[[Origin], Iterator[Entry]]"
_MAKERS: Mapping[str, Maker] = {
    "Api": apis.rest_api,
    "HttpApi": apis.http_api,
    "SimpleTable": others.table,
    "StateMachine": others.state_machine,
    "LayerVersion": others.layer,
    "Application": others.application,
}
# A template may have 500 resources; what is made of more is not worth anybody's time. Source: CloudFormation quotas.
_MOST = 5_000


def transformed(layout: Layout) -> Layout:
    """Return the layout with serverless resources replaced by what is made of them."""
    serverless = [entry for entry in layout.entries if entry.shape.type.startswith(_PREFIX)]
    if not serverless:
        return layout
    origins = {id(entry): origin_of(layout, entry) for entry in serverless}
    stages = {
        entry.name: apis.stage_name(origins[id(entry)]) for entry in serverless if entry.shape.type == _PREFIX + "Api"
    }
    needed = Apis(stages)
    taken = {entry.name for entry in layout.entries if entry.section == "Resources"}
    made: list[Entry] = []
    for entry in layout.entries:
        origin = origins.get(id(entry))
        new = list(_made(origin, entry, needed)) if origin is not None else [entry]
        for one in new:
            # What the template declares itself wins.
            if one.name == entry.name or one.name not in taken:
                made.append(one)
                taken.add(one.name) if one.section == "Resources" else None
        if len(made) > _MOST:
            break
    for name, events in needed.implicit.items():
        if name not in taken:
            made.extend(apis.implicit(layout, name, events))
    if needed.notifying:
        made = [_notified(entry, needed) for entry in made]
    renamed = {f"{name}.Stage": _stage(name, stage) for name, stage in stages.items()}
    for entry in made:
        if entry.shape.type == "AWS::Lambda::Alias" and entry.made is not None:
            renamed[f"{entry.made.of}.Alias"] = entry.name
            renamed[f"{entry.made.of}.Version"] = f"{entry.made.of}Version"
    return layout._replace(entries=tuple(made), sliceable=False, renamed=renamed)


def _notified(entry: Entry, needed: Apis) -> Entry:
    events = needed.notifying.get(entry.name)
    return notified(entry, events) if events and entry.shape.type == "AWS::S3::Bucket" else entry


def _stage(name: str, stage: str) -> str:
    """Return the logical id of the stage of an API."""
    return name + ("Stage" if stage == "Stage" else f"{stage}Stage")


def _made(origin: Origin, entry: Entry, needed: Apis) -> Iterator[Entry]:
    kind = entry.shape.type.removeprefix(_PREFIX)
    if kind == "Function":
        return function(origin, needed)
    maker = _MAKERS.get(kind)
    return maker(origin) if maker is not None else iter([entry])
