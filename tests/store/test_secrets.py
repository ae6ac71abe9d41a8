"""Secrets are read by reference, few calls at a time, and a missing one is named."""

import json
from typing import Any

import pytest

from chalicelib.errors import ConfigurationError
from chalicelib.store.secrets import Secrets
from tests.aws import hooked


@pytest.fixture
def secrets(aws: Any) -> Secrets:
    for name in ("zalo/shop/key", "zalo/shop/old"):
        aws("ssm").put_parameter(
            Name=f"/frontline/test/{name}", Type="SecureString", Value=f"value of {name}"
        )
    aws("ssm").put_parameter(Name="/other/place", Type="SecureString", Value="elsewhere")
    aws("secretsmanager").create_secret(
        Name="frontline/test/meta", SecretString=json.dumps({"app_secret": "s3cret"})
    )
    return Secrets(lambda: aws("ssm"), lambda: aws("secretsmanager"), "test")


def test_each_kind_of_reference_is_resolved(secrets: Secrets) -> None:
    references: dict[str, str | list[str]] = {
        "plain": "as it is: even with a colon",
        "relative": "ssm:zalo/shop/key",
        "absolute": "ssm:/other/place",
        "json": "secretsmanager:frontline/test/meta#app_secret",
        "rotated": ["ssm:zalo/shop/old", "ssm:zalo/shop/key"],
    }
    assert secrets.resolve(references) == {
        "plain": "as it is: even with a colon",
        "relative": "value of zalo/shop/key",
        "absolute": "elsewhere",
        "json": "s3cret",
        "rotated": ["value of zalo/shop/old", "value of zalo/shop/key"],
    }


def test_parameters_of_one_account_are_one_call(secrets: Secrets, aws: Any) -> None:
    calls: list[str] = []
    with hooked(aws("ssm"), "before-call.ssm", lambda model, **_: calls.append(model.name)):
        secrets.resolve(
            {"a": "ssm:zalo/shop/key", "b": "ssm:zalo/shop/old", "c": "ssm:/other/place"}
        )
    assert calls == ["GetParameters"]


@pytest.mark.parametrize(
    "reference",
    [
        "ssm:zalo/shop/gone",
        "secretsmanager:frontline/test/gone",
        "secretsmanager:frontline/test/meta#gone",
    ],
)
def test_a_missing_secret_is_named_and_never_shown(secrets: Secrets, reference: str) -> None:
    with pytest.raises(ConfigurationError, match="gone"):
        secrets.resolve({"key": reference})
