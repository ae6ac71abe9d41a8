"""Cutting the reply out of a mail, on invented mails; the corpora are in `test_corpora`."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.email.html import html_to_text
from chalicelib.channels.email.quotes import own_words, reply_text

WORDS = "Em nhận được áo rồi ạ.\nCho em đổi size M nhé."
QUOTED = "> Chào chị Lan,\n>\n> Đơn HM-207 đã giao.\n> Hoa Mai"
UNMARKED = "Chào chị Lan,\n\nĐơn HM-207 đã giao.\nHoa Mai"


@pytest.mark.parametrize(
    "announcement",
    [
        "Vào Th 2, 23 thg 11, 2026 vào lúc 09:05 Hoa Mai <hotro@hoamai.example> đã viết:",
        "Vào Th 2, 23 thg 11, 2026 vào lúc 09:05 Hoa Mai\n<hotro@hoamai.example> đã viết:",
        "Vào 09:05, T2, 23 thg 11, 2026 Hoa Mai <hotro@hoamai.example>\nđã viết:",
        "Vào ngày 23 thg 11, 2026, lúc 09:05, Hoa Mai <hotro@hoamai.example> đã viết:",
        "Vào lúc 09:05 ngày 23/11/2026, Hoa Mai đã viết:",
        "On Mon, Nov 23, 2026 at 9:05 AM Hoa Mai <hotro@hoamai.example> wrote:",
        "On Mon, Nov 23, 2026 at 9:05 AM Hoa Mai <\nhotro@hoamai.example> wrote:",
        "On 23 Nov 2026, at 09:05, Hoa Mai wrote:",
        "Le lun. 23 nov. 2026 à 09:05, Hoa Mai <hotro@hoamai.example> a écrit :",
        "Am Mo., 23. Nov. 2026 um 09:05 Uhr schrieb Hoa Mai <hotro@hoamai.example>:",
        "2026年11月23日(月) 9:05 Hoa Mai <hotro@hoamai.example>:",
        "пн, 23 нояб. 2026 г. в 09:05, Hoa Mai <hotro@hoamai.example>:",
    ],
)
def test_an_announced_and_marked_quote_goes(announcement: str) -> None:
    assert reply_text(f"{WORDS}\n\n{announcement}\n\n{QUOTED}\n") == WORDS


@pytest.mark.parametrize(
    "announcement",
    [
        "Vào Th 2, 23 thg 11, 2026 vào lúc 09:05 Hoa Mai <hotro@hoamai.example> đã viết:",
        "-----Tin nhắn gốc-----\nTừ: Hoa Mai\nNgày gửi: 23/11/2026 09:05\nĐến: Lan",
        "---------- Forwarded message ---------",
        "________________________________\nTừ: Hoa Mai <hotro@hoamai.example>\n"
        "Đã gửi: Thứ Hai, 23 Tháng Mười Một 2026 09:05 SA\nĐến: Lan\nChủ đề: Đơn HM-207",
        "From: Hoa Mai\nSent: Monday, November 23, 2026 9:05 AM\nTo: Lan\nSubject: HM-207",
        "*From:* Hoa Mai [mailto:hotro@hoamai.example]\n*Sent:* Monday\n*To:* Lan\n*Subject:* HM",
        "— Trả lời phía trên dòng này / Please reply above this line —",
        # Apple, Yahoo, Zoho, Zimbra, Outlook on the web, and a phone's own mail program.
        "Vào 23 thg 11, 2026, lúc 09:05, Hoa Mai <hotro@hoamai.example> đã viết:",
        "Vào Thứ Hai, 23 tháng 11, 2026 lúc 09:05:12 GMT+7, Hoa Mai\n"
        "<hotro@hoamai.example> đã viết:",
        "---- Vào Th 2, 23 thg 11 2026 09:05:12 +0700 Hoa Mai <hotro@hoamai.example> đã viết ----",
        '----- Thư gốc -----\nTừ: "Hoa Mai" <hotro@hoamai.example>\n'
        'Tới: "Lan" <lan@khach.example>\nĐã gửi: Thứ hai, 23 Tháng mười một, 2026 9:05:12 SA\n'
        "Tiêu đề: Đơn HM-207",
        "Từ: Hoa Mai <hotro@hoamai.example>\nNgày: Thứ Hai, 23 tháng 11, 2026 lúc 09:05\n"
        "Tới: Lan <lan@khach.example>\nTiêu đề: Đơn HM-207",
        "-------- Tin nhắn gốc --------\nTừ: Hoa Mai <hotro@hoamai.example>\n"
        "Ngày: 23/11/2026 09:05 (GMT+07:00)\nTới: lan@khach.example\nTiêu đề: Đơn HM-207",
    ],
)
def test_an_unmarked_quote_goes_where_the_announcement_is_sure(announcement: str) -> None:
    assert reply_text(f"{WORDS}\n\n{announcement}\n\n{UNMARKED}\n") == WORDS


@pytest.mark.parametrize(
    "own",
    [
        'Vào hôm qua nhân viên của bạn đã viết: "giao trong ngày".\nVẫn chưa thấy gì.',
        "Em đọc tin lúc 10:20 ngày 3/6/2026 bên bạn viết:\nmai giao\nMà chưa thấy.",
        "Vào lúc 10:20 ngày 03/06/2026, nhân viên của bạn đã viết:\nmai giao\nMà chưa thấy.",
        "On Monday 3 June your colleague wrote:\nwe deliver tomorrow\nBut nothing came.",
        "Từ: quận 1\nĐến: quận 7\nXin báo giá giao hàng.",
        "Từ: Hà Nội\nĐến: Đà Nẵng\nNgày: 23/11/2026\nSố khách: 2",
        "> áo dài đỏ còn không?\nCòn thì em lấy hai cái ạ.",
        "> chỉ có một câu trích",
        "----- Đơn hàng -----\n2 áo\n1 quần",
        "Em muốn đặt:\n--\n2 áo thun\n3 quần",
        "Gửi từ bưu điện quận 3 giúp em",
        "Gửi từ cửa hàng điện thoại quận 3",
        "Tổng: 5\n=====\nCảm ơn",
        "🎉",
        ":)",
        "---",
        "Sent from my iPhone",
    ],
)
def test_words_of_the_writer_are_never_lost(own: str) -> None:
    assert reply_text(own) == own
    assert reply_text(f"Chào shop,\n{own}\nCảm ơn").split() == f"Chào shop, {own} Cảm ơn".split()


@pytest.mark.parametrize(
    "last_line", ["Em cần gấp.", "Em đặt 2 áo hôm 12/5", "Vào lúc 10:20 em gọi mà không ai nghe"]
)
def test_a_sentence_right_above_an_announcement_stays(last_line: str) -> None:
    announcement = "Vào 09:05, T2, 23 thg 11, 2026 Hoa Mai <hotro@hoamai.example> đã viết:"
    assert reply_text(f"{last_line}\n{announcement}\n{QUOTED}") == last_line
    assert reply_text(f"Chào\n{last_line}\n{announcement}\n{UNMARKED}") == f"Chào\n{last_line}"


def test_an_answer_below_the_quote_is_kept_alone() -> None:
    assert reply_text(f"On 23 Nov 2026, at 09:05, Hoa Mai wrote:\n{QUOTED}\n\n{WORDS}") == WORDS


def test_answers_between_quoted_lines_keep_what_they_answer() -> None:
    text = "Em trả lời bên dưới.\n\nOn 23 Nov 2026 Minh wrote:\n> Size nào?\nM ạ\n> Màu gì?\nĐỏ ạ"
    assert reply_text(text) == "Em trả lời bên dưới.\n\n> Size nào?\nM ạ\n> Màu gì?\nĐỏ ạ"


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nNguyễn Lan\nlan@khach.example",
        "\n--\nNguyễn Lan",
        "Đã gửi từ iPhone của tôi",
        "Gửi từ Outlook cho Android<https://aka.ms/x>",
        "Sent from my Samsung Galaxy smartphone",
        "-------",
    ],
)
def test_a_signature_goes(signature: str) -> None:
    assert reply_text(f"{WORDS}\n{signature}") == WORDS


@pytest.mark.parametrize(
    "html",
    [
        "<div>Em nhận được áo rồi ạ.</div><div>Cho em đổi size M nhé.</div>"
        '<div class="gmail_quote"><div class="gmail_attr">Vào 09:05, T2, 23 thg 11, 2026 Hoa Mai '
        '&lt;<a href="mailto:x">hotro@hoamai.example</a>&gt; đã viết:<br></div>'
        "<blockquote class='gmail_quote'>Chào</blockquote></div>",
        "<p>Em nhận được áo rồi ạ.<br>Cho em đổi size M nhé.</p><div>On 23 Nov 2026, at 09:05, "
        'Minh wrote:</div><blockquote type="cite"><div>Chào</div></blockquote>',
        "Em nhận được áo rồi ạ.<br>Cho em đổi size M nhé.<div id='divRplyFwdMsg'>"
        "<b>Từ:</b> Hoa Mai<br><b>Đã gửi:</b> 23/11/2026<br><b>Đến:</b> Lan<br>"
        "<b>Chủ đề:</b> HM-207</div><p>Chào</p>",
        "Em nhận được áo rồi ạ.<br>Cho em đổi size M nhé."
        "<div class='yahoo_quoted'>Minh viết<p>Chào</p></div>",
    ],
    ids=["gmail", "apple", "outlook", "yahoo"],
)
def test_html_quotes_go(html: str) -> None:
    assert reply_text(html_to_text(html)) == WORDS


def test_html_below_a_badly_nested_quote_is_the_writers() -> None:
    html = "<blockquote type=cite><div>Size nào?</blockquote>Size M ạ</div></div>"
    assert html_to_text(html) == "> Size nào?\n\nSize M ạ"


def test_an_own_indent_is_no_quote() -> None:
    assert ">" not in html_to_text("Địa chỉ:<blockquote>12 Lê Lợi</blockquote>")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sent from my iPhone",
        QUOTED,
        "— Trả lời phía trên dòng này / Please reply above this line —\nChào",
        "On 23 Nov 2026, at 09:05, Minh wrote:\n> — Please reply above this line —\n> Chào",
        f"From: Hoa Mai\nSent: Monday\nTo: Lan\nSubject: HM-207\n\n{UNMARKED}",
        f"Vào 09:05, T2, 23 thg 11, 2026 Hoa Mai <a@hoamai.example> đã viết:\n{UNMARKED}",
    ],
)
def test_an_empty_answer_has_no_own_words(text: str) -> None:
    assert own_words(text) == ""


@pytest.mark.parametrize(
    "announcement",
    [
        "On 23 Nov 2026, at 09:05, Hoa Mai wrote:",
        "Vào lúc 09:05 ngày 23/11/2026, Hoa Mai đã viết:",
        "Từ: Hoa Mai\nĐã gửi: 23/11/2026\nĐến: Minh\nChủ đề: Phiếu mới",
        "",
    ],
)
def test_above_the_marker_stands_the_whole_answer(announcement: str) -> None:
    marker = "— Trả lời phía trên dòng này / Please reply above this line —"
    assert own_words(f"{WORDS}\n\n{announcement}\n\n> {marker}\n> Khách: Lan") == WORDS
    assert own_words(f"{WORDS}\n\n{announcement}\n\n{marker}\nKhách: Lan") == WORDS


_LINES = st.sampled_from(
    ("Chào shop", "> trích", "", "On 3 May 2026 at 10:20 a <a@b.example> wrote:", "--", "-----",
     "Từ: a", "Đến: b", "Chủ đề: c", "-----Tin nhắn gốc-----", "Gửi từ iPhone", "a@b.example:")
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_LINES, max_size=30))
def test_what_is_left_was_there_and_is_never_nothing(lines: list[str]) -> None:
    kept = reply_text("\n".join(lines))
    assert bool(kept.strip()) == any(line.strip() for line in lines)
    assert all(line in lines for line in kept.split("\n") if line)


_SLOW = {
    "alternating": "a\n> b\n" * 3_000,
    "announcements": "On 3 May 2026 at 10:20 a <a@b.c> wrote:\n> x\n" * 3_000,
    "labels": "From: a\n" * 6_000,
    "spaces": " " * 400_000,
    "blank lines": "\n" * 400_000,
    "one long line": "wrote: " * 60_000,
    "signatures": "-- \n" * 5_000,
    "marks": ">" * 300_000,
}


@pytest.mark.parametrize("text", _SLOW.values(), ids=_SLOW)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    reply_text(text)
    assert time.process_time() - started < 3
