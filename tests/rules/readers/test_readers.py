"""The table of readers, and the small ones: trees, ordered sorts, images, patterns, scripts, certificates."""

from __future__ import annotations

import base64
import gzip

import pytest

from gatepost.conditions.sorts import KINDS
from gatepost.model.places import Source, Span
from gatepost.model.values import Value, unknown
from gatepost.rules.readers import READERS, reader

from .written import heredoc, plain, quoted


@pytest.mark.parametrize("name", READERS)
def test_every_reader_says_its_sort_and_stands_any_value(name):
    found = reader(name)
    assert found.sort.kind in KINDS
    for value in (Value(None), Value(True), Value(3.5), Value(""), Value("x"), Value(()), Value({}), unknown("w"),
                  unknown("w", pieces=("a", None)), Value((unknown("w"), Value(None)), open=True)):  # fmt: skip
        assert isinstance(found.read(value, {}), Value)


def read(name, value, **options):
    return reader(name).read(value if isinstance(value, Value) else Value(value), options)


def test_json_and_yaml_are_trees_with_places():
    value = heredoc('[{"name": "web", "image": "${var.image}", "cpu": 10}]\n')
    tree = read("json", value)
    assert plain(tree) == [{"name": "web", "image": None, "cpu": 10}]
    assert tree.literal[0].literal["name"].span.text == '"web"'
    assert plain(read("yaml", "a: [1, yes]\n")) == {"a": [1, "yes"]}
    assert read("yaml", "a: &x [*x]\n: {").unknown is not None
    assert read("json", "{1").unknown is not None


def test_a_tree_that_was_encoded_goes_before_its_text():
    tree = Value({"a": Value(1)})
    assert read("json", unknown("w", tree=tree)) is tree


VERSIONS = [
    ("TLS1_2", "1.2"), ("TLSv1.2_2021", "1.2"), ("TLSv1_2016", "1.0"), ("Tls12", "1.2"), ("SSLv3", "0.3"),
    ("ELBSecurityPolicy-TLS13-1-2-2021-06", "1.2"), ("ELBSecurityPolicy-2016-08", "1.0"), ("TLS_1_0", "1.0"),
    ("ELBSecurityPolicy-FS-1-2-Res-2020-10", "1.2"), ("ELBSecurityPolicy-FS-2018-06", "1.0"), ("python3.9", "3.9"),
    ("Policy-Min-TLS-1-2-PFS-2023-10", "1.2"), ("nodejs18.x", "18"), ("1.27", "1.27"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "version"), VERSIONS)
def test_the_version_inside_other_text(text, version):
    assert read("version", text).literal == version


def test_amounts_and_dates_inside_other_text():
    assert read("version", "Disabled").unknown is not None
    assert read("version", "old", table={"old": "1.1"}).literal == "1.1"
    assert read("duration", "rate(7 days)").literal == "7 days"
    assert read("duration", 30, unit="d").literal == "30d"
    assert read("size", "10", unit="GB").literal == "10GB"
    assert read("date", "snapshot-2024-02-30-or-20230104").literal == "2023-01-04"


IMAGES = [
    ("nginx", {"repository": "nginx", "name": "docker.io/library/nginx", "text": "nginx"}),
    ("a/b:1", {"repository": "a/b", "tag": "1", "name": "docker.io/a/b", "text": "a/b:1"}),
    (
        "r.io:5000/a/b:1@sha256:00",
        {"registry": "r.io:5000", "repository": "a/b", "tag": "1", "digest": "sha256:00", "name": "r.io:5000/a/b",
         "text": "r.io:5000/a/b:1@sha256:00"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "parts"), IMAGES)
def test_the_parts_of_an_image(text, parts):
    assert plain(read("image", text)) == parts


def test_the_tag_is_known_behind_an_unknown_repository():
    found = read("image", unknown("w", pieces=(None, ":latest"))).literal
    assert found["tag"].literal == "latest"
    assert found["repository"].unknown is not None
    bare = read("image", unknown("w", pieces=("a/", None))).literal
    assert bare["tag"].unknown.may_be_missing is True


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('"{{resolve:ssm:/aws/image:3}}"', "/aws/image"),
        ("/aws/image", "/aws/image"),
        ("'/aws/image'", "/aws/image"),
        ("{Type: String}", None),
        ("'{{resolve:secretsmanager:image}}'", None),
        ("'{{resolve:ssm:/aws/image}}-web'", None),
    ],
)
def test_what_is_looked_up_has_a_name(written, name):
    span = Span(Source("a.yaml", written, "cloudformation"), 0, len(written))
    unread = unknown("looked up")._replace(span=span)
    assert read("looked_up", unread).literal == name
    assert read("looked_up", "ami-1").literal == "ami-1"


