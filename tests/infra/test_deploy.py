"""A stage's settings and its signing keys."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra import deploy, signing_keys

PARAMETER = "/frontline/dev/signing-keys"


@pytest.fixture
def stages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(deploy, "SETTINGS", tmp_path)
    return tmp_path


def test_settings_come_from_the_stage_s_file_and_the_environment_wins(stages: Path) -> None:
    (stages / "dev.yaml").write_text("MailDomain: a.example\nMailFrom: x@a.example\n")
    found = deploy.settings("dev", {"MAIL_FROM": "y@a.example", "ALARM_EMAIL": "ops@a.example"})
    assert found == {
        "Stage": "dev",
        "MailDomain": "a.example",
        "MailFrom": "y@a.example",
        "AlarmEmail": "ops@a.example",
    }


def test_what_is_missing_is_named_all_at_once(stages: Path) -> None:
    with pytest.raises(deploy.SettingsError, match="MailDomain, MailFrom"):
        deploy.settings("dev", {})


def test_production_is_protected_from_deletion(stages: Path) -> None:
    found = deploy.settings("prod", {"MAIL_DOMAIN": "a.example", "MAIL_FROM": "x@a.example"})
    assert found["DeletionProtection"] == "true"


def test_destroying_wants_the_stage_s_name_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert deploy.main(["destroy", "--stage", "dev"]) == 1
    assert "CONFIRM=dev" in capsys.readouterr().err


def test_without_a_region_the_variable_that_boto3_reads_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_REGION", "ap-southeast-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    assert deploy.main(["destroy", "--stage", "dev"]) == 2
    assert "set AWS_DEFAULT_REGION" in capsys.readouterr().err


def test_the_help_is_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        deploy.main(["--help"])
    said = capsys.readouterr().out
    assert "Dựng, thay đổi hay gỡ một môi trường trên AWS · A stage on AWS" in said
    assert all(" · " in meaning for _, meaning in deploy.ACTIONS.values())


def test_a_first_key_is_made_once(aws: Any) -> None:
    ssm = aws("ssm")
    signing_keys.ensure(ssm, PARAMETER)
    first = _keys(ssm)
    signing_keys.ensure(ssm, PARAMETER)
    assert _keys(ssm) == first
    assert len(first) == 1


def test_a_new_key_signs_and_the_old_ones_still_open(aws: Any) -> None:
    ssm = aws("ssm")
    signing_keys.ensure(ssm, PARAMETER)
    before = _keys(ssm)
    for _ in range(signing_keys.KEPT):
        signing_keys.rotate(ssm, PARAMETER)
    after = _keys(ssm)
    assert len(after) == signing_keys.KEPT
    assert before[0] not in after
    assert len({secret for _, secret in after}) == signing_keys.KEPT


def _keys(ssm: Any) -> list[list[str]]:
    answer = ssm.get_parameter(Name=PARAMETER, WithDecryption=True)
    assert answer["Parameter"]["Type"] == "SecureString"
    found: list[list[str]] = json.loads(answer["Parameter"]["Value"])
    return found
