"""`deskctl classify …`: what the desk would take a message for, and why."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chalicelib.bootstrap import Frontline
from chalicelib.channels.registry import ADAPTERS
from chalicelib.config.document import decode, load
from chalicelib.config.suggestions import nearest
from chalicelib.desk.model import Desk
from chalicelib.domain.messages import Surface
from chalicelib.domain.text import LANGUAGES, Text
from chalicelib.errors import NotFoundError
from chalicelib.routing.classify import Classification, Said, classify
from chalicelib.routing.explain import KeywordFound, RuleConsidered, explain
from infra.deskctl.report import Report, columns

DECIDED_BY: Mapping[str, str] = {
    "rule": "quy tắc · a rule",
    "named": "hệ thống bên gửi · the sender's own system",
    "keyword": "từ khóa dài nhất · the longest keyword",
    "channel": "loại riêng của kênh · the channel's own type",
    "default": "không có gì nói khác · nothing tells another",
}


def answer(asked: argparse.Namespace, cloud: Callable[[], Frontline]) -> Report:
    """Classify what was asked under a file's desk, or the one in force."""
    desk = _read(asked.desk) if asked.desk else cloud().desks.current().desk
    said = Said(
        text=asked.text,
        channel=asked.channel,
        account=_known_account(asked.account, desk),
        surface=asked.surface,
        language=asked.language,
        tier=asked.tier,
        choice=asked.choice,
        fields=dict(asked.field),
        rating=asked.rating,
    )
    return tell(said, desk)


def tell(said: Said, desk: Desk) -> Report:
    """Tell what becomes of a message, and below it all that was looked at."""
    found = classify(said, desk.rules, desk.request_types, desk.default_request_type)
    considered = explain(said, desk.rules, desk.request_types)
    rules = [one for one in considered if isinstance(one, RuleConsidered)]
    keywords = [one for one in considered if isinstance(one, KeywordFound)]
    outcome = _outcome(found, desk)
    lines = (
        *columns(_rows(outcome)),
        *_below("quy tắc đã xét, vướng ở · rules considered, fell at", map(_fate, rules)),
        *_below("từ khóa đã thấy, độ dài · keywords found, length", map(_sight, keywords)),
    )
    looked_at = {"rules": list(map(asdict, rules)), "keywords": list(map(asdict, keywords))}
    return Report(lines, {**outcome, **looked_at})


def _read(file: Path) -> Desk:
    return load(decode(file.read_bytes(), str(file)), str(file))


def _known_account(account: str, desk: Desk) -> str:
    known = [one.account for one in desk.accounts]
    if account and account not in known:
        hint = nearest(account, dict.fromkeys(known))
        raise NotFoundError(f"không có tài khoản “{account}” · no account “{account}”. {hint}")
    return account


def _outcome(found: Classification, desk: Desk) -> dict[str, Any]:
    kind = desk.request_types[found.request_type]
    return {
        "request_type": found.request_type,
        "name": kind.name,
        "team": kind.team,
        "team_name": desk.teams[kind.team].name,
        "priority": found.priority or kind.priority,
        "product": found.product,
        "skills": list(dict.fromkeys((*kind.skills, *found.skills))),
        "rule": found.rule,
        "by": found.by,
        "matched": found.matched,
    }


def _rows(outcome: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "loại · type", f"{outcome['request_type']} ({_both(outcome['name'])})"
    yield "nhóm · team", f"{outcome['team']} ({_both(outcome['team_name'])})"
    yield "ưu tiên · priority", outcome["priority"]
    yield "sản phẩm · product", outcome["product"] or "–"
    yield "kỹ năng · skills", ", ".join(outcome["skills"]) or "–"
    yield "quy tắc · rule", outcome["rule"] or "–"
    yield "căn cứ · decided by", _with(DECIDED_BY[outcome["by"]], outcome["matched"])


def _below(title: str, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield a list below its title; nothing where it is empty."""
    if listed := list(rows):
        yield title
        yield from columns(listed)


def _fate(rule: RuleConsidered) -> tuple[str, ...]:
    if rule.failed:
        return "  ✗", rule.rule, rule.failed
    return "  ✓", rule.rule, _with("đúng hết · holds", rule.matched)


def _sight(keyword: KeywordFound) -> tuple[str, ...]:
    return f"  {keyword.request_type}", f"“{keyword.keyword}”", str(keyword.length)


def _with(words: str, matched: str | None) -> str:
    return f"{words}: “{matched}”" if matched else words


def _both(name: Text) -> str:
    return " · ".join(dict.fromkeys(name[language] for language in LANGUAGES))


def _field(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError("viết tên=giá trị · write name=value")
    return name, value


ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "text": {"metavar": "TEXT", "help": "lời của khách · what the customer says"},
    "--desk": {
        "type": Path,
        "metavar": "FILE",
        "help": "mặc định: cấu hình đang dùng · a desk.yaml; default: the desk in force",
    },
    "--channel": {
        "choices": sorted(ADAPTERS),
        "default": "",
        "metavar": "CHANNEL",
        "help": "khách viết trên kênh nào · where it was said: %(choices)s",
    },
    "--account": {
        "default": "",
        "metavar": "ACCOUNT",
        "help": "tài khoản nhận, như trong desk.yaml · the account that got it, as in desk.yaml",
    },
    "--surface": {
        "choices": [one.value for one in Surface],
        "default": Surface.DIRECT.value,
        "help": "nói riêng hay công khai · in private or in public; default: %(default)s",
    },
    "--language": {
        "metavar": "CODE",
        "help": "vi, en…, mặc định đoán từ lời · default: what the words look like",
    },
    "--tier": {"metavar": "TIER", "help": "hạng khách · the customer's tier: vip"},
    "--choice": {
        "metavar": "PAYLOAD",
        "help": "nút đã bấm mang gì · what the button that was pressed carries",
    },
    "--field": {
        "type": _field,
        "action": "append",
        "default": [],
        "metavar": "NAME=VALUE",
        "help": "một ô của biểu mẫu, viết được nhiều lần · a field of a form; may be repeated",
    },
    "--rating": {
        "type": int,
        "choices": range(1, 6),
        "metavar": "STARS",
        "help": "số sao của đánh giá, 1–5 · the stars of a review, 1–5",
    },
}