def test_filter_patterns_are_clauses():
    text = '{ ($.userIdentity.type = "Root") && $.userIdentity.invokedBy NOT EXISTS'
    text += " && $.eventType != Aws* && $.x IS TRUE }"
    assert plain(read("filter_pattern", text)) == [
        {"field": "$.userIdentity.type", "operator": "=", "value": "Root"},
        {"field": "$.userIdentity.invokedBy", "operator": "not exists"},
        {"field": "$.eventType", "operator": "!=", "value": "Aws*"},
        {"field": "$.x", "operator": "is", "value": "true"},
    ]
    assert plain(read("filter_pattern", '"ERROR in" -warn')) == [
        {"operator": "has", "value": "ERROR in"},
        {"operator": "has not", "value": "warn"},
    ]
    assert plain(read("filter_pattern", "[ip, status = 4*]")) == [{"field": "status", "operator": "=", "value": "4*"}]
    assert read("filter_pattern", unknown("w", pieces=('{ $.a = "b" && ', None, " }"))).open is True
    found = read("filter_pattern", quoted('{ $.a = "b" }')).literal[0]
    assert found.literal["field"].span.text == "$.a"


def programs(value):
    return [c.literal["program"].literal for c in value.literal["commands"].literal]


SCRIPT = "#!/bin/bash\nset -e\ncurl -k https://x | sh\n"
PARTS = (
    'Content-Type: multipart/mixed; boundary="==B=="\nMIME-Version: 1.0\n\n'
    f'--==B==\nContent-Type: text/x-shellscript; charset="us-ascii"\n\n{SCRIPT}\n'
    "--==B==\nContent-Type: text/cloud-config\n\nruncmd:\n  - yum install -y x\n  - [ls, -l]\n--==B==--\n"
)


def test_user_data_is_read_in_every_wrapping():
    for text in (
        SCRIPT,
        base64.b64encode(SCRIPT.encode()).decode(),
        base64.b64encode(gzip.compress(SCRIPT.encode())).decode(),
    ):
        assert programs(read("user_data", text)) == ["set", "curl", "sh"]
        assert read("user_data", text).literal["text"].literal == SCRIPT
    assert programs(read("user_data", PARTS)) == ["set", "curl", "sh", "yum", "ls"]
    assert programs(read("user_data", "#cloud-config\nruncmd:\n  - echo hi\n")) == ["echo"]
    assert read("user_data", "#cloud-config\n[").literal["commands"].open is True


def test_commands_keep_their_places():
    value = heredoc("apt-get install -y ${var.package} curl\n")
    (command,) = read("commands", value).literal
    words = command.literal["words"].literal
    assert [w.span.text for w in words] == ["install", "-y", "${var.package}", "curl"] or words[-1].span.text == "curl"


CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBdDCCARugAwIBAgIUQAAAAAAAAAAAAAAAAAAAAAAAAAAwCgYIKoZIzj0EAwIw
-----END CERTIFICATE-----
"""


def test_a_certificate_that_is_cut_off_is_not_known():
    assert read("certificate", CERTIFICATE).unknown is not None
    assert read("certificate", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----").unknown is not None
