"""The files that hosts read, and the snippets of the documentation, hold to the hosts' own schemas and to zizmor."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.delivery.real_parts import TOP, program, run
from tests.docs.pages import Block, blocks

SHA = "08c6903cd8c0fde910a37f88322edcfb5dd907a8"
WORKFLOWS = sorted((TOP / ".github/workflows").glob("*.yml"))
_PINNED = re.compile(r"@[0-9a-f]{40}$")


def filled(text: str) -> str:
    """Return a snippet with its placeholders filled in."""
    return text.replace("<owner>", "somebody").replace("<full commit sha>", SHA)


def whole(text: str) -> str:
    """Return a workflow; a snippet may be the jobs of one."""
    return filled(text if "permissions: {}" in text else f"on: push\npermissions: {{}}\n{text}")


def holds(schema: str, file: Path, *more: str) -> None:
    """Fail unless a file holds to a schema that comes with check-jsonschema."""
    done = run([program("check-jsonschema"), "--builtin-schema", schema, *more, str(file)], file.parent)
    assert done.returncode == 0, done.stdout


def test_the_action_holds_to_the_schema_of_actions() -> None:
    holds("vendor.github-actions", TOP / "action.yml")


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_our_workflows_hold_to_the_schema_of_workflows(file: Path) -> None:
    holds("vendor.github-workflows", file)


# Which host reads a snippet, by a word that only snippets of this host have.
HOSTS = {
    "runs-on:": ("vendor.github-workflows", ".github/workflows/gate.yml", []),
    "CI_COMMIT_BRANCH": ("vendor.gitlab-ci", ".gitlab-ci.yml", ["--data-transform", "gitlab-ci"]),
    "UsePythonVersion": ("vendor.azure-pipelines", "azure-pipelines.yml", ["--data-transform", "azure-pipelines"]),
    "pull-requests:": ("vendor.bitbucket-pipelines", "bitbucket-pipelines.yml", []),
}
OF_HOSTS = [
    (word, block)
    for block in blocks("yaml")
    if block.page.name == "pipelines.md"
    for word in HOSTS
    if word in block.text
]


def test_there_are_snippets_of_every_host() -> None:
    assert [sum(word == of for of, _ in OF_HOSTS) for word in HOSTS] == [3, 2, 2, 1]


@pytest.mark.parametrize(("word", "block"), OF_HOSTS, ids=str)
def test_a_snippet_holds_to_its_hosts_schema(word: str, block: Block, tmp_path: Path) -> None:
    schema, name, more = HOSTS[word]
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(whole(block.text) if word == "runs-on:" else filled(block.text), encoding="utf-8")
    holds(schema, file, *more)


REVIEWS = [block for block in blocks("yaml") if block.page.name == "reviews.md"]


@pytest.mark.parametrize("block", REVIEWS, ids=str)
def test_the_snippets_of_comments_hold_to_their_hosts_schemas_and_to_zizmor(block: Block, tmp_path: Path) -> None:
    is_github = "permissions: {}" in block.text
    file = tmp_path / (".github/workflows/gate.yml" if is_github else ".gitlab-ci.yml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(filled(block.text), encoding="utf-8")
    if is_github:
        holds("vendor.github-workflows", file)
        zizmor(tmp_path, str(file))
    else:
        holds("vendor.gitlab-ci", file, "--data-transform", "gitlab-ci")


def zizmor(folder: Path, *arguments: str) -> None:
    """Fail when zizmor has something to say."""
    done = run([program("zizmor"), "--offline", "--no-progress", *arguments], folder)
    assert done.returncode == 0, done.stdout


def test_zizmor_has_nothing_to_say_about_what_we_run() -> None:
    zizmor(TOP, "--persona", "pedantic", "action.yml", *map(str, WORKFLOWS))


@pytest.mark.parametrize("block", [block for word, block in OF_HOSTS if word == "runs-on:"], ids=str)
def test_zizmor_has_nothing_to_say_about_what_we_recommend(block: Block, tmp_path: Path) -> None:
    file = tmp_path / ".github/workflows/gate.yml"
    file.parent.mkdir(parents=True)
    file.write_text(whole(block.text), encoding="utf-8")
    zizmor(tmp_path, str(file))


def test_every_action_is_pinned_by_commit() -> None:
    texts = [filled(block.text) for block in blocks("yaml")] + [file.read_text() for file in WORKFLOWS]
    for used in re.findall(r"uses: (\S+)", "\n".join(texts)):
        assert used == "./" or _PINNED.search(used) or used.endswith("@<commit>"), used


def test_snippets_name_inputs_and_outputs_that_the_action_has() -> None:
    action = yaml.safe_load((TOP / "action.yml").read_text(encoding="utf-8"))
    for block in blocks("yaml"):
        text = filled(block.text)
        for name in re.findall(r"steps\.gate\.outputs\.([\w-]+)", text):
            assert name in action["outputs"], block
        for given in _given(yaml.safe_load(text)):
            assert set(given) <= set(action["inputs"]), block


def test_the_tables_list_every_input_and_output() -> None:
    action = yaml.safe_load((TOP / "action.yml").read_text(encoding="utf-8"))
    page = (TOP / "docs/pipelines.md").read_text(encoding="utf-8")
    for name in (*action["inputs"], *action["outputs"]):
        assert re.search(rf"^\| .*`{name}`.* \|", page, re.MULTILINE), name


def _given(data: object) -> list[dict[str, str]]:
    """Return the `with` of every step that uses this action."""
    if isinstance(data, list):
        return [one for item in data for one in _given(item)]
    if not isinstance(data, dict):
        return []
    inner = [one for value in data.values() for one in _given(value)]
    ours = str(data.get("uses", "")).startswith("somebody/gatepost@")
    return [*inner, *([data["with"]] if ours and "with" in data else [])]
