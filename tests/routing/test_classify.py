"""Classification: Vietnamese as customers type it, with marks, without, and with emoji."""

import unicodedata
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.tickets import Priority
from chalicelib.routing.classify import Classification, RequestType, Said, classify
from chalicelib.routing.rules import Rule
from chalicelib.routing.speech import fold_accents


def request_type(*keywords: str, **fields: object) -> RequestType:
    return RequestType.model_validate(
        {"name": "Loại", "team": "shop", "keywords": keywords, **fields}
    )


def rule(name: str, then: dict[str, object], **when: object) -> Rule:
    return Rule.model_validate({"name": name, "when": when, "then": then})


def by_words(
    text: str, channel: str, request_types: Mapping[str, RequestType] | None = None
) -> Classification:
    return classify(Said(text, channel, "hoa-mai"), (), request_types or TYPES, "other")


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
    assert by_words(text, "zalo") == Classification(name, by="keyword", matched=keyword)


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
    assert by_words(text, "zalo") == Classification("other")


def test_a_keyword_without_marks_takes_all_words_written_so() -> None:
    types = {"any": request_type("doi")}
    for word in ("đổi", "đợi", "đôi", "doi", "DỜI"):
        assert by_words(word, "zalo", types).request_type == "any"


@pytest.mark.parametrize(
    ("one", "other"), [("hoà", "hòa"), ("thuý", "thúy"), ("khoẻ", "khỏe"), ("tuần", "tùân")]
)
def test_the_place_of_a_tone_mark_does_not_matter(one: str, other: str) -> None:
    assert by_words(one, "zalo", {"any": request_type(other)}).matched == other


def test_of_equal_keywords_the_first_type_wins() -> None:
    types = {"one": request_type("abc"), "two": request_type("xyz")}
    assert by_words("xyz abc", "zalo", types).request_type == "one"
    reordered = {"two": types["two"], "one": types["one"]}
    assert by_words("xyz abc", "zalo", reordered).request_type == "two"


@pytest.mark.parametrize(
    ("text", "channel", "found"),
    [
        (
            "có khuyến mãi không",
            "messenger",
            Classification("social", by="keyword", matched="khuyến mãi"),
        ),
        ("có khuyến mãi không", "email", Classification("mail", by="channel")),
        ("xin chào", "email", Classification("mail", by="channel")),
        ("khiếu nại", "email", Classification("complaint", by="keyword", matched="khiếu nại")),
        ("xin chào", "messenger", Classification("other")),
    ],
)
def test_a_type_may_belong_to_a_channel(text: str, channel: str, found: Classification) -> None:
    types = {"mail": request_type(channels=("email",)), **TYPES}
    assert by_words(text, channel, types) == found


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
    found = by_words(text, "zalo")
    assert found.matched is not None
    for form in ("NFC", "NFD"):
        assert by_words(unicodedata.normalize(form, text), "zalo") == found


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"keywords": ["!!!"]}, "no letter or digit"),
        ({"keywords": [""]}, "no letter or digit"),
        ({"keywords": ["\u0301 \u0300"]}, "no letter or digit"),
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
    assert by_words(text, "zalo").request_type == "complaint"


COURT = rule("Dọa kiện", {"request_type": "complaint", "priority": "urgent"}, says=["kiện"])
LATE = rule("Giao chậm", {"product": "giao-hang", "skills": ["kho"]}, says=["chậm"])
REST = rule("Còn lại", {"priority": "low"})


def by_rules(*rules: Rule, **said: Any) -> Classification:
    message = Said(**{"text": "", "channel": "zalo", "account": "hoa-mai", **said})
    return classify(message, rules, TYPES, "other")


def test_the_first_rule_that_holds_counts() -> None:
    found = by_rules(COURT, LATE, REST, text="giao chậm, tôi kiện, hoàn tiền đi")
    assert found == Classification(
        "complaint", Priority.URGENT, rule="Dọa kiện", by="rule", matched="kiện"
    )
    assert by_rules(LATE, COURT, text="giao chậm, tôi kiện").rule == "Giao chậm"


def test_a_rule_that_names_no_type_leaves_it_to_the_keywords() -> None:
    assert by_rules(LATE, text="giao chậm quá, hoàn tiền đi") == Classification(
        "return",
        product="giao-hang",
        skills=("kho",),
        rule="Giao chậm",
        by="keyword",
        matched="hoàn tiền",
    )


def test_a_catch_all_stands_behind_the_others() -> None:
    assert by_rules(COURT, REST, text="xin chào") == Classification(
        "other", Priority.LOW, rule="Còn lại", by="default"
    )


def test_no_rule_holds_for_other_words() -> None:
    assert by_rules(COURT, LATE, text="giá bao nhiêu") == by_words("giá bao nhiêu", "zalo")


def test_the_type_that_the_sender_names_beats_keywords_but_no_rule() -> None:
    named = {"text": "hoàn tiền, không tôi kiện", "request_type": "technical"}
    assert by_rules(**named) == Classification("technical", by="named")
    assert by_rules(REST, **named).request_type == "technical"
    assert by_rules(COURT, **named).by == "rule"


def test_a_type_that_the_desk_does_not_know_is_left_aside() -> None:
    assert by_rules(text="hoàn tiền", request_type="đổi-trả").by == "keyword"
    assert by_rules(text="xin chào", request_type="").by == "default"


def test_a_rule_may_give_a_type_that_belongs_to_another_channel() -> None:
    social = rule("Khuyến mãi", {"request_type": "social"}, choice=["PROMO"])
    assert by_rules(social, choice="PROMO").request_type == "social"


def test_a_longer_keyword_wins_among_hundreds() -> None:
    types = {
        f"t{number}": request_type(*(f"từ {number} {each}" for each in range(10)))
        for number in range(50)
    }
    types["long"] = request_type("từ 7 5 rất dài")
    assert by_words("nói từ 7 5 rất dài", "zalo", types).request_type == "long"


@settings(deadline=None)
@given(st.text())
def test_a_rules_phrase_is_heard_in_any_noise_and_normal_form(noise: str) -> None:
    text = f"{noise} Kiện! {noise}"
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert by_rules(COURT, text=unicodedata.normalize(form, text)).rule == "Dọa kiện"
