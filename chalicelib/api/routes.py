"""Every route of the JSON API, with the scope a token needs for it."""

from typing import NamedTuple


class Route(NamedTuple):
    """`operation` is `module.function` in `entrypoints/api/`; a `scope` of None needs no token."""

    method: str
    path: str
    operation: str
    scope: str | None

    @property
    def operation_id(self) -> str:
        return self.operation.partition(".")[2]


TICKET = "/api/tickets/{ticket_id}"

ROUTES = (
    Route("GET", "/api/health", "about.health", None),
    Route("GET", "/api/openapi.json", "about.openapi", None),
    Route("GET", "/api/tickets", "tickets.list_tickets", "read"),
    Route("GET", TICKET, "tickets.get_ticket", "read"),
    Route("POST", f"{TICKET}/messages", "acts.send_message", "act"),
    Route("POST", f"{TICKET}/preview", "tickets.preview_message", "read"),
    Route("POST", f"{TICKET}/hide", "acts.hide", "act"),
    Route("POST", f"{TICKET}/notes", "acts.add_note", "act"),
    Route("POST", f"{TICKET}/acknowledge", "acts.acknowledge", "act"),
    Route("POST", f"{TICKET}/assign", "acts.assign", "act"),
    Route("POST", f"{TICKET}/pend", "acts.pend", "act"),
    Route("POST", f"{TICKET}/change", "acts.change", "act"),
    Route("POST", f"{TICKET}/merge", "acts.merge", "act"),
    Route("POST", f"{TICKET}/invite", "acts.invite", "act"),
    Route("POST", f"{TICKET}/resolve", "acts.resolve", "act"),
    Route("POST", f"{TICKET}/reopen", "acts.reopen", "act"),
    Route("GET", "/api/contacts", "contacts.find_contacts", "read"),
    Route("GET", "/api/contacts/{contact_id}", "contacts.get_contact", "read"),
    Route("PUT", "/api/contacts/{contact_id}", "contacts.update_contact", "act"),
    Route("GET", "/api/agents", "agents.list_agents", "read"),
    Route("POST", "/api/agents/{agent_id}/away", "agents.leave", "act"),
    Route("POST", "/api/agents/{agent_id}/back", "agents.come_back", "act"),
    Route("POST", "/api/agents/{agent_id}/capacity", "agents.set_capacity", "act"),
    Route("GET", "/api/accounts", "accounts.list_accounts", "read"),
    Route("GET", "/api/quarantine", "quarantine.list_quarantine", "read"),
    Route("GET", "/api/desk", "desk.get_desk", "read"),
    Route("PUT", "/api/desk", "desk.put_desk", "admin"),
)
