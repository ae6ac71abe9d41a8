"""The connected accounts, and what ails them."""

from chalice import Response

from chalicelib.api import answers
from chalicelib.entrypoints.api.call import Call, written


def list_accounts(call: Call) -> Response:
    desk = call.wired.desk()
    healths = call.wired.healths.of((each.channel, each.account) for each in desk.accounts)
    pairs = zip(desk.accounts, healths, strict=True)
    return written(answers.Accounts(accounts=[answers.Account.of(*pair) for pair in pairs]))
