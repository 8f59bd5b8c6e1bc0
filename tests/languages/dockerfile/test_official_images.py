"""As whom an image starts its program is told of official images alone."""

from __future__ import annotations

import pytest

from gatepost.languages.dockerfile.official_images import starts_as


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("docker.io/library/debian", "root"),
        ("docker.io/library/nginx", "root"),
        ("docker.io/library/eclipse-temurin", "root"),
        ("docker.io/library/websphere-liberty", "user"),
        ("docker.io/library/postgres", "root_at_first"),
        ("docker.io/library/solr", "user"),
        ("docker.io/library/base", None),
        ("docker.io/someone/debian", None),
        ("registry.example.org/library/debian", None),
        ("debian", None),
    ],
)
def test_as_whom_an_image_starts_its_program(name, told):
    assert starts_as(name) == told
