"""Every place in a script of a Dockerfile is a place in the Dockerfile."""

from __future__ import annotations

from gatepost.model.places import Source
from gatepost.pipeline.run_scripts import scripts_of


def fuzz(data: bytes) -> None:
    source = Source("Dockerfile", data.decode("utf-8", "replace"), "dockerfile")
    lines = source.text.count("\n") + 1
    for script in scripts_of(source):
        for line in range(script.text.count("\n") + 3):
            for column in (0, 1, 5, 10_000):
                assert 1 <= script.position(line, column)[0] <= lines
