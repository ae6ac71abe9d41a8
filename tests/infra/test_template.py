"""The packaged template: what must hold whatever the functions do."""

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from chalicelib.config.settings import Settings
from infra.local.changes import localized
from infra.packaging.build import build_template
from infra.packaging.template import functions, load

Template = dict[str, Any]

FUNCTIONS = {
    "APIHandler": "FrontlineWebRole",
    "Desk": "FrontlineDeskRole",
    "Outbox": "FrontlineOutboxRole",
    "Redeliver": "FrontlineRedeliverRole",
    "Sweep": "FrontlineSweepRole",
    "Watch": "FrontlineWatchRole",
    "Timer": "FrontlineTimerRole",
    "Recompute": "FrontlineRecomputeRole",
    "Mail": "FrontlineMailRole",
    "Sms": "FrontlineSmsRole",
}
# X-Ray has no resources to name.
ANY_RESOURCE = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    file = tmp_path_factory.mktemp("template") / "template.yaml"
    build_template(file, "dev")
    return load(file.read_text(encoding="utf-8"))


def test_there_are_these_functions_and_no_others(template: Template) -> None:
    assert set(functions(template)) == set(FUNCTIONS)


@pytest.mark.parametrize(("function", "role"), FUNCTIONS.items())
def test_each_function_has_a_role_a_log_group_and_a_trace_of_its_own(
    template: Template, function: str, role: str
) -> None:
    properties = template["Resources"][function]["Properties"]
    assert properties["Role"] == {"Fn::GetAtt": [role, "Arn"]}
    logs = template["Resources"][properties["LoggingConfig"]["LogGroup"]["Ref"]]
    assert logs["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert properties["Tracing"] == "Active"
    assert properties["Architectures"] == ["arm64"]


def test_no_role_allows_any_action_and_only_traces_go_to_any_resource(template: Template) -> None:
    for name, statement in _statements(template):
        actions = _list(statement["Action"])
        assert statement["Effect"] == "Allow", name
        assert not [action for action in actions if "*" in action], name
        if "*" in _list(statement.get("Resource", [])):
            assert set(actions) <= ANY_RESOURCE, name


def test_text_messages_are_sent_without_a_right_to_any_topic(template: Template) -> None:
    excluded = {name for name, statement in _statements(template) if "NotResource" in statement}
    assert excluded == {"FrontlineOutboxRole", "FrontlineRedeliverRole"}
    for _, statement in _statements(template):
        if "NotResource" in statement:
            assert statement["Action"] == "sns:Publish"
            assert statement["NotResource"] == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}


def test_only_who_sends_may_send(template: Template) -> None:
    """The mail function tells an agent when his answer was not passed on."""
    senders = {"FrontlineOutboxRole", "FrontlineRedeliverRole"}
    assert _who_may(template, "ses:SendRawEmail") == senders | {"FrontlineMailRole"}
    assert _who_may(template, "sns:Publish") == senders
    assert _who_may(template, "sms-voice:SendTextMessage") == senders


def test_the_sweep_writes_nothing(template: Template) -> None:
    writes = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
    assert not [action for action in writes if "FrontlineSweepRole" in _who_may(template, action)]


def test_an_unknown_address_is_not_found_and_not_a_missing_token(template: Template) -> None:
    responses = template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]
    answer = responses["MISSING_AUTHENTICATION_TOKEN"]
    assert answer["StatusCode"] == 404
    text = answer["ResponseTemplates"]["application/json"]
    assert text.isascii()
    words = "không có gì ở địa chỉ này · there is nothing at this address"
    assert json.loads(text) == {"error": {"code": "not_found", "message": words}}


def test_our_resources_replace_none_of_the_functions(template: Template) -> None:
    ours = {name for name in template["Resources"] if name.startswith("Frontline")}
    assert not [name for name in functions(template) if name in ours]


def test_no_value_is_said_in_two_ways_at_once(template: Template) -> None:
    """Chalice's `Fn::Sub` merged with a `Fn::GetAtt` of ours would be neither."""
    doubled = [value for value in _dicts(template) if _is_intrinsic(value) and len(value) > 1]
    assert doubled == []


def test_every_queue_has_dead_letters_and_outlasts_its_function(template: Template) -> None:
    resources = template["Resources"]
    for name, function in {
        "Timer": "Timer",
        "Outbox": "Redeliver",
        "Recompute": "Recompute",
    }.items():
        queue = resources[f"Frontline{name}Queue"]["Properties"]
        assert queue["RedrivePolicy"]["maxReceiveCount"] > 1
        assert queue["VisibilityTimeout"] >= 6 * resources[function]["Properties"]["Timeout"]


