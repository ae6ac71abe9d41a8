"""Classification: Vietnamese as customers type it, with marks, without, and with emoji."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.routing.classify import Classification, RequestType, classify, fold_accents


def request_type(*keywords: str, **fields: object) -> RequestType:
    return RequestType.model_validate(
        {"name": "Loại", "team": "shop", "keywords": keywords, **fields}
    )


TYPES = {
    "advice": request_type("tư vấn", "giá", "size", "còn hàng"),
    "complaint": request_type("khiếu nại", "giao sai", "chưa nhận được hàng", "hỏng"),
    "return": request_type("đổi", "đổi trả", "hoàn tiền", "refund"),
    "technical": request_type("lỗi", "không đăng nhập được", "bảo hành", "C++"),
    "social": request_type("khuyến mãi", channels=("messenger",)),
}

SENTENCES = [
    # with marks, in any case, with any punctuation
    ("Shop ơi tư vấn giúp mình cái áo này với ạ", "advice", "tư vấn"),
    ("KHIẾU NẠI!!!", "complaint", "khiếu nại"),
    ("Tôi muốn khiếu-nại về đơn hàng", "complaint", "khiếu nại"),
    ("“Giao sai” màu rồi shop", "complaint", "giao sai"),
    ("mình #đổi_trả được không?", "return", "đổi trả"),
    ("Khiếu\n\tnại đơn 1234", "complaint", "khiếu nại"),
    # without marks, or with some
    ("khieu nai don hang", "complaint", "khiếu nại"),
    ("em chua nhan duoc hang shop oi", "complaint", "chưa nhận được hàng"),
    ("cho minh hoan tien nhe", "return", "hoàn tiền"),
    ("Khiêu nai dịch vụ", "complaint", "khiếu nại"),
    ("minh muon doi ao", "return", "đổi"),
    ("ĐỔI giúp em", "return", "đổi"),
    # as phones and old fonts write it
    (unicodedata.normalize("NFD", "Tôi muốn khiếu nại"), "complaint", "khiếu nại"),
    (unicodedata.normalize("NFD", "cho mình đổi size"), "advice", "size"),
    ("Ðổi giúp em", "return", "đổi"),
    ("ｋｈｉếｕ ｎạｉ", "complaint", "khiếu nại"),
    ("𝗸𝗵𝗶𝗲𝘂 𝗻𝗮𝗶 shop", "complaint", "khiếu nại"),
    ("khiếu\u200b nại", "complaint", "khiếu nại"),
    ("khi\u00adếu nại", "complaint", "khiếu nại"),
    # emoji part words and never join them
    ("😡😡khiếu nại😡", "complaint", "khiếu nại"),
    ("giá👍🏽bao nhiêu ạ", "advice", "giá"),
    ("hỏng❤️rồi", "complaint", "hỏng"),
    # the longest keyword says most
    ("cho hỏi giá đổi trả", "return", "đổi trả"),
    ("tư vấn giúp em, em không đăng nhập được", "technical", "không đăng nhập được"),
    ("bảo hành hay hoàn tiền", "return", "hoàn tiền"),  # as long: the first type of the two
    # a keyword with signs counts by its letters
    ("học c ở đâu", "technical", "C++"),
]


@pytest.mark.parametrize(("text", "name", "keyword"), SENTENCES)
def test_a_sentence_is_known_by_its_words(text: str, name: str, keyword: str) -> None:
    assert classify(text, "zalo", TYPES, "other") == Classification(name, keyword)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🙂",
        "xin chào shop",
        "anh đợi lâu quá",  # đợi is not đổi
        "mua đôi giày",  # nor is đôi
        "đói bụng quá",
        "giả hay thật vậy",  # giả is not giá
        "doioi",  # inside another word
        "xsizex",
        "khiếu thêm nại",  # not side by side
        "nại khiếu",
        "refunded",
        "có khuyến mãi không",  # only on messenger
    ],
)
def test_other_words_are_left_to_the_default(text: str) -> None:
    assert classify(text, "zalo", TYPES, "other") == Classification("other", None)


def test_a_keyword_without_marks_takes_all_words_written_so() -> None:
    types = {"any": request_type("doi")}
    for word in ("đổi", "đợi", "đôi", "doi", "DỜI"):
        assert classify(word, "zalo", types, "other").request_type == "any"


@pytest.mark.parametrize(
    ("one", "other"), [("hoà", "hòa"), ("thuý", "thúy"), ("khoẻ", "khỏe"), ("tuần", "tùân")]
)
def test_the_place_of_a_tone_mark_does_not_matter(one: str, other: str) -> None:
    assert classify(one, "zalo", {"any": request_type(other)}, "-").matched == other


def test_of_equal_keywords_the_first_type_wins() -> None:
    types = {"one": request_type("abc"), "two": request_type("xyz")}
    assert classify("xyz abc", "zalo", types, "-").request_type == "one"
    reordered = {"two": types["two"], "one": types["one"]}
    assert classify("xyz abc", "zalo", reordered, "-").request_type == "two"


@pytest.mark.parametrize(
    ("text", "channel", "found"),
    [
        ("có khuyến mãi không", "messenger", Classification("social", "khuyến mãi")),
        ("có khuyến mãi không", "email", Classification("mail", None)),
        ("xin chào", "email", Classification("mail", None)),
        ("khiếu nại", "email", Classification("complaint", "khiếu nại")),
        ("xin chào", "messenger", Classification("other", None)),
    ],
)
def test_a_type_may_belong_to_a_channel(text: str, channel: str, found: Classification) -> None:
    types = {"mail": request_type(channels=("email",)), **TYPES}
    assert classify(text, channel, types, "other") == found


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đổi Trả", "doi tra"),
        (unicodedata.normalize("NFD", "Đổi Trả"), "doi tra"),
        ("ĐƯỜNG Nguyễn Huệ", "duong nguyen hue"),
        ("ằẳẵặ ềểễệ ồổỗộ ờởỡợ ừửữự ỳỷỹỵ", "aaaa eeee oooo oooo uuuu yyyy"),
        ("Ðà Nẵng", "da nang"),
        ("café", "cafe"),
    ],
)
def test_folding_leaves_bare_small_letters(text: str, folded: str) -> None:
    assert fold_accents(text) == folded


@settings(deadline=None)
@given(st.text())
def test_folding_twice_is_folding_once_in_any_normal_form(text: str) -> None:
    folded = fold_accents(text)
    assert fold_accents(folded) == folded
    assert fold_accents(unicodedata.normalize("NFD", text)) == folded
    assert fold_accents(unicodedata.normalize("NFC", text)) == folded


@settings(deadline=None)
@given(st.text(), st.sampled_from(SENTENCES))
def test_a_sentence_means_the_same_in_every_normal_form(
    noise: str, case: tuple[str, str, str]
) -> None:
    text = f"{noise} {case[0]}"
    found = classify(text, "zalo", TYPES, "other")
    assert found.matched is not None
    for form in ("NFC", "NFD"):
        assert classify(unicodedata.normalize(form, text), "zalo", TYPES, "other") == found


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"keywords": ["!!!"]}, "no letter or digit"),
        ({"keywords": [""]}, "no letter or digit"),
        ({"name": ""}, "empty"),
        ({"name": {"fr": "x"}}, "vi and en"),
        ({"priority": "top"}, "'urgent'"),
        ({"keyword": ["x"]}, "Extra inputs"),
    ],
)
def test_a_request_type_says_what_is_wrong_with_it(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        RequestType.model_validate({"name": "Loại", "team": "shop", **fields})


def test_a_long_message_is_read_in_no_time_that_matters() -> None:
    text = "đợi " * 20_000 + "khiếu nại"
    assert classify(text, "zalo", TYPES, "other").request_type == "complaint"
