"""What the documentation says exists: links, commands, options, formats, data that parses."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from gatepost.cli.commands import gatepost
from gatepost.cli.output import outputs_of
from gatepost.reports import FORMATS
from tests.docs.pages import Block, blocks, commands, pages

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_STARTS = re.compile(r"[^\w -]", re.UNICODE)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(_without_blocks(page)):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), f"{page.name} links {target}"
        if anchor and file.suffix == ".md":
            assert anchor in _anchors(file), f"{page.name} links {target}"


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_command_is_one_the_command_line_takes(page: Path) -> None:
    for arguments in commands(page.read_text(encoding="utf-8")):
        if any(sign in arguments for sign in ("…", "[", "<")):
            continue  # a shape, not a command
        _parse(shlex.split(arguments))


@pytest.mark.parametrize("block", blocks("yaml", "json"), ids=str)
def test_data_in_the_pages_parses(block: Block) -> None:
    if block.language == "json":
        json.loads(block.text)
    else:
        for _ in yaml.safe_load_all(block.text):
            pass


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_pages_speak_plainly(page: Path) -> None:
    prose = _without_blocks(page)
    assert not re.search(r"\w!(\s|$)", prose)
    assert "shields.io" not in prose


def _parse(arguments: list[str]) -> None:
    context = click.Context(gatepost, info_name="gatepost")
    command: click.Command = gatepost
    while isinstance(command, click.Group):
        found = command.get_command(context, arguments[0])
        assert found is not None, arguments
        command, arguments = found, arguments[1:]
    if not arguments:
        return  # spoken of, not shown
    parsed = command.make_context(command.name, list(arguments), parent=context)
    formats = parsed.params.get("formats", ())
    assert outputs_of(formats, tuple(FORMATS))


def _without_blocks(page: Path) -> str:
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {_STARTS.sub("", heading.lower()).strip().replace(" ", "-") for heading in headings}
