import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
)

from chalicelib.bootstrap import Frontline
from chalicelib.channels.base import WebhookRequest
from chalicelib.desk.model import Desk
from chalicelib.domain.contacts import Identity, first_contact_id
from chalicelib.errors import BusyError
from chalicelib.store import keys
from chalicelib.store.agents import Agents
from chalicelib.store.items import Item
from chalicelib.store.quarantine import Quarantined
from infra.deskctl.cli import main
from infra.deskctl.commands import GROUPS, SINGLE, Command
from infra.deskctl.replay import Replayer
from infra.deskctl.stage import StageError, deployed, local
from tests.config.documents import VALID

Run = Callable[..., tuple[int, str]]

NO_DESK_YET = "deskctl: chưa có cấu hình nào · no desk yet: deskctl desk apply FILE"

UPDATE = {
    "update_id": 9001,
    "message": {
        "message_id": 7,
        "date": 1795399200,
        "text": "Còn hàng không shop?",
        "chat": {"id": 5550001, "type": "private", "first_name": "Mai"},
        "from": {"id": 5550001, "is_bot": False, "first_name": "Mai", "language_code": "vi"},
    },
}


@pytest.fixture
def run(frontline: Frontline, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str]:
        code = main(arguments, lambda _stage: frontline)
        printed = capsys.readouterr()
        return code, (printed.out + printed.err).rstrip("\n")

    return run


@pytest.fixture
def desk_file(tmp_path: Path) -> Path:
    file = tmp_path / "desk.yaml"
    file.write_text(VALID, encoding="utf-8")
    return file


def out_of_reach(stage: str) -> Frontline:
    raise StageError(f"no stage {stage}")


def test_a_valid_file_is_valid_without_any_stage(
    desk_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["desk", "validate", str(desk_file)], out_of_reach) == 0
    assert "hợp lệ · valid" in capsys.readouterr().out


def test_an_invalid_file_ends_with_1_and_applies_nothing(
    run: Run, desk_file: Path, frontline: Frontline
) -> None:
    desk_file.write_text(VALID.replace("lead: minh", "lead: mihn"), encoding="utf-8")
    code, said = run("desk", "apply", str(desk_file))
    assert code == 1
    assert "did you mean “minh”" in said
    assert said.endswith("1 lỗi, sửa rồi thử lại · 1 problem: mend the file and try again")
    assert frontline.desks.current().version == 1


def test_problems_can_be_read_by_a_script(run: Run, desk_file: Path) -> None:
    desk_file.write_text(VALID.replace("lead: minh", "lead: mihn"), encoding="utf-8")
    _, said = run("--json", "desk", "validate", str(desk_file))
    (problem,) = json.loads(said)["problems"]
    assert (problem["path"], problem["line"]) == ("teams.care.lead", 16)


def test_diff_tells_and_apply_does(run: Run, desk_file: Path, frontline: Frontline) -> None:
    code, said = run("desk", "diff", str(desk_file))
    assert code == 0
    assert "- accounts.zalo/hoa-mai" in said
    assert frontline.desks.current().version == 1

    code, said = run("desk", "apply", str(desk_file), "--by", "ha")
    assert code == 0
    assert said.endswith("version 2 is in force")
    stored = frontline.desks.current()
    assert (stored.version, stored.applied_by, stored.source) == (2, "ha", VALID)


def test_applying_the_same_desk_again_changes_nothing(
    run: Run, desk_file: Path, frontline: Frontline
) -> None:
    run("desk", "apply", str(desk_file))
    desk_file.write_text(f"# a comment\n{VALID}", encoding="utf-8")
    assert run("desk", "apply", str(desk_file)) == (0, "không có gì thay đổi · nothing to change")
    assert frontline.desks.current().version == 2


def test_an_earlier_version_comes_back_as_a_new_one(
    run: Run, desk_file: Path, frontline: Frontline
) -> None:
    first = frontline.desks.current().desk
    run("desk", "apply", str(desk_file))
    code, said = run("desk", "rollback", "1", "--by", "ha")
    assert code == 0
    assert "version 3" in said
    assert frontline.desks.current().desk == first
    _, history = run("desk", "history")
    assert [line.split()[0] for line in history.splitlines()] == ["3", "2", "1"]
    assert history.splitlines()[0].endswith("ha (rollback 1)")


