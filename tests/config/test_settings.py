import pytest

from chalicelib.config.settings import REQUIRED, Settings, settings_table
from chalicelib.errors import ConfigurationError

COMPLETE = {name.upper(): f"the {name}" for name in REQUIRED}


def test_settings_are_read_from_variables_of_the_same_name() -> None:
    settings = Settings.from_environment({**COMPLETE, "PATH": "/bin"})
    assert settings.table_name == "the table_name"
    assert settings.signing_keys_parameter == "the signing_keys_parameter"


def test_optional_settings_may_be_missing() -> None:
    assert Settings.from_environment(COMPLETE).platforms_url == ""


def test_missing_and_empty_settings_are_named_together() -> None:
    environment = {**COMPLETE, "MAIL_FROM": ""}
    del environment["TABLE_NAME"]
    with pytest.raises(ConfigurationError, match=r"missing settings: TABLE_NAME, MAIL_FROM$"):
        Settings.from_environment(environment)


def test_a_function_asks_only_for_what_it_needs() -> None:
    settings = Settings.from_environment({"TABLE_NAME": "t"}, needed=("table_name",))
    assert (settings.table_name, settings.mail_bucket) == ("t", "")


def test_a_function_may_insist_on_an_optional_setting() -> None:
    with pytest.raises(ConfigurationError, match="PUBLIC_URL"):
        Settings.from_environment(COMPLETE, needed=("public_url",))


def test_the_table_has_a_row_for_each_setting() -> None:
    rows = settings_table().splitlines()
    assert len(rows) == 2 + 13
    assert "| `TABLE_NAME` | yes | the DynamoDB table |" in rows
    assert any(row.startswith("| `PLATFORMS_URL` | no |") for row in rows)
