"""A business phone number as the Graph API shows it, and the webhook it may have of its own."""

from infra.simulator.platforms.base import ApiAnswer, ApiRequest
from infra.simulator.platforms.graph import failure
from infra.simulator.platforms.whatsapp_events import display_number
from infra.simulator.platforms.whatsapp_messages import child
from infra.simulator.stack import Account

ONLY_WHEN_ASKED_FOR = {"status", "webhook_configuration"}


class Numbers:
    """The numbers' webhooks, by account: the app's own goes where the stack is."""

    def __init__(self) -> None:
        self._overrides: dict[str, str] = {}

    def show(self, request: ApiRequest, account: Account) -> ApiAnswer:
        urls = {"application": account.webhook_url}
        if account.account in self._overrides:
            urls["phone_number"] = self._overrides[account.account]
        everything = {
            "status": "CONNECTED",
            "quality_rating": "GREEN",
            "display_phone_number": display_number(account),
            "verified_name": account.account,
            "webhook_configuration": urls,
            "id": account.secret("phone_number_id"),
        }
        wanted = {*request.query.get("fields", "").split(","), "id"} - {""}
        known = wanted if len(wanted) > 1 else {*everything} - ONLY_WHEN_ASKED_FOR
        return ApiAnswer(body={k: v for k, v in everything.items() if k in known})

    def configure(self, request: ApiRequest, account: Account) -> ApiAnswer:
        override = child(request.parameters(), "webhook_configuration")
        if not override.get("verify_token"):
            return failure(100, "(#100) The parameter webhook_configuration is required.")
        self._overrides[account.account] = str(override.get("override_callback_uri") or "")
        return ApiAnswer(body={"success": True})