@pytest.mark.parametrize("version", ["0", "99"])
@pytest.mark.parametrize("command", [("rollback", "--by", "ha"), ("show",)])
def test_a_version_that_never_was_is_refused_and_the_newest_named(
    run: Run, command: tuple[str, ...], version: str
) -> None:
    code, said = run("desk", *command, version)
    assert code == 1
    assert f"không có phiên bản {version}, mới nhất là 1 · no version {version}" in said
    assert "desk apply" not in said


def test_before_the_first_desk_the_advice_is_to_apply_one(run: Run, frontline: Frontline) -> None:
    frontline.table.delete(keys.DESK_CURRENT)
    for command in (("show",), ("show", "7"), ("rollback", "7")):
        assert run("desk", *command)[1] == NO_DESK_YET


def test_the_source_of_a_version_can_be_had_back(run: Run, desk_file: Path) -> None:
    run("desk", "apply", str(desk_file))
    assert run("desk", "show") == (0, VALID.rstrip("\n"))


def test_a_token_is_printed_alone_and_works(run: Run, frontline: Frontline) -> None:
    code, token = run("token", "create", "--name", "cli", "--scope", "admin")
    assert code == 0
    known = frontline.tokens.check(token)
    assert known
    assert (known.name, known.scope) == ("cli", "admin")


def test_tokens_are_listed_without_their_secret_and_revoked(run: Run, frontline: Frontline) -> None:
    _, token = run("token", "create", "--name", "cli", "--scope", "read")
    _, listed = run("token", "list")
    assert listed.startswith("cli  read")
    assert token not in listed
    assert run("token", "revoke", "--name", "cli")[0] == 0
    assert frontline.tokens.check(token) is None
    code, said = run("token", "revoke", "--name", "cli")
    assert (code, said) == (1, "deskctl: không có token tên “cli” · no token named “cli”")


def test_two_tokens_cannot_have_one_name(run: Run) -> None:
    create = ("token", "create", "--name", "cli", "--scope", "act")
    assert run(*create)[0] == 0
    code, said = run(*create)
    assert (code, said) == (1, "deskctl: đã có token tên “cli” · a token named “cli” exists")


def kept(frontline: Frontline, raw: str, part_id: str = "part") -> Quarantined:
    part = Quarantined(
        id=part_id,
        channel="telegram",
        account="hoa-mai",
        reason="unknown shape",
        received_at=frontline.clock(),
        raw=raw,
    )
    frontline.quarantine.put(part)
    return part


def test_the_list_of_quarantine_leaves_out_what_customers_wrote(
    run: Run, frontline: Frontline
) -> None:
    kept(frontline, json.dumps(UPDATE, ensure_ascii=False))
    code, said = run("quarantine", "list")
    assert code == 0
    assert "telegram/hoa-mai  2026-11-23 02:00:00 UTC" in said
    assert "Còn hàng" not in said
    assert "Còn hàng" in json.loads(run("--json", "quarantine", "show", "part")[1])["raw"]


def test_a_part_that_is_not_there_is_named(run: Run) -> None:
    code, said = run("quarantine", "show", "no-such")
    assert code == 1
    assert said.endswith("nothing in quarantine under this id: no-such")
    assert "không có gì bị cách ly" in said


def test_a_part_understood_by_now_becomes_an_event(run: Run, frontline: Frontline) -> None:
    kept(frontline, json.dumps(UPDATE))
    assert run("quarantine", "replay", "part") == (0, "1/1 đã xử lý lại · replayed")
    assert list(frontline.quarantine.list()) == []
    adapter = frontline.connections.adapter_for("telegram", "hoa-mai")
    request = WebhookRequest(headers={}, query={}, body=json.dumps(UPDATE).encode())
    outcome = frontline.receiver.store(adapter, adapter.parse(request), frontline.clock())
    assert (outcome.new, outcome.repeated) == (0, 1), "the event was stored by the replay"


def test_a_part_still_not_understood_stays(run: Run, frontline: Frontline) -> None:
    kept(frontline, "[1, 2]", "bad")
    kept(frontline, json.dumps(UPDATE), "good")
    code, said = run("quarantine", "replay", "--all")
    assert code == 1
    assert "still not understood: bad" in said
    assert [part.id for part in frontline.quarantine.list()] == ["bad"]


