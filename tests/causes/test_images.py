"""What an image holds is led to the instruction that brings it."""

from __future__ import annotations

from pathlib import Path

from tests.causes.causes import after, at, caused, in_image, vulnerability

STAGES = """\
ARG TAG=3.11-slim
FROM node:20 AS web
RUN npm ci
FROM python:${TAG} AS base
RUN apt-get update && apt-get install -y \\
    curl=7.88.1-10 git
FROM base
COPY --from=web /app/dist /srv
RUN apt-get install -y zip
"""


def test_a_package_that_a_run_names_comes_from_it(tmp_path: Path):
    (one,) = caused(tmp_path, {"Dockerfile": STAGES}, in_image("zip", "1", "2"))
    assert at(one) == "Dockerfile:9"
    assert one.mend == "Update Dockerfile line 9: the packages that this RUN installs (zip)"
    assert "--no-cache" in one.advice


def test_a_version_that_is_pinned_in_a_run_is_raised(tmp_path: Path):
    (one,) = caused(tmp_path, {"Dockerfile": STAGES}, in_image("curl", "7.88.1-10", "7.88.1-10+deb12u1"))
    assert "curl=7.88.1-10+deb12u1 git" in after(tmp_path, one)
    assert one.fixes[0].proof == "needs_rescan"


def test_everything_else_comes_with_the_base_image_through_arg_and_stages(tmp_path: Path):
    one, other, third = caused(
        tmp_path,
        {"Dockerfile": STAGES},
        in_image("libc6", "1", "2"),
        in_image("zlib1g", "1", id="CVE-2024-2"),
        in_image("dpkg", "1", "2", id="CVE-2024-3"),
    )
    assert one.cause == other.cause == third.cause
    assert at(one) == "Dockerfile:1"
    assert one.mend == "Update Dockerfile line 1: this base image, python:3.11-slim"
    assert [step.text for step in one.origins] == ["FROM base", "FROM python:${TAG} AS base", "ARG TAG sets it"]
    assert one.fixes[0].edits == ()
    assert one.fixes[0].proof == "needs_rescan"
    assert "for 1 of 3 no fixed version is known yet" in one.advice
    assert "line 9, 5 is counted here" in one.advice
    assert other.fixes == ()


def test_a_layer_tells_the_run_by_its_command(tmp_path: Path):
    command = "RUN /bin/sh -c apt-get update && apt-get install -y     curl=7.88.1-10 git # buildkit"
    (one,) = caused(tmp_path, {"Dockerfile": STAGES}, in_image("libcurl4", "1", "2", layer="sha256:a", command=command))
    assert at(one) == "Dockerfile:5"


def test_the_older_builder_writes_commands_in_another_way(tmp_path: Path):
    command = "|1 TAG=3.11 /bin/sh -c apt-get install -y zip"
    (one,) = caused(tmp_path, {"Dockerfile": STAGES}, in_image("libzip", "1", "2", layer="sha256:a", command=command))
    assert at(one) == "Dockerfile:9"


def test_a_layer_with_another_command_is_the_base_images(tmp_path: Path):
    command = "/bin/sh -c #(nop) ADD file:abc in / "
    (one,) = caused(tmp_path, {"Dockerfile": STAGES}, in_image("zip", "1", "2", layer="sha256:a", command=command))
    assert at(one) == "Dockerfile:1"


def test_what_lies_in_the_layer_of_a_named_package_came_along_with_it(tmp_path: Path):
    found = caused(
        tmp_path,
        {"Dockerfile": STAGES},
        in_image("zip", "1", "2", layer="sha256:b"),
        in_image("libzip", "1", "2", layer="sha256:b"),
        in_image("git", "1", "2", layer="sha256:a"),
        in_image("libc6", "1", "2", layer="sha256:a"),
    )
    assert [at(one) for one in found] == ["Dockerfile:9", "Dockerfile:9", "Dockerfile:1", "Dockerfile:1"]


def test_what_is_copied_from_a_stage_comes_with_the_base_of_that_stage(tmp_path: Path):
    command = "COPY /app/dist /srv # buildkit"
    (one,) = caused(tmp_path, {"Dockerfile": STAGES}, in_image("libx", "1", "2", layer="sha256:c", command=command))
    assert at(one) == "Dockerfile:2"
    assert one.mend == "Update Dockerfile line 2: this base image, node:20"


def test_a_package_of_a_language_that_no_file_names_comes_from_the_run_that_installs_such(tmp_path: Path):
    files = {"Dockerfile": "FROM python:3.11\nRUN pip install flask==2.0\n"}
    one, other = caused(
        tmp_path,
        files,
        in_image("flask", "2.0", "2.3", ecosystem="pypi"),
        in_image("werkzeug", "2.0", "2.3", ecosystem="pypi"),
    )
    assert "pip install flask==2.3" in after(tmp_path, one)
    assert at(other) == "Dockerfile:2"
    assert other.advice.endswith("the base image may bring them too")


