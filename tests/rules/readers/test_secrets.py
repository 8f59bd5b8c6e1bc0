"""What is a secret, and above all what is none. Samples are put together, so that no scanner takes them for one."""

from __future__ import annotations

import pytest

from gatepost.model.places import Source, Span
from gatepost.model.values import Value, unknown
from gatepost.rules.readers import reader
from gatepost.rules.readers.secrets import read, secret_in

RANDOM = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"

SECRETS = [
    ("", "AKIA" + "QWERTYUIOPASDF23", "AWS access key"),
    ("", "ghp" + "_" + RANDOM, "GitHub token"),
    ("", "glpat" + "-" + RANDOM[:20], "GitLab token"),
    ("", "xoxb" + "-1234567890-" + RANDOM, "Slack token"),
    ("", "sk" + "_live_" + RANDOM[:24], "Stripe key"),
    ("", "AIza" + RANDOM[:35], "Google API key"),
    ("", "npm" + "_" + RANDOM, "npm token"),
    ("", "-----BEGIN RSA " + "PRIVATE KEY-----\n" + RANDOM + RANDOM, "private key"),
    ("", "eyJhbGciOiJIUzI1" + ".eyJzdWIiOiIxMjM0" + ".SflKxwRJSMeKKF2QT4fwpMeJf36", "JSON web token"),
    ("", "postgres://admin:" + "s3cr3tpw@db:5432/x", "password in an address"),
    ("password", "Aa12345678", "password"),
    ("db_password", "correct-horse", "password"),
    ("MasterUserPassword", "hunter22", "password"),
    ("administrator_login_password", "P@ssw0rd!", "password"),
    ("aws_secret_access_key", "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYzzKqKEYabc", "AWS secret key"),
    ("api_token", RANDOM, "token or key"),
    ("user_data", "export DB_PASSWORD=" + "hunter22\necho hi\n", "password"),
]


def kind_of(text: str, key: str = "") -> str:
    found = secret_in(text, key)
    return found.kind if found else ""


@pytest.mark.parametrize(("key", "text", "kind"), SECRETS)
def test_a_secret_is_told_by_its_form_or_its_name(key, text, kind):
    assert kind_of(text, key) == kind


NONE = [
    ("", "AKIAIOSFODNN7EXAMPLE"),
    ("aws_secret_access_key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ("password", "${var.password}"),
    ("password", "changeme"),
    ("password", "<your password>"),
    ("password", "{{resolve:secretsmanager:db:SecretString:password}}"),
    ("password", "********"),
    ("password", "$DB_PASSWORD"),
    ("password_policy", "strict-one-2"),
    ("secret_name", "prod/db/password"),
    ("secret", "my-app-secret-name"),
    ("client_secret", "azure-client-secret-2024"),
    ("token_type", "Bearer"),
    ("kms_key_id", "alias/my-key-1234567890"),
    ("secret_arn", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x"),
    ("private_key", "/etc/ssl/private/server.key"),
    ("image", "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
    ("ami", "ami-0123456789abcdef0"),
    ("PASSWORD_FILE", "/run/secrets/db"),
    ("access_key", "true"),
    ("key", "dGhpcyBpcyBqdXN0IHRleHQgMTIz"),
    ("url", "https://user:${password}@example.com"),
    ("url", "https://example.com:8080/a@b"),
    ("description", "The password: see the vault"),
    ("user_data", 'PASSWORD=$(aws ssm get-parameter --name x)\nTOKEN="$1"\n'),
]


@pytest.mark.parametrize(("key", "text"), NONE)
def test_names_references_and_placeholders_are_no_secrets(key, text):
    assert kind_of(text, key) == ""


def test_the_reader_says_the_kind_and_nothing_of_the_secret():
    found = reader("secrets").read(Value("ghp" + "_" + RANDOM), {})
    assert found.literal["kind"].literal == "GitHub token"
    assert found.sensitive is True
    assert RANDOM not in repr(found)
    assert reader("secrets").read(Value("plain"), {}).literal is None
    assert reader("secrets").read(unknown("w"), {"key": "password"}).literal is None
    assert reader("secrets").read(unknown("w", pieces=("x ghp" + "_" + RANDOM, None)), {}).literal is not None


def test_a_secret_in_a_script_is_pointed_at_and_not_the_script() -> None:
    source = Source("main.tf", "x = <<EOF\nexport A=1\nexport KEY=" + "AKIA" + "QWERTY7UIOP2ASDF\nEOF\n", "terraform")
    text = source.text[10:-4]
    found = read(Value(text, Span(source, 10, len(source.text) - 4)), {"key": "x"})
    assert found.span is not None
    assert found.span.text == "AKIA" + "QWERTY7UIOP2ASDF"


def test_every_other_secret_of_a_script_is_told_so_that_none_is_shown() -> None:
    script = "export A_KEY=" + "AKIA" + "QWERTY7UIOP2ASDF\nexport SECRET_ACCESS_KEY=EXAMPLEexample\nexport B=plain\n"
    source = Source("main.tf", script, "terraform")
    found = read(Value(script, Span(source, 0, len(script))), {"key": "user_data"})
    others = found.literal["others"].literal
    assert [other.span.text for other in others] == ["EXAMPLEexample"]