def no_desk() -> Desk:
    raise ValueError("a bug of ours")


def log_item(frontline: Frontline) -> Item:
    """Store an event and return its item in the log."""
    adapter = frontline.connections.adapter_for("telegram", "hoa-mai")
    request = WebhookRequest(headers={}, query={}, body=json.dumps(UPDATE).encode())
    parsed = adapter.parse(request)
    frontline.receiver.store(adapter, parsed, frontline.clock())
    item = frontline.table.get(keys.log(parsed.received[0].event))
    assert item
    return item


def tickets_of(frontline: Frontline) -> int:
    identity = Identity("telegram", "hoa-mai", "5550001")
    found = frontline.table.query(
        KeyConditionExpression="pk = :pk AND begins_with(sk, :ticket)",
        ExpressionAttributeValues={
            ":pk": {"S": keys.contact(first_contact_id(identity)).pk},
            ":ticket": {"S": "TICKET#"},
        },
    )
    return len(list(found))


def test_an_event_that_could_not_be_folded_is_folded_once(run: Run, frontline: Frontline) -> None:
    item = log_item(frontline)
    working = frontline.folder
    broken = replace(working, desk=no_desk)
    broken.fold_logged(item)
    (part,) = frontline.quarantine.list()

    frontline.__dict__["folder"] = broken
    assert run("quarantine", "replay", part.id)[0] == 1
    assert [one.id for one in frontline.quarantine.list()] == [part.id]

    frontline.__dict__["folder"] = working
    assert run("quarantine", "replay", part.id)[0] == 0
    assert list(frontline.quarantine.list()) == []
    assert tickets_of(frontline) == 1


def test_a_replay_cut_short_is_finished_by_the_next(run: Run, frontline: Frontline) -> None:
    item = log_item(frontline)
    replace(frontline.folder, desk=no_desk).fold_logged(item)
    (part,) = frontline.quarantine.list()
    replayer = Replayer(frontline)

    def cut_short(_part_id: str) -> None:
        raise BusyError("the operator pulled the plug")

    whole = frontline.quarantine
    frontline.__dict__["quarantine"] = Unplugged(cut_short)
    with pytest.raises(BusyError):
        replayer.replay(part)
    frontline.__dict__["quarantine"] = whole
    assert run("quarantine", "replay", part.id)[0] == 0
    assert list(frontline.quarantine.list()) == []
    assert tickets_of(frontline) == 1, "folded twice"


@dataclass
class Unplugged:
    """A quarantine from which nothing can be removed any more."""

    remove: Callable[[str], None]


@pytest.mark.parametrize("arguments", [("replay",), ("replay", "part", "--all")])
def test_a_replay_is_of_one_part_or_of_all(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("quarantine", *arguments)[0] == 2


def test_an_agent_goes_away_and_comes_back(run: Run, frontline: Frontline) -> None:
    assert run("agent", "away", "lan") == (0, "lan: vắng mặt · away")
    assert Agents(frontline.table).states(["lan"])["lan"].away
    assert run("agent", "back", "lan") == (0, "lan: có mặt · back")
    assert not Agents(frontline.table).states(["lan"])["lan"].away


def test_an_unknown_agent_is_refused_with_a_suggestion(run: Run) -> None:
    code, said = run("agent", "away", "lann")
    assert code == 1
    assert "did you mean “lan”" in said


def test_a_stage_out_of_reach_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stage", "prod", "desk", "history"], out_of_reach) == 2
    assert "no stage prod" in capsys.readouterr().err


def test_a_file_that_is_not_there_ends_with_2_and_is_named(run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "none.yaml"
    words = f"deskctl: không có tệp này · no such file: {missing}"
    assert run("desk", "validate", str(missing)) == (2, words)


def test_a_folder_is_no_file(run: Run, tmp_path: Path) -> None:
    words = f"deskctl: đây là thư mục, cần một tệp · a folder, not a file: {tmp_path}"
    assert run("desk", "validate", str(tmp_path)) == (2, words)


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (NoRegionError(), "AWS_DEFAULT_REGION"),
        (NoCredentialsError(), "AWS_PROFILE"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:4566"), "make up"),
    ],
)
def test_a_cloud_out_of_reach_is_told_in_words_with_the_remedy(
    error: BotoCoreError, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def open_stage(_stage: str) -> Frontline:
        raise error

    assert main(["desk", "history"], open_stage) == 2
    said = capsys.readouterr().err
    assert remedy in said
    assert " · " in said
    assert type(error).__name__ not in said


def test_an_error_that_nobody_foresaw_keeps_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    def open_stage(_stage: str) -> Frontline:
        raise OSError("disk {full}")

    assert main(["desk", "history"], open_stage) == 2
    assert "OSError: disk {full}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["desk"], ["desk", "aply", "x"], ["token", "create", "--name", "x"]]
)
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments, out_of_reach)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "usage: deskctl" in said
    assert "lệnh chưa đúng" in said