def test_streams_are_filtered_to_what_each_function_handles(template: Template) -> None:
    desk = _patterns(template, "Desk", "DeskDynamodbEventSource")
    assert [_family(pattern) for pattern in desk] == ["LOG#", "TICKET#", "DESK", "AGENT#"]
    # What somebody says first of how many tickets he takes is the first that is known of him.
    assert "INSERT" in desk[3]["eventName"]
    outbox = _patterns(template, "Outbox", "OutboxDynamodbEventSource")
    assert [_family(pattern) for pattern in outbox] == ["OUTBOX#"]
    assert outbox[0]["eventName"] == ["INSERT"]


def test_the_mail_function_hears_of_received_mails_only(template: Template) -> None:
    event = template["Resources"]["Mail"]["Properties"]["Events"]["MailEvent"]["Properties"]
    assert event["Pattern"]["detail"] == {
        "bucket": {"name": [{"Ref": "FrontlineMailBucket"}]},
        "object": {"key": [{"prefix": "inbound/"}]},
    }


def test_the_sms_function_hears_of_a_topic_on_which_one_service_may_publish(
    template: Template,
) -> None:
    resources = template["Resources"]
    (event,) = resources["Sms"]["Properties"]["Events"].values()
    assert event == {"Type": "SNS", "Properties": {"Topic": {"Fn::Sub": "${FrontlineSmsTopic}"}}}
    policy = resources["FrontlineSmsTopicPolicy"]["Properties"]
    assert policy["Topics"] == [{"Ref": "FrontlineSmsTopic"}]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "sms-voice.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


def test_the_table_and_the_mails_outlive_the_stack(template: Template) -> None:
    for name in ("FrontlineTable", "FrontlineMailBucket"):
        assert template["Resources"][name]["DeletionPolicy"] == "Retain"


def test_what_is_for_the_local_cloud_only_is_unknown_on_aws(template: Template) -> None:
    meanings = {one.name.upper(): one.metadata["meaning"] for one in fields(Settings)}
    local = [name for name, meaning in meanings.items() if meaning.startswith("local only")]
    assert local == ["PLATFORMS_URL", "PACE_FILE"]
    assert not [name for name in local if name in json.dumps(template)]


def test_the_template_has_no_aliases(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    build_template(file, "dev")
    assert "&id" not in file.read_text(encoding="utf-8")


def test_the_local_cloud_changes_only_what_is_named(template: Template) -> None:
    local = localized(json.loads(json.dumps(template)), "x86_64")
    gone = template["Resources"].keys() - local["Resources"].keys()
    assert gone == {
        "FrontlineReceiptRuleSet",
        "FrontlineReceiptRule",
        "FrontlineDeadLettersAlarm",
        "FrontlineErrorsAlarm",
        "FrontlineThrottlesAlarm",
        "FrontlineStreamBehindAlarm",
    }
    for name, function in functions(local).items():
        here = {**function["Properties"], "Architectures": None}
        there = {**template["Resources"][name]["Properties"], "Architectures": None}
        assert here == there
    assert {key: local[key] for key in local if key != "Resources"} == {
        key: template[key] for key in template if key != "Resources"
    }


def _statements(template: Template) -> Iterator[tuple[str, Template]]:
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"]["Policies"]:
                for statement in policy["PolicyDocument"]["Statement"]:
                    yield name, statement


def _who_may(template: Template, action: str) -> set[str]:
    return {name for name, one in _statements(template) if action in _list(one["Action"])}


def _patterns(template: Template, function: str, source: str) -> list[Template]:
    events = template["Resources"][function]["Properties"]["Events"]
    filters = events[source]["Properties"]["FilterCriteria"]["Filters"]
    return [json.loads(one["Pattern"]) for one in filters]


def _family(pattern: Template) -> str:
    first = pattern["dynamodb"]["Keys"]["pk"]["S"][0]
    return str(first["prefix"] if isinstance(first, dict) else first)


def _dicts(value: Any) -> Iterator[Template]:
    if isinstance(value, dict):
        yield value
        value = value.values()
    elif not isinstance(value, list):
        return
    for part in value:
        yield from _dicts(part)


def _is_intrinsic(value: Template) -> bool:
    return any(key.startswith("Fn::") or key == "Ref" for key in value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
