"""The only differences between what goes to AWS and what runs here, each with its reason."""

from collections.abc import Iterator

from infra.packaging.template import Template, functions

# The emulator doesn't receive mail: the simulator puts it in the bucket, as SES would.
NOT_EMULATED = ("AWS::SES::ReceiptRuleSet", "AWS::SES::ReceiptRule")

# What AWS asks for by name; the emulator doesn't see which it is and asks for `*`.
NAMELESS = ("ses:SendEmail", "ssm:GetParameters")

# The emulator is reached over plain HTTP, on this machine alone.
NEEDS_TLS = "TlsOnly"


def localized(template: Template, architecture: str) -> Template:
    """Return the template for this machine, whose own processor the functions run on."""
    resources = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] not in NOT_EMULATED and not _adds_metrics_up(resource)
    }
    changed = {**template, "Resources": resources}
    for function in functions(changed).values():
        function["Properties"]["Architectures"] = [architecture]
    for policy in _bucket_policies(changed):
        policy["Statement"] = [one for one in policy["Statement"] if one["Sid"] != NEEDS_TLS]
    for statement in _statements(changed):
        _name_batches(statement)
        _ask_for_any(statement)
    return changed


def _adds_metrics_up(resource: Template) -> bool:
    """Return whether it is an alarm on several metrics at once: the emulator knows only one."""
    return resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]


def _bucket_policies(template: Template) -> Iterator[Template]:
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::S3::BucketPolicy":
            yield resource["Properties"]["PolicyDocument"]


def _statements(template: Template) -> Iterator[Template]:
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"]["Policies"]:
                yield from policy["PolicyDocument"]["Statement"]


def _name_batches(statement: Template) -> None:
    """AWS lets `sqs:SendMessage` send batches; the emulator asks for an action of that name."""
    actions = statement["Action"]
    actions = [actions] if isinstance(actions, str) else actions
    if "sqs:SendMessage" in actions:
        statement["Action"] = [*actions, "sqs:SendMessageBatch"]


def _ask_for_any(statement: Template) -> None:
    if any(action in statement["Action"] for action in NAMELESS):
        statement["Resource"] = "*"
