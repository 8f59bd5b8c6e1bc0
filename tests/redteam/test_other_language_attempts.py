"""Attempts in CloudFormation templates and Dockerfiles."""

from __future__ import annotations

import pytest

from tests.redteam.attempts import attempt
from tests.redteam.repository import Repository, not_passed, of_rule, stopped, told

G = "CloudFormation"
BUCKET = "aws/s3/bucket-public-acl"
TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Data:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: PublicRead
"""


@attempt(100, G, "writes a key twice, so that readers disagree", "a problem, and that blocks")
@pytest.mark.parametrize("values", [("PublicRead", "Private"), ("Private", "PublicRead")])
def test_keys_twice(repo: Repository, values: tuple[str, str]) -> None:
    text = TEMPLATE.replace(
        "      AccessControl: PublicRead\n", "".join(f"      AccessControl: {one}\n" for one in values)
    )
    not_passed(repo.based().write({"stack.yaml": text}).judged())


@attempt(101, G, "hides the value behind anchors, aliases and merge keys", "they are followed, or a problem")
def test_anchors(repo: Repository) -> None:
    text = TEMPLATE.replace("AccessControl: PublicRead", "<<: *p").replace(
        "Resources:", "X: &p {AccessControl: PublicRead}\nResources:"
    )
    not_passed(repo.based().write({"stack.yaml": text}).judged())


@attempt(102, G, "multiplies aliases without end", "a bound, and then a problem")
def test_laughs(repo: Repository) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    verdict = repo.based().write({"stack.yaml": "\n".join(lines) + "\n" + TEMPLATE}).judged()
    assert of_rule(verdict, BUCKET) or verdict.exit_code == 3, told(verdict)


@attempt(103, G, "puts the resource under a condition that nobody can decide", "it counts as there")
@pytest.mark.parametrize("default", ["", "\n    Default: 'no'"])
def test_condition(repo: Repository, default: str) -> None:
    head = f"Parameters:\n  On:\n    Type: String{default}\nConditions:\n  Is: !Equals [!Ref On, 'yes']\n"
    text = head + TEMPLATE.replace("    Type: AWS::S3", "    Condition: Is\n    Type: AWS::S3")
    verdict = repo.based().write({"stack.yaml": text}).judged()
    assert BUCKET in told(verdict) or default, told(verdict)


@attempt(
    104,
    G,
    "puts the resource under a condition that a parameter's default makes false, and deploys with another value",
    "judged with the defaults where no parameter file is given",
    "the check is given the parameter files that the deployment uses (`--parameters`)",
)
def test_condition_by_parameter(repo: Repository) -> None:
    head = "Parameters:\n  On:\n    Type: String\n    Default: 'no'\nConditions:\n  Is: !Equals [!Ref On, 'yes']\n"
    text = head + TEMPLATE.replace("    Type: AWS::S3", "    Condition: Is\n    Type: AWS::S3")
    repo.based().write({"stack.yaml": text, "prod.json": '[{"ParameterKey": "On", "ParameterValue": "yes"}]'})
    stopped(repo.judged(parameter_files=("prod.json",)), BUCKET)


@attempt(
    105,
    G,
    "gives the template another ending, or the words of a template in other notations",
    "recognised by what is in it: .yaml, .yml, .json, .template",
)
@pytest.mark.parametrize("name", ["stack.yml", "stack.template", "stack.YAML", "x.template.json"])
def test_endings(repo: Repository, name: str) -> None:
    text = (
        TEMPLATE
        if "json" not in name
        else '{"Resources": {"Data": {"Type": "AWS::S3::Bucket", "Properties": {"AccessControl": "PublicRead"}}}}'
    )
    stopped(repo.based().write({name: text}).judged(), BUCKET)


@attempt(
    106, G, "puts the template behind a document of its own in one file", "every document is looked at, or a problem"
)
def test_second_document(repo: Repository) -> None:
    verdict = repo.based().write({"stack.yaml": "a: 1\n---\n" + TEMPLATE}).judged()
    assert of_rule(verdict, BUCKET) or verdict.exit_code in (0, 3)


D = "Dockerfile"
ROOT = "docker/runs-as-root"
FROM = "FROM alpine:3.20@sha256:" + "a" * 64 + "\n"


@attempt(110, D, "hides a `USER` in a heredoc", "what stands in a heredoc is no instruction")
def test_user_in_heredoc(repo: Repository) -> None:
    text = FROM + "RUN <<EOF\nUSER app\nEOF\nCOPY <<USER /x\nUSER app\nUSER\n"
    stopped(repo.based().write({"Dockerfile": text}).judged(), ROOT)


@attempt(111, D, "hides a `USER` behind a continued line or a comment", "lines are continued as the builder does")
@pytest.mark.parametrize("text", ["RUN echo \\\nUSER app\n", "RUN echo \\\n# a comment\n\nUSER app\n", "# USER app\n"])
def test_user_in_continued_line(repo: Repository, text: str) -> None:
    stopped(repo.based().write({"Dockerfile": FROM + text}).judged(), ROOT)


@attempt(112, D, "turns the escape character round by `# escape=`", "the directive is followed")
def test_escape(repo: Repository) -> None:
    text = "# escape=`\n" + FROM + "RUN echo `\nUSER app\n"
    stopped(repo.based().write({"Dockerfile": text}).judged(), ROOT)


@attempt(
    113, D, "sets a user in a stage that is not the last, or root again after it", "the user of the last stage counts"
)
@pytest.mark.parametrize(
    "text",
    [
        FROM + "USER app\n" + FROM,
        FROM + "USER app\nUSER root\n",
        FROM + "USER app\nUSER 0:0\n",
        FROM.replace("\n", " AS a\n") + "USER app\n" + FROM + "COPY --from=a / /\n",
    ],
)
def test_user_of_another_stage(repo: Repository, text: str) -> None:
    verdict = repo.based().write({"Dockerfile": text}).judged()
    stopped(verdict, "docker/left-as-root" if of_rule(verdict, "docker/left-as-root") else ROOT)


@attempt(114, D, "leaves the `USER` to builds on top: `ONBUILD USER app`", "that sets nothing here")
def test_onbuild(repo: Repository) -> None:
    stopped(repo.based().write({"Dockerfile": FROM + "ONBUILD USER app\n"}).judged(), ROOT)


@attempt(
    115,
    D,
    "builds from a file of another name: Dockerfile.prod, prod.Dockerfile, Containerfile",
    "files of such names are read",
)
@pytest.mark.parametrize(
    "name",
    ["Dockerfile.prod", "prod.Dockerfile", "Containerfile", "app/dockerfile", "Dockerfile-prod", "Containerfile.prod"],
)
def test_names_of_dockerfiles(repo: Repository, name: str) -> None:
    stopped(repo.based().write({name: FROM}).judged(), ROOT)


@attempt(
    116,
    D,
    "takes the user from an argument that a build turns into root",
    "what nobody knows is undecided; the default is judged",
)
def test_user_by_argument(repo: Repository) -> None:
    verdict = repo.based().write({"Dockerfile": FROM + "ARG who=root\nUSER ${who}\n"}).judged()
    stopped(verdict, ROOT)


@attempt(
    117,
    D,
    "gives a Dockerfile a name that nobody would know",
    "not found: nothing tells that it is one",
    "the pipeline builds from names that are known, or names the file to the check",
)
def test_unknown_name(repo: Repository) -> None:
    repo.based().write({"build.txt": FROM})
    assert not of_rule(repo.judged(), ROOT)


@attempt(
    118, D, "writes instructions in other cases, with tabs, with other line ends", "read as the builder reads them"
)
@pytest.mark.parametrize(
    "text", [FROM.lower().replace("from", "fRoM"), FROM.replace("\n", "\r\n"), "\ufeff" + FROM, "\t" + FROM]
)
def test_spelling(repo: Repository, text: str) -> None:
    stopped(repo.based().write({"Dockerfile": text}).judged(), ROOT)


@attempt(
    119,
    D,
    "has another program read the file: `# syntax=` with a frontend of its own",
    "a frontend that is not Docker's is a finding",
)
def test_foreign_frontend(repo: Repository) -> None:
    text = "# syntax=registry.example.org/evil/frontend:1\n" + FROM + "USER app\n"
    stopped(repo.based().write({"Dockerfile": text}).judged(), "docker/foreign-frontend")


@attempt(
    107,
    G,
    "makes a nested stack of a template at an address, or has a macro rewrite the template",
    "what lies elsewhere is not there to be judged; the template itself is judged as it is written",
    "templates are packaged by the pipeline from files of the repository, and macros are on a list",
)
def test_template_elsewhere(repo: Repository) -> None:
    stack = "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: https://s3.example.com/x.yaml}\n"
    assert not repo.based().write({"stack.yaml": stack}).judged().decisions
    stopped(
        repo.write({"stack.yaml": TEMPLATE.replace("Resources:", "Transform: [Other]\nResources:")}).judged(), BUCKET
    )
