"""When the writes of tickets were answered, by a hook in botocore: whoever reads sees them then."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

OK = 200


@dataclass
class Landings:
    """`at` holds, for each ticket's id, the time of each of its transactions."""

    clock: Callable[[], datetime]
    at: defaultdict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    @property
    def total(self) -> int:
        return sum(map(len, list(self.at.values())))

    def watch(self, client: Any) -> None:
        events = client.meta.events
        events.register("provide-client-params.dynamodb.TransactWriteItems", self._sent)
        events.register("after-call.dynamodb.TransactWriteItems", self._answered)

    def _sent(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        put = (write["Put"]["Item"] for write in params["TransactItems"] if "Put" in write)
        keys = (item["pk"]["S"] for item in put if item["sk"]["S"] == "TICKET")
        context["tickets"] = [key.partition("#")[2] for key in keys]

    def _answered(self, http_response: Any, context: dict[str, Any], **_: Any) -> None:
        if http_response.status_code == OK:
            now = self.clock()
            for ticket_id in context["tickets"]:
                self.at[ticket_id].append(now)
