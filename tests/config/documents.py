"""A small valid desk.yaml to break in many ways."""

VALID = """\
name: Hoa Mai
accounts:
  - channel: telegram
    account: hoa-mai
    name: Hoa Mai bot
    secrets: {bot_token: ssm:telegram/bot_token, secret_token: plain}
calendars:
  shop:
    time_zone: Asia/Ho_Chi_Minh
    week: {mon: [08:00-12:00, 13:30-17:30]}
    holidays: VN
agents:
  lan: {name: Lan, email: lan@hoamai.example, backup: minh}
  minh: {name: Minh, email: minh@hoamai.example}
teams:
  care: {name: Chăm sóc, calendar: shop, lead: minh, members: [lan, minh]}
request_types:
  advice: {name: Tư vấn, team: care, keywords: [tư vấn]}
default_request_type: advice
rules:
  - name: Gấp
    when: {says: [gấp], channel: [telegram], account: [hoa-mai], matches: ['#[0-9]+'], rating: [1]}
    then: {request_type: advice, priority: high}
policies:
  - name: Tư vấn
    match: {request_type: [advice]}
    targets: {first_response: 15m, resolution: 1h}
    reminders: [50%, 5m]
    escalation: {after: 10m, to: [backup, lead]}
"""


def line_of(part: str, text: str = VALID) -> int:
    """Return the number of the first line that has `part` in it."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)
