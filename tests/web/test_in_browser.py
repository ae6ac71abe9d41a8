"""Every mail and page in a real browser: nothing is wider than a phone, and Vietnamese is whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from chalicelib.web.headers import SECURITY_HEADERS
from tests.web.screenshots import CHROMIUM, PHONE, answered_page, mails, pages

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Debian's chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


def test_nothing_is_wider_than_a_phone(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    too_wide = {}
    for name, html in (*mails(), *pages()):
        page.set_content(html)
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            too_wide[name] = over
    assert too_wide == {}


def test_what_a_thumb_presses_is_large_enough(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    page.set_content(answered_page())
    heights = page.eval_on_selector_all(
        "button, summary, select, textarea, a.button",
        "all => all.filter(e => e.offsetParent).map(e => e.getBoundingClientRect().height)",
    )
    assert min(heights) >= 44


def test_the_style_sheet_applies_under_the_pages_own_policy(browser: Browser) -> None:
    page = browser.new_page()
    page.route(
        "https://support.hoamai.example/",
        lambda route: route.fulfill(body=answered_page(), headers=dict(SECURITY_HEADERS)),
    )
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("https://support.hoamai.example/")
    assert page.eval_on_selector("header.top", "e => getComputedStyle(e).position") == "sticky"
    assert complaints == []
