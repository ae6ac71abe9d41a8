"""What an agent is told: a notification as mail, as SMS and as JSON, in the agent's language.

One layout for all kinds and both languages; the sentences are in `views/`.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from chalicelib.channels.slack.text import escaped
from chalicelib.desk.alerts import TO_KNOW_OF
from chalicelib.desk.decision import NotificationKind
from chalicelib.domain.plain import one_line
from chalicelib.domain.tickets import Timer
from chalicelib.notify.headlines import advice, headline, invitation, is_closing, tone
from chalicelib.notify.links import LINK_AGE
from chalicelib.views.deadlines import Urgency, deadlines, pressing
from chalicelib.views.lines import Line, said
from chalicelib.views.ticket import TicketView, channel_name
from chalicelib.views.words import words

MARKER = "— Trả lời phía trên dòng này / Please reply above this line —"
"""Ends an agent's answer. The HTML line also has the class `frontline-reply-above`."""

MARKER_CLASS = "frontline-reply-above"

LINES_SHOWN = 12
TEXT_SHOWN = 1500
_SMS_LIMIT = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail in words, of which `sender_name` says what it is about.

    The subject is the ticket's own, the same in all its mails: Gmail splits a thread where the
    subject changes.
    """

    sender_name: str
    subject: str
    text: str
    html: str


def render_notification(kind: NotificationKind, language: str, view: TicketView) -> Mail:
    """Return the mail that tells about `kind`."""
    facts = _facts(kind, language, view)
    return Mail(
        sender_name=one_line(f"{view.desk_name} · {words(language)[f'kind.{kind}']}"),
        subject=f"[{view.ticket.number}] {view.subject}".strip(),
        text=environment().get_template("notification.txt").render(facts),
        html=environment().get_template("notification.html").render(facts),
    )


def sms_text(kind: NotificationKind, language: str, view: TicketView) -> str:
    """Return the SMS that tells about `kind`, in at most 160 characters of the GSM alphabet.

    Without accents: one letter outside that alphabet makes an SMS UCS-2, which holds 70
    characters, so a Vietnamese one would cost three. It carries no link for the same reason:
    a signed one alone is longer than an SMS, and the mail has it.
    """
    say = words(language)
    deadline = pressing(view, language)
    due = say["sms.due"].format(time=deadline.due) if deadline else ""
    facts = {
        "number": view.ticket.number,
        "kind": say[f"kind.{kind}"],
        "channel": view.channel(language),
        "due": due,
    }
    bare = _unaccented(say["sms"].format(desk="", customer="", **facts))
    room = max(_SMS_LIMIT - len(bare), 0)
    desk = _unaccented(view.desk_name)[: room // 2]
    customer = _unaccented(view.customer(language))[: room - len(desk)]
    return _unaccented(say["sms"].format(desk=desk, customer=customer, **facts))[:_SMS_LIMIT]


def as_json(kind: NotificationKind, view: TicketView) -> str:
    """Return a notification for programs, as the topic carries it.

        {"version": 1, "kind": "breached", "at": "…Z", "desk": "…",
         "ticket": {"id", "number", "status", "priority", "request_type", "team", "assignee",
                    "channel", "account", "contact_id", "opened_at",
                    "sla": [{"metric", "due_at", "met_at", "breached_at", "paused_at"}]},
         "agent": "lan"}

    Ids and times only: what the customer said and who he is stays behind the API.
    """
    ticket = view.ticket
    facts = {
        "version": 1,
        "kind": kind,
        "at": view.now.isoformat(),
        "desk": view.desk_name,
        "ticket": {
            "id": ticket.id,
            "number": ticket.number,
            "status": ticket.status,
            "priority": ticket.priority,
            "request_type": ticket.request_type,
            "team": ticket.team_id,
            "assignee": ticket.assignee_id,
            "channel": ticket.identity.channel,
            "account": ticket.identity.account,
            "contact_id": ticket.contact_id,
            "opened_at": ticket.opened_at.isoformat(),
            "sla": [_timer_facts(timer) for timer in ticket.timers],
        },
        "agent": view.viewer.agent_id,
    }
    return json.dumps(facts, ensure_ascii=False)


def slack_text(kind: NotificationKind, language: str, view: TicketView, url: str) -> str:
    """Return the line that tells everybody in a Slack channel about `kind`, in Slack's markup.

    The address is the bare page's: a link that lets somebody in is nobody's but his.
    """
    say = words(language)
    deadline = pressing(view, language)
    due = deadline.sentence if deadline else ""
    facts = (view.kind_of_request(language), view.channel(language), due, view.assignee(language))
    told = escaped(one_line(" · ".join(filter(None, facts))))
    return f"*{say[f'kind.{kind}']}* <{url}|{view.ticket.number}> · {told}"


def topic_subject(kind: NotificationKind, view: TicketView) -> str:
    """Return the subject of a topic message."""
    return f"Frontline {kind} {view.ticket.number}"


@cache
def environment() -> Environment:
    """Return the templates, HTML ones escaping whatever is put into them."""
    found = Environment(
        loader=PackageLoader("chalicelib.notify"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["cut"] = _cut
    found.globals.update(MARKER=MARKER, MARKER_CLASS=MARKER_CLASS, Urgency=Urgency)
    return found


def _facts(kind: NotificationKind, language: str, view: TicketView) -> Mapping[str, object]:
    deadline = pressing(view, language)
    story = said(view, language)
    # Who is brought in knows nothing yet.
    shown = len(story) if view.viewer.is_guest else LINES_SHOWN
    return {
        "say": words(language),
        "kind": kind,
        "view": view,
        "ticket": view.ticket,
        "language": language,
        "tone": tone(kind, deadline),
        "headline": headline(kind, language, view, deadline),
        "advice": advice(kind, language, view, deadline),
        "invitation": invitation(kind, view),
        "deadline": deadline,
        "deadlines": deadlines(view, language),
        "buttons": _buttons(view.links),
        "days": LINK_AGE.days,
        "story": story[-shown:],
        "earlier": max(len(story) - shown, 0),
        "how_to_reply": _how_to_reply(kind, language, view),
        "channel": channel_name(view.ticket.identity.channel, language),
    }


def _how_to_reply(kind: NotificationKind, language: str, view: TicketView) -> tuple[str, ...]:
    say = words(language)
    if view.viewer.is_guest or kind in TO_KNOW_OF:
        return (say["mail.how_to_reply.note"],)
    place = "closed" if is_closing(kind, view) else view.place
    name = {"direct": "mail.how_to_reply"}.get(place, f"mail.how_to_reply.{place}")
    channel = view.channel(language)
    return say[name].format(channel=channel, link=view.permalink), say["mail.commands"]


def _buttons(links: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the links to offer, what an agent most likely wants first."""
    return tuple(
        (action, links[action]) for action in ("accept", "open", "resolve") if action in links
    )


def _timer_facts(timer: Timer) -> Mapping[str, str | None]:
    times = {
        "due_at": timer.due_at,
        "met_at": timer.met_at,
        "breached_at": timer.breached_at,
        "paused_at": timer.paused_at,
    }
    said_at = {name: at.isoformat() if at else None for name, at in times.items()}
    return {"metric": timer.metric, **said_at}


def _cut(line: Line, ending: str) -> str:
    if len(line.text) <= TEXT_SHOWN:
        return line.text
    return f"{line.text[:TEXT_SHOWN].rstrip()} {ending}"


def _unaccented(text: str) -> str:
    """Return `text` in ASCII, which but for a few marks is the GSM alphabet too."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    kept = "".join(c if " " <= c <= "~" else " " for c in bare if not unicodedata.combining(c))
    return " ".join(kept.replace("`", "'").split())