def test_of_several_dockerfiles_the_one_called_like_the_image_is_meant(tmp_path: Path):
    files = {"shop/Dockerfile": "FROM a:1\n", "other/Dockerfile": "FROM b:1\n"}
    (one,) = caused(tmp_path, files, in_image("libc6", "1", "2"))
    assert at(one) == "shop/Dockerfile:1"


def test_the_commands_of_the_layers_tell_dockerfiles_apart(tmp_path: Path):
    files = {"x/Dockerfile": "FROM a:1\nRUN make x\n", "y/Dockerfile": "FROM b:1\nRUN make y\n"}
    found = in_image("libc6", "1", "2", layer="sha256:a", command="RUN /bin/sh -c make y # buildkit")
    (one,) = caused(tmp_path, files, found)
    assert at(one) == "y/Dockerfile:2"


def test_where_several_may_be_meant_none_is_chosen(tmp_path: Path):
    files = {"x/Dockerfile": "FROM a:1\n", "y/Dockerfile": "FROM b:1\n"}
    (one,) = caused(tmp_path, files, in_image("libc6", "1", "2"))
    assert one.location.path == "shop:1"
    assert one.advice == "which Dockerfile the image shop:1 is built by cannot be told: x/Dockerfile, y/Dockerfile"


def test_a_base_image_that_was_scanned_itself_is_led_to_its_from(tmp_path: Path):
    found = vulnerability("python:3.11-slim", "zip", "1", "2", ecosystem="deb")
    (one,) = caused(tmp_path, {"Dockerfile": STAGES}, found)
    assert at(one) == "Dockerfile:1"


def test_without_a_dockerfile_the_image_is_the_group(tmp_path: Path):
    (one,) = caused(tmp_path, {"a.txt": ""}, in_image("libc6", "1", "2"))
    assert one.location.path == "shop:1"
    assert one.advice == "there is no Dockerfile here"


def test_a_digest_is_renewed_and_not_a_tag(tmp_path: Path):
    digest = "sha256:" + "0" * 64
    (one,) = caused(tmp_path, {"Dockerfile": f"FROM python@{digest}\n"}, in_image("libc6", "1", "2"))
    assert one.advice.startswith("take the digest of a newer build of this image")


JAVA = """\
FROM maven:3 AS build
COPY . /src
RUN mvn package
FROM eclipse-temurin:17
WORKDIR /app
COPY --from=build /src/target/app.jar app.jar
"""


def test_a_file_that_is_copied_in_is_led_to_the_copy(tmp_path: Path):
    from gatepost.model.findings import Artifact

    inside = Artifact("shop:1", "image", path="app/app.jar")
    found = in_image("org.x:y", "1", "2", ecosystem="maven")._replace(artifact=inside)
    (one,) = caused(tmp_path, {"Dockerfile": JAVA}, found)
    assert at(one) == "Dockerfile:6"
    assert one.mend == "Update what Dockerfile line 6 copies"


def test_what_a_stage_installs_and_another_copies_comes_from_the_first(tmp_path: Path):
    from gatepost.model.findings import Artifact

    text = (
        "FROM python:3 AS build\nRUN pip install --prefix=/i -r r.txt\nFROM python:3\nCOPY --from=build /i /usr/local\n"
    )
    inside = Artifact("shop:1", "image", path="usr/local/lib/python3/site-packages/a/METADATA")
    found = in_image("a", "1", "2", ecosystem="pypi")._replace(artifact=inside)
    (one,) = caused(tmp_path, {"Dockerfile": text}, found)
    assert at(one) == "Dockerfile:2"
    assert [step.text.split(" ")[0] for step in one.origins] == ["COPY", "RUN"]


def test_every_finding_of_an_image_knows_the_base_that_the_dockerfile_names(tmp_path: Path):
    files = {"Dockerfile": STAGES, "requirements.txt": "a==1\n"}
    found = caused(tmp_path, files, in_image("zip", "1", "2"), in_image("a", "1", "2", ecosystem="pypi"))
    assert [one.artifact.base for one in found if one.artifact is not None] == ["python:3.11-slim"] * 2


def test_of_several_images_the_only_dockerfile_is_not_everyones(tmp_path: Path):
    from gatepost.model.findings import Artifact

    other = vulnerability("db:1", "libc6", "1", "2", ecosystem="deb", artifact=Artifact("db:1"))
    one, two = caused(tmp_path, {"Dockerfile": STAGES}, in_image("libc6", "1", "2"), other)
    assert one.location.path == "shop:1"
    assert two.advice == "which Dockerfile the image db:1 is built by cannot be told: Dockerfile"
