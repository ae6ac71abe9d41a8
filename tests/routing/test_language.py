"""Short messages as customers of a shop type them."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.routing.language import detect

VIETNAMESE = [
    "Shop ơi còn hàng không ạ?",
    "Chưa nhận được hàng",
    "Giá bao nhiêu vậy",
    "ĐƠN HÀNG BỊ LỖI",
    "đc",
    "ạ",
    # without marks
    "shop oi cho hoi gia",
    "don hang cua minh dau roi",
    "cam on shop",
    "CON HANG KHONG",
    "ship ve Ha Noi bao nhieu tien vay",
    "minh muon doi size M",
    "giao nham mau roi shop oi",
    "sao chua thay giao hang",
    "ko dc",
    "cho em xem mau khac voi",
    "hang loi roi, hoan tien giup minh nhe",
    "toi muon khieu nai",
    "em can gap",
    "lam the nao de doi hang",
    # with plain marks only, which other languages have too
    "là sao",
    "mình mua hôm qua",
    # with English in it
    "shop check inbox giup em voi",
    "Where is my order? Đơn 12345 ạ",
    "size L con khong shop",
]
ENGLISH = [
    "Where is my order?",
    "I haven't received my package yet",
    "I don't want this, refund please",
    "How much is the teapot?",
    "Do you ship to Japan",
    "my order arrived broken",
    "is this in stock",
    "can i change the size",
    "Can we meet at your café?",
    "THANK YOU VERY MUCH",
    "It’s the wrong colour",
    "when will it be back",
]
NEITHER = [
    "",
    "👍",
    "😡😡😡",
    "12345",
    "0900 000 123",
    "???",
    "ok",
    "Hello",
    "hi shop",
    "#GM-1024",
    "https://gomhoamai.example",
    "在庫はありますか",
    "สวัสดี",
    "Merci beaucoup",
]


@pytest.mark.parametrize("text", VIETNAMESE)
def test_vietnamese_is_known_with_and_without_marks(text: str) -> None:
    assert detect(text) == "vi"
    assert detect(unicodedata.normalize("NFD", text)) == "vi"


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_known(text: str) -> None:
    assert detect(text) == "en"


@pytest.mark.parametrize("text", NEITHER)
def test_what_could_be_anything_is_not_guessed_at(text: str) -> None:
    assert detect(text) is None


@settings(deadline=None)
@given(st.text())
def test_any_text_has_one_answer_in_every_normal_form(text: str) -> None:
    assert detect(text) in ("vi", "en", None)
    assert detect(unicodedata.normalize("NFD", text)) == detect(text)
