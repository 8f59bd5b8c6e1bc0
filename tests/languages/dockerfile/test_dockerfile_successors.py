"""What a base image without security fixes is best moved to."""

from __future__ import annotations

import pytest

from gatepost.languages.dockerfile.successors import successor

LIBRARY = "docker.io/library/"


@pytest.mark.parametrize(
    ("image", "tag", "moved"),
    [
        ("python", "3.8.5-slim-buster", "3.13-slim-bookworm"),
        ("python", "3.9-alpine3.14", "3.13-alpine"),
        ("node", "17.0.1-bullseye-slim", "24-bookworm-slim"),
        ("node", "21", "24"),
        ("node", "lts-buster", "lts-bookworm"),
        ("debian", "buster-slim", "bookworm-slim"),
        ("ubuntu", "22.10", "24.04"),
        ("ubuntu", "bionic", "noble"),
        ("eclipse-temurin", "17-jre-focal", "17-jre-noble"),
    ],
)
def test_an_older_version_and_an_older_system_are_replaced_and_the_rest_stays(image: str, tag: str, moved: str) -> None:
    assert successor(LIBRARY + image, tag) == moved


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        ("python", "3.12-slim-bookworm"),
        ("python", "2.7"),
        ("node", "22-bullseye"),
        ("ubuntu", "22.04"),
        ("postgres", "11"),
        ("openjdk", "17"),
        ("centos", "7"),
        ("python", "latest"),
        ("python", "9" * 50),
        ("node", "²"),
    ],
)
def test_what_is_looked_after_and_what_has_no_heir_of_its_kind_stays(image: str, tag: str) -> None:
    assert successor(LIBRARY + image, tag) is None


def test_dotnet_is_no_longer_made_upon_debian() -> None:
    assert successor("mcr.microsoft.com/dotnet/aspnet", "5.0-buster-slim") == "10.0"
    assert successor("mcr.microsoft.com/dotnet/sdk", "6.0-alpine3.16") == "10.0-alpine"
    assert successor("registry.example.org/python", "3.8") is None
