"""One ticket of an invented shop, told from its first message, for tests and screenshots."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.messages import Attachment, AttachmentKind, Delivery, Surface
from chalicelib.domain.tickets import Metric, Priority, Ticket, TimelineEntry, Timer
from chalicelib.views.presence import Presence, Standing
from chalicelib.views.ticket import TicketView, Viewer

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
OPENED = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # Tuesday, 13:30 in Saigon
NOW = OPENED + timedelta(minutes=24)
PUBLIC_URL = "https://support.hoamai.example"

PRESENCE = Presence(standing=Standing.HERE, load=3, capacity=5, own_capacity=None, usual_capacity=5)

LINKS = {
    "accept": f"{PUBLIC_URL}/links/eyJ0aWNrZXQiOiI0ODIxOTM3MCJ9.c2lnbmVk-accept",
    "resolve": f"{PUBLIC_URL}/links/eyJ0aWNrZXQiOiI0ODIxOTM3MCJ9.c2lnbmVk-resolve",
    "open": f"{PUBLIC_URL}/links/eyJ0aWNrZXQiOiI0ODIxOTM3MCJ9.c2lnbmVk-open",
}

IDENTITY = Identity("zalo", "hoa-mai", "7316254908812345")

CONTACT = Contact(id="c-1", identities=(IDENTITY,), created_at=OPENED, name="Nguyễn Thị Minh Ánh")

TICKET = Ticket(
    id="48219370",
    contact_id="c-1",
    identity=IDENTITY,
    subject="Shop ơi, đơn #HM-20418 giao sai màu rồi ạ",
    request_type="complaint",
    priority=Priority.HIGH,
    team_id="cskh",
    opened_at=OPENED,
    last_inbound_at=OPENED,
    language="vi",
    assignee_id="lan",
    timers=(
        Timer(
            metric=Metric.FIRST_RESPONSE,
            target=timedelta(hours=1),
            started_at=OPENED,
            due_at=OPENED + timedelta(hours=1),
        ),
        Timer(
            metric=Metric.RESOLUTION,
            target=timedelta(hours=8),
            started_at=OPENED,
            due_at=OPENED + timedelta(hours=20),
        ),
    ),
)


def entry(
    number: int, minutes: float, event: str, actor: str, text: str = "", **facts: object
) -> TimelineEntry:
    fields = {
        "id": f"e-{number:03d}",
        "ticket_id": TICKET.id,
        "at": OPENED + timedelta(minutes=minutes),
        "type": event,
        "actor": actor,
        "text": text,
        **facts,
    }
    return TimelineEntry(**fields)  # type: ignore[arg-type]


PHOTO = Attachment(
    kind=AttachmentKind.IMAGE, name="ao-dai-nhan-duoc.jpg", url="https://f.zalo.example/p/1.jpg"
)

OPENING = (
    entry(
        1,
        0,
        "message.received",
        "customer",
        "Shop ơi, đơn #HM-20418 giao sai màu rồi ạ 😥\n"
        "Mình đặt áo dài màu xanh ngọc mà nhận được màu đỏ đô.",
        channel="zalo",
    ),
    entry(2, 0.01, "ticket.opened", "desk"),
    entry(
        3,
        0.02,
        "ticket.assigned",
        "desk",
        detail={
            "agent": "lan",
            "reason": "least loaded of 3",
            "considered": "lan 1/5; minh 2/5; thao absent; quang 4/5",
        },
    ),
    entry(
        4,
        0.03,
        "message.sent",
        "desk",
        "Chào Minh Ánh, Áo dài Hoa Mai đã nhận được tin nhắn của mình rồi ạ. "
        "Bên em sẽ trả lời trước 14:30 hôm nay. Mã yêu cầu: 4821-9370.",
        channel="zalo",
        delivery=Delivery.DELIVERED,
        detail={"automatic": "true"},
    ),
    entry(
        5,
        3,
        "message.received",
        "customer",
        "Mình gửi ảnh để shop xem. Thứ Bảy này mình cần mặc rồi, shop đổi giúp mình kịp không?",
        channel="zalo",
        attachments=(PHOTO,),
    ),
)

STORY = (
    *OPENING,
    entry(6, 30, "sla.reminded", "desk", detail={"metric": "first_response"}),
    entry(7, 41, "ticket.acknowledged", "agent:lan"),
    entry(
        8,
        44,
        "note.added",
        "agent:lan",
        "Kho xác nhận còn 2 bộ xanh ngọc size M. Quang giữ giúp mình một bộ nhé.",
    ),
    entry(
        9,
        47,
        "message.sent",
        "agent:lan",
        "Dạ shop xin lỗi chị Ánh vì sự nhầm lẫn này ạ. Bên em còn đúng mẫu xanh ngọc size M "
        "và sẽ giao đổi tận nơi trước 17:00 thứ Sáu, chị không mất thêm phí nào.",
        channel="zalo",
        delivery=Delivery.READ,
    ),
    entry(
        10, 55, "message.received", "customer", "Cảm ơn em, vậy chị yên tâm rồi 😊", channel="zalo"
    ),
)


TURNS = (
    entry(1, 0, "message.received", "customer", "Shop ơi, giao sai màu rồi ạ", channel="zalo"),
    entry(
        2,
        0.01,
        "ticket.opened",
        "desk",
        detail={
            "request_type": "complaint",
            "by": "rule",
            "rule": "Giao sai",
            "matched": "giao sai",
        },
    ),
    entry(
        3,
        0.02,
        "ticket.assigned",
        "desk",
        detail={"agent": "minh", "reason": "round robin of 3", "considered": "minh 1/5; lan 2/5"},
    ),
    entry(4, 10, "ticket.dropped", "desk", detail={"agent": "minh"}),
    entry(
        5,
        10,
        "ticket.assigned",
        "desk",
        detail={"agent": "lan", "reason": "the only one free", "because": "not acknowledged"},
    ),
    entry(
        6,
        12,
        "ticket.changed",
        "agent:lan",
        detail={"request_type": "advice", "priority": "urgent"},
    ),
    entry(
        7,
        12,
        "sla.recomputed",
        "desk",
        detail={"first_response": "2026-11-24T07:00:00+00:00"},
    ),
    entry(
        8,
        13,
        "guest.invited",
        "agent:lan",
        "Quang kiểm giúp mình kho còn mẫu xanh ngọc size M không nhé.",
        detail={"address": "quang@hoamai.example"},
    ),
    entry(9, 15, "note.added", "agent:guest:quang@hoamai.example", "Kho còn hai bộ chị nhé."),
    entry(10, 16, "ticket.merged", "agent:lan", detail={"number": "4821-9371"}),
    entry(11, 17, "ticket.pended", "agent:lan", detail={"until": "2026-11-25T01:00:00+00:00"}),
    entry(12, 18, "callback.requested", "customer", detail={"number": "0900000123"}),
    entry(13, 19, "ticket.woken", "desk"),
    entry(14, 20, "ticket.given_back", "desk", detail={"agent": "lan", "reason": "shift end"}),
    entry(
        15,
        20,
        "ticket.parked",
        "desk",
        detail={
            "team": "cskh",
            "reason": "nobody free in cskh",
            "until": "2026-11-25T01:00:00+00:00",
        },
    ),
    entry(16, 21, "customer.told", "desk", detail={"metric": "first_response"}),
)
"""What else may happen to a ticket, all of it to one."""


def view(**changes: object) -> TicketView:
    """Return the sample ticket as Lan sees it; `changes` are fields of the view."""
    fields = {
        "ticket": TICKET,
        "contact": CONTACT,
        "entries": OPENING,
        "now": NOW,
        "desk_name": "Áo dài Hoa Mai",
        "time_zone": SAIGON,
        "viewer": Viewer(agent_id="lan", name="Lan", language="vi"),
        "request_types": {
            "complaint": {"vi": "Khiếu nại đơn hàng", "en": "Order complaint"},
            "advice": {"vi": "Tư vấn sản phẩm", "en": "Product advice"},
        },
        "agents": {"lan": "Lan", "minh": "Minh", "quang": "Quang", "thao": "Thảo (trưởng nhóm)"},
        "teams": {
            "cskh": {"vi": "Chăm sóc khách hàng", "en": "Customer care"},
            "kho": {"vi": "Kho & giao hàng", "en": "Warehouse"},
        },
        "links": LINKS,
        **changes,
    }
    return TicketView(**fields)  # type: ignore[arg-type]


def guest_view(**changes: object) -> TicketView:
    """Return the ticket as Quang sees it, who was brought in."""
    guest = Viewer(agent_id="guest:quang@hoamai.example", name="quang", language="vi")
    return view(**{"viewer": guest, "entries": TURNS, **changes})


def in_english(**changes: object) -> TicketView:
    return view(viewer=Viewer(agent_id="lan", name="Lan", language="en"), **changes)


def late_view(**changes: object) -> TicketView:
    """Return the ticket twelve minutes after its first deadline, still unanswered."""
    breached = replace(TICKET.timers[0], breached_at=TICKET.timers[0].due_at)
    ticket = replace(TICKET, timers=(breached, TICKET.timers[1]))
    return view(ticket=ticket, now=OPENED + timedelta(minutes=72), **changes)


def public_view(channel: str = "facebook", **changes: object) -> TicketView:
    """Return the ticket as if it had begun where everybody reads."""
    identity = Identity(channel, "hoa-mai", "7316254908812345")
    link = f"https://www.{channel}.example/1"
    ticket = replace(TICKET, identity=identity, surface=Surface.PUBLIC, permalink=link)
    return view(ticket=ticket, **changes)
