"""Made-up secrets: in the shapes of the platforms, where the desk's references say, lasting."""

import re
from pathlib import Path
from typing import Any

import pytest

from infra.local.accounts import SecretBook, made_up, read_slack

ZALO = {
    "channel": "zalo",
    "account": "shop",
    "secrets": {
        "app_id": "ssm:zalo/shop/app_id",
        "oa_secret_key": ["ssm:/absolute/old", "secretsmanager:frontline/local/zalo#new"],
        "access_token": "written-in-the-desk",
    },
}


class FakeParameters:
    """SSM and Secrets Manager: remember what is put."""

    class exceptions:  # noqa: N801  as boto3 calls it
        class ResourceExistsException(Exception):  # noqa: N818  as boto3 calls it
            pass

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def put_parameter(self, **request: Any) -> None:
        assert request["Type"] == "SecureString"
        self.values[request["Name"]] = request["Value"]

    def create_secret(self, **request: Any) -> None:
        if request["Name"] in self.values:
            raise self.exceptions.ResourceExistsException
        self.values[request["Name"]] = request["SecretString"]

    def put_secret_value(self, **request: Any) -> None:
        self.values[request["SecretId"]] = request["SecretString"]


def test_each_secret_is_written_where_its_reference_says(tmp_path: Path) -> None:
    book, cloud = SecretBook(tmp_path / "book.json"), FakeParameters()
    secrets = book.secrets_of(ZALO)
    for _ in range(2):
        book.write(cloud, cloud, "local")
    old, new = list(secrets["oa_secret_key"])
    assert cloud.values == {
        "/frontline/local/zalo/shop/app_id": secrets["app_id"],
        "/absolute/old": old,
        "frontline/local/zalo": f'{{"new": "{new}"}}',
    }


def test_a_value_written_in_the_desk_is_the_secret(tmp_path: Path) -> None:
    assert (
        SecretBook(tmp_path / "book.json").secrets_of(ZALO)["access_token"] == "written-in-the-desk"
    )


def test_what_only_the_platform_knows_is_made_up_as_well(tmp_path: Path) -> None:
    secrets = SecretBook(tmp_path / "book.json").secrets_of(ZALO)
    assert {"oa_id", "app_secret", "refresh_token"} <= secrets.keys()


def test_the_desk_s_own_slack_channel_has_an_address_too(tmp_path: Path) -> None:
    desk = tmp_path / "desk.yaml"
    desk.write_text("slack: ssm:slack/alerts\n")
    book, cloud = SecretBook(tmp_path / "book.json"), FakeParameters()
    address = book.slack_address(read_slack(desk) or "")
    book.write(cloud, cloud, "local")
    assert cloud.values == {"/frontline/local/slack/alerts": address}
    assert book.slack_address("https://hooks.slack.com/x") == "https://hooks.slack.com/x"
    desk.write_text("name: Hoa Mai\n")
    assert read_slack(desk) is None


def test_a_secret_stays_the_same_from_one_start_to_the_next(tmp_path: Path) -> None:
    first = SecretBook(tmp_path / "book.json").secrets_of(ZALO)
    assert SecretBook(tmp_path / "book.json").secrets_of(ZALO) == first


def test_only_its_owner_reads_the_book(tmp_path: Path) -> None:
    SecretBook(tmp_path / "book.json").secrets_of(ZALO)
    assert (tmp_path / "book.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("channel", "name", "shape"),
    [
        ("messenger", "page_id", r"[1-9]\d{15}"),
        ("telegram", "bot_token", r"[1-9]\d{9}:[\w-]{35}"),
        ("telegram", "secret_token", r"[\w-]{1,256}"),
        ("messenger", "page_access_token", r"EAA[\w-]+"),
        ("messenger", "app_secret", r"[0-9a-f]{32}"),
        ("slack", "incoming_webhook", r"https://hooks\.slack\.com/services/T\w+/B\w+/\w+"),
    ],
)
def test_a_secret_looks_like_its_platform_s(channel: str, name: str, shape: str) -> None:
    assert re.fullmatch(shape, made_up(channel, name))
