"""Renders every mail and page and photographs them: `python -m tests.web.screenshots [folder]`.

Without a folder only the README's pictures are made anew, in docs/images.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from chalicelib.desk.decision import NotificationKind
from chalicelib.domain.contacts import Contact
from chalicelib.domain.messages import Delivery
from chalicelib.domain.tickets import Status, TimelineEntry
from chalicelib.notify.mails import Refusal, refusal_mail
from chalicelib.notify.wording import render_notification
from chalicelib.views.hours import team_hours
from chalicelib.views.presence import Standing
from chalicelib.views.ticket import TicketView, Viewer
from chalicelib.web.outcomes import Flash, Message
from chalicelib.web.pages import (
    Forms,
    confirm_page,
    guest_page,
    hours_page,
    message_page,
    ticket_page,
)
from tests.desk.factory import factory
from tests.views.samples import (
    CONTACT,
    NOW,
    OPENED,
    PRESENCE,
    STORY,
    TICKET,
    TURNS,
    entry,
    guest_view,
    in_english,
    late_view,
    public_view,
    view,
)

IMAGES = Path(__file__).parents[2] / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
PHONE, DESKTOP = (390, 844), (1100, 800)

FORMS = Forms(action="/tickets/48219370", csrf="c" * 64, form_id="f-1")
AWAY = replace(PRESENCE, standing=Standing.AWAY, own_capacity=2, capacity=2)
TYPED = {
    "note": {"text": "Kho còn hàng không @quang?"},
    "assign": {"reason": "rành áo dài hơn", "note": "Khách cần mặc thứ Bảy này."},
    "pend": {"until": "2h"},
    "change": {"priority": "urgent"},
    "invite": {"address": "quang@hoamai.example", "text": "Kho còn hàng không?"},
    "merge": {"ticket": "4821-9371"},
}


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        if len(sys.argv) > 1:
            _take_all(browser, Path(sys.argv[1]))
        else:
            _take_readme_pictures(browser)


def answered_page() -> str:
    first, resolution = TICKET.timers
    answered_at = OPENED + timedelta(minutes=47)
    ticket = replace(
        TICKET, timers=(replace(first, met_at=answered_at), resolution), acknowledged_at=answered_at
    )
    contact = replace(CONTACT, phone="+84900000123", email="minh.anh@example.com")
    now = OPENED + timedelta(minutes=58)
    return ticket_page(
        view(ticket=ticket, contact=contact, entries=STORY, now=now), FORMS, PRESENCE
    )


def mails() -> Iterator[tuple[str, str]]:
    """Yield the name and HTML of every mail."""
    assigned = NotificationKind.ASSIGNED
    late = (NotificationKind.BREACHED, NotificationKind.ESCALATED)
    for kind in NotificationKind:
        sample = late_view() if kind in late else view(entries=_story(kind))
        yield f"mail-{kind}", render_notification(kind, "vi", sample).html
        english = replace(sample, viewer=in_english().viewer)
        yield f"mail-{kind}-en", render_notification(kind, "en", english).html
    yield "mail-assigned-late", render_notification(assigned, "vi", late_view()).html
    yield "mail-assigned-paused", render_notification(assigned, "vi", handed_over_view()).html
    refused = refusal_mail(
        Refusal.OTHER_ADDRESS,
        language="vi",
        desk_name="Áo dài Hoa Mai",
        sender="desk@hoamai.example",
        recipient="lan@hoamai.example",
        now=NOW,
        number="4821-9370",
    )
    yield "mail-refused", html_of(refused.mime)
    no_command = refusal_mail(
        Refusal.COMMAND,
        language="vi",
        desk_name="Áo dài Hoa Mai",
        sender="desk@hoamai.example",
        recipient="lan@hoamai.example",
        now=NOW,
        number="4821-9370",
        line="#HM-20418 đã giao rồi ạ",
    )
    yield "mail-refused-command", html_of(no_command.mime)
    yield "mail-guest", render_notification(NotificationKind.INVITED, "vi", guest_view()).html
    away = late_view(detail={"away": "yes"})
    yield "mail-dropped-away", render_notification(NotificationKind.DROPPED, "vi", away).html


def pages() -> Iterator[tuple[str, str]]:
    """Yield the name and HTML of every page."""
    yield "page-ticket-answered", answered_page()
    yield "page-ticket-late", ticket_page(late_view(), FORMS, PRESENCE, Flash.EMPTY)
    resolved = in_english(ticket=replace(TICKET, status=Status.RESOLVED), entries=STORY)
    yield "page-ticket-resolved-en", ticket_page(resolved, FORMS, PRESENCE, Flash.RESOLVED)
    yield "page-ticket-public", ticket_page(public_view(), FORMS, PRESENCE)
    yield "page-ticket-turns", ticket_page(turned_view(), FORMS, AWAY, Flash.PENDED)
    for form, typed in TYPED.items():
        draft = {f"{form}.{name}": value for name, value in typed.items()}
        yield f"page-form-{form}", ticket_page(view(), FORMS, PRESENCE, Flash.CONFLICT, draft)
    yield "page-guest", guest_page(guest_view(), FORMS)
    for language in ("vi", "en"):
        hours = team_hours(factory(), language, NOW)
        yield f"page-hours-{language}", hours_page(hours, language, "Áo dài Hoa Mai")
    yield "page-ticket-hostile", ticket_page(hostile_view(), FORMS, PRESENCE)
    for action in ("accept", "resolve", "open"):
        yield f"page-confirm-{action}", confirm_page(action, view(), "csrf")
    for message in Message:
        yield f"page-{message}", message_page(message)
    yield "page-accepted-vi", message_page(Message.ACCEPTED, "vi", "Áo dài Hoa Mai")


def handed_over_view() -> TicketView:
    """Return a ticket that somebody answered and then gave to another."""
    first, resolution = TICKET.timers
    answered_at = OPENED + timedelta(minutes=47)
    timers = (replace(first, met_at=answered_at), replace(resolution, paused_at=answered_at))
    ticket = replace(TICKET, status=Status.PENDING, assignee_id="thao", timers=timers)
    viewer = Viewer(agent_id="thao", name="Phạm Phương Thảo", language="vi")
    return view(ticket=ticket, viewer=viewer, entries=STORY[:-1], now=NOW + timedelta(minutes=30))


def turned_view() -> TicketView:
    """Return a ticket to which everything has happened, as its owner sees it."""
    ticket = replace(
        TICKET,
        status=Status.PENDING,
        product="Áo dài cưới",
        tier="vip",
        callback="0900000123",
        guests=("quang@hoamai.example",),
        wake_at=NOW + timedelta(hours=18),
    )
    return view(ticket=ticket, entries=TURNS, next_level="kho")


def hostile_view() -> TicketView:
    """Return a ticket of a customer who tries everything."""
    word = "<script>alert(1)</script>\r\nBcc: x@example.com " + "Đ" * 300 + " مرحبا \u202egpj.exe"
    return view(
        contact=Contact(id="c", identities=(), created_at=OPENED, name=word),
        ticket=replace(TICKET, subject=word),
        entries=(entry(1, 0, "message.received", "customer", word * 3),),
    )


def html_of(mime: bytes) -> str:
    message = message_from_bytes(mime, policy=policy.default)
    assert isinstance(message, EmailMessage)
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def _story(kind: NotificationKind) -> tuple[TimelineEntry, ...]:
    if kind is not NotificationKind.SEND_FAILED:
        return view().entries
    failed = entry(
        9,
        20,
        "message.sent",
        "agent:lan",
        "Dạ shop xin lỗi chị ạ.",
        channel="zalo",
        delivery=Delivery.FAILED,
        detail={"failure": "window_closed"},
    )
    told = entry(10, 20, "message.failed", "desk", detail={"reason": "window_closed"})
    return (*view().entries, failed, told)


def _take_readme_pictures(browser: Browser) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    mail = render_notification(NotificationKind.ASSIGNED, "vi", view()).html
    page = _open(browser, mail, (760, 800))
    page.screenshot(path=str(IMAGES / "agent-mail.png"), full_page=True)
    page = _open(browser, answered_page(), (390, 1500))
    page.screenshot(path=str(IMAGES / "ticket-page.png"))


def _take_all(browser: Browser, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, html in (*mails(), *pages()):
        for width, size in (("phone", PHONE), ("desktop", DESKTOP)):
            page = _open(browser, html, size)
            page.screenshot(path=str(folder / f"{name}-{width}.png"), full_page=True)
            page.close()


def _open(browser: Browser, html: str, size: tuple[int, int]) -> Page:
    width, height = size
    page = browser.new_page(
        viewport={"width": width, "height": height}, device_scale_factor=2 if width < 800 else 1
    )
    page.set_content(html)
    return page


if __name__ == "__main__":
    main()