COMMANDS = [*chain.from_iterable(commands for _, commands in GROUPS.values()), *SINGLE]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command[0]))
def test_every_argument_is_explained_in_both_languages(command: Command) -> None:
    _, meaning, arguments, _ = command
    words = [meaning, *(options.get("help", "") for options in arguments.values())]
    assert [one for one in words if " · " not in one] == []


@pytest.mark.parametrize("before", [True, False])
def test_options_may_stand_before_or_behind_the_command(before: bool) -> None:
    asked: list[str] = []

    def note(stage: str) -> Frontline:
        asked.append(stage)
        return out_of_reach(stage)

    options, command = ["--stage", "prod"], ["token", "list"]
    main([*options, *command] if before else [*command, *options], note)
    assert asked == ["prod"]


def test_the_stage_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def note(stage: str) -> Frontline:
        asked.append(stage)
        return out_of_reach(stage)

    monkeypatch.setenv("FRONTLINE_STAGE", "dev")
    main(["token", "list"], note)
    monkeypatch.delenv("FRONTLINE_STAGE")
    main(["token", "list"], note)
    assert asked == ["dev", "local"]


def test_the_local_cloud_must_be_up(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="make up"):
        local(tmp_path / "stack.json")


def test_the_local_cloud_is_where_its_note_says(tmp_path: Path) -> None:
    note = tmp_path / "stack.json"
    stack = {
        "emulator_url": "http://127.0.0.1:4999",
        "platforms_url": "http://127.0.0.1:4998",
        "api_url": "http://127.0.0.1:4999/api",
        "table": "t",
        "mail_bucket": "m",
    }
    note.write_text(json.dumps(stack), encoding="utf-8")
    wired = local(note)
    assert (wired.settings.stage, wired.settings.table_name) == ("local", "t")
    assert wired.client("dynamodb").meta.endpoint_url == "http://127.0.0.1:4999"


class CloudFormation:
    """A session whose only service knows one stack."""

    def __init__(self, name: str, **outputs: str) -> None:
        self.name = name
        self.outputs = [{"OutputKey": k, "OutputValue": v} for k, v in outputs.items()]

    def client(self, _service: str) -> "CloudFormation":
        return self

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803  AWS's name
        if StackName != self.name:
            message = f"Stack with id {StackName} does not exist"
            raise ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "x")
        return {"Stacks": [{"StackName": self.name, "Outputs": self.outputs}]}


def test_a_deployed_stage_is_found_by_its_stack() -> None:
    session: Any = CloudFormation("frontline-prod", TableName="table", MailBucket="bucket")
    settings = deployed("prod", session).settings
    assert (settings.stage, settings.table_name, settings.mail_bucket) == (
        "prod",
        "table",
        "bucket",
    )


def test_a_stack_that_is_not_ours_is_refused() -> None:
    session: Any = CloudFormation("frontline-prod", MailBucket="bucket")
    with pytest.raises(StageError, match="no output TableName"):
        deployed("prod", session)


def test_a_stage_that_was_never_deployed_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    session: Any = CloudFormation("frontline-prod")
    arguments = ["--stage", "dev", "desk", "history"]
    assert main(arguments, lambda stage: deployed(stage, session)) == 2
    assert "frontline-dev does not exist" in capsys.readouterr().err


def test_the_settings_of_the_readme_are_printed(run: Run) -> None:
    assert "| `TABLE_NAME` | yes |" in run("settings")[1]
