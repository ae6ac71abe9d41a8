"""Who writes in the story, and what: invented people, with new ids every time it is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# The smallest picture that is one: a PNG of one pixel.
SCREENSHOT_BASE64 = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
SCREENSHOT = "loi-thanh-toan.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer on one account; `english` says what `text` says, for who reads no Vietnamese."""

    channel: str
    account: str
    external_id: str
    name: str
    text: str
    english: str
    subject: str = ""

    @property
    def opening(self) -> dict[str, Any]:
        """The first message, as the simulator takes it."""
        said = {"external_id": self.external_id, "name": self.name, "text": self.text}
        return {**said, **_LETTER} if self.subject else said

    @property
    def line(self) -> str:
        """What the ticket's subject begins with."""
        return self.subject or self.text


COMMENT = "facebook"
"""The channel of the comment that goes on in private."""

SUBJECT = "Không thanh toán được trên website"
_LETTER: Mapping[str, Any] = {
    "subject": SUBJECT,
    "attachments": [{"name": SCREENSHOT, "content_base64": SCREENSHOT_BASE64}],
}


def customers(now: datetime) -> dict[str, Customer]:
    """Return the four, by channel; their ids are new with every millisecond."""
    number = int(now.timestamp() * 1000)
    everybody = (
        Customer(
            channel="zalo",
            account="hoa-mai",
            external_id=f"{number}01",
            name="Nguyễn Mai Anh",
            text="Chào shop, bộ ấm chén giao đến bị vỡ hai cái. Em muốn khiếu nại ạ.",
            english="two cups of her tea set arrived broken; she complains.",
        ),
        Customer(
            channel="messenger",
            account="hoa-mai",
            external_id=f"{number}02",
            name="Phan Quốc Bảo",
            text="Bình hoa men lam cao 30 cm còn hàng không, giá bao nhiêu vậy shop?",
            english="is the blue vase in stock, and how much is it?",
        ),
        Customer(
            channel="telegram",
            account="hoa-mai-intl",
            external_id=f"{number % 10**10}",
            name="Linh Tran",
            text="Chao shop, minh o Sydney, shop co gui am chen sang Uc khong a?",
            english="she lives in Sydney: do you ship tea sets to Australia?",
        ),
        Customer(
            channel="email",
            account="hotro",
            external_id=f"tuan.{number}@khachhang.example",
            name="Đặng Minh Tuấn",
            text="Em không thanh toán được trên web, em gửi kèm ảnh màn hình. Shop xem giúp ạ.",
            english="he cannot pay on the website; a screenshot is attached.",
            subject=SUBJECT,
        ),
    )
    return {one.channel: one for one in everybody}


def passers_by(now: datetime) -> tuple[Customer, ...]:
    """Return who writes in the last scene, each somewhere else."""
    number = int(now.timestamp() * 1000)
    return (
        Customer(
            channel="whatsapp",
            account="hoa-mai",
            external_id=f"849{number % 10**8:08}",
            name="Trịnh Thu Trang",
            text="Chào shop, bộ bát cưới khắc tên được không ạ?",
            english="can a wedding set be engraved with names?",
        ),
        Customer(
            channel=COMMENT,
            account="hoa-mai",
            external_id=f"{number}03",
            name="Vũ Ngọc Diệp",
            text="Bình men lam này giá bao nhiêu vậy shop?",
            english="under a post, for all to read: how much is this vase?",
        ),
        Customer(
            channel="google_reviews",
            account="hoa-mai",
            external_id=f"{number}04",
            name="Lý Gia Huy",
            text="★☆☆☆☆ Giao chậm một tuần, gọi không ai nghe máy.",
            english="one star: delivered a week late, and nobody picks up the phone.",
        ),
    )
