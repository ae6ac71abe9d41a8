"""The ticket page in a real browser as wide as a phone, opened by the link in an agent's mail."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.e2e.test_agents import assigned, link
from tests.e2e.world import World, until
from tests.web.screenshots import CHROMIUM, PHONE

pytestmark = pytest.mark.e2e

OPEN = "Mở yêu cầu"
PATIENCE_MS = 20_000
ANSWERED_NO = "the server responded with a status of 409"
"""What Chromium remarks of any such answer."""


@pytest.fixture
def phone() -> Iterator[Page]:
    """A phone's browser that fails the test for whatever its console complains of."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]}, is_mobile=True)
        page.set_default_timeout(PATIENCE_MS)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
        assert [one for one in complaints if ANSWERED_NO not in one] == []


def press(phone: Page, words: str) -> None:
    """Press the button with these words, and read the page that comes."""
    phone.get_by_role("button", name=words, exact=True).click()
    phone.wait_for_load_state()
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_an_agent_works_through_a_ticket_on_a_phone(world: World, phone: Page) -> None:
    customer = world.customer("zalo", "Phan Thị Thuỳ Dương")
    ticket, mail = assigned(world, customer, "Lọ hoa <b>này</b> còn màu nào ạ?")
    phone.goto(link(mail, OPEN))
    press(phone, OPEN)
    expect(phone.get_by_role("heading", name=ticket["number"])).to_be_visible()
    expect(phone.get_by_text("Lọ hoa <b>này</b> còn màu nào ạ?").first).to_be_visible()

    phone.get_by_label("Nội dung gửi cho Phan Thị Thuỳ Dương qua Zalo").fill("Dạ còn màu xanh ạ 🌸")
    press(phone, "Gửi cho khách")
    expect(phone.get_by_role("status")).to_have_text("Đã gửi câu trả lời đi.")
    assert until(lambda: world.heard_by(customer)[1:]) == ["Dạ còn màu xanh ạ 🌸"]

    phone.get_by_text("Ghi chú nội bộ").click()
    phone.get_by_label("Chỉ đồng nghiệp nhìn thấy, khách không thấy").fill("Khách thích màu xanh")
    press(phone, "Lưu ghi chú")
    expect(phone.get_by_role("status")).to_have_text("Đã lưu ghi chú.")
    (note,) = world.entries(ticket["id"], "note.added")
    assert (note["actor"], note["text"]) == ("agent:lan", "Khách thích màu xanh")

    phone.locator("summary", has_text="Chuyển giao").click()
    phone.get_by_label("Giao cho").select_option("agent:quynh")
    phone.get_by_label("Lý do").fill("Hết ca")
    press(phone, "Chuyển giao")
    expect(phone.get_by_role("status")).to_have_text("Đã chuyển giao yêu cầu.")
    assert world.ticket(ticket["id"])["assignee"] == "quynh"
    world.mail("quynh@gomhoamai.example", ticket, "assigned")

    press(phone, "Đã giải quyết")
    expect(phone.get_by_role("status")).to_have_text("Đã đánh dấu giải quyết xong.")
    assert world.ticket(ticket["id"])["status"] == "resolved"
    expect(phone.get_by_role("button", name="Mở lại yêu cầu")).to_be_visible()
    assert len(world.heard_by(customer)) == 2


def test_a_page_left_open_by_one_agent_tells_what_another_did(world: World, phone: Page) -> None:
    ticket, mail = assigned(world, world.customer("zalo"))
    phone.goto(link(mail, OPEN))
    press(phone, OPEN)
    world.act(ticket["id"], "resolve")
    phone.locator("summary", has_text="Chuyển giao").click()
    phone.get_by_label("Giao cho").select_option("agent:quynh")
    with phone.expect_response(lambda answer: answer.request.method == "POST") as answered:
        phone.get_by_role("button", name="Chuyển giao", exact=True).click()
    assert answered.value.status == 409


def test_the_page_lets_in_to_its_own_ticket_only(world: World, phone: Page) -> None:
    ticket, mail = assigned(world, world.customer("zalo"))
    other, _ = assigned(world, world.customer("zalo"))
    phone.goto(link(mail, OPEN))
    press(phone, OPEN)
    assert phone.url.partition("?")[0].endswith(f"/pages/tickets/{ticket['id']}")
    answer = phone.request.get(f"{world.url}/pages/tickets/{other['id']}")
    assert answer.status == 403
    assert "Phiên làm việc đã hết" in answer.text()
