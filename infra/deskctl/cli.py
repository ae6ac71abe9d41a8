"""The command line: does what is asked and tells the outcome, or what stood in the way."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
)
from pydantic import ValidationError

from chalicelib.bootstrap import Frontline
from chalicelib.config.problems import DeskError
from chalicelib.errors import FrontlineError
from infra.deskctl.commands import parser
from infra.deskctl.report import REFUSED, UNUSABLE, Report, problems
from infra.deskctl.stage import StageError, connect

WORDS: Mapping[type[Exception], str] = {
    FileNotFoundError: "không có tệp này · no such file: {0.filename}",
    IsADirectoryError: "đây là thư mục, cần một tệp · a folder, not a file: {0.filename}",
    PermissionError: "không có quyền với tệp này · not allowed with this file: {0.filename}",
    NoRegionError: "chưa chọn vùng AWS, đặt AWS_DEFAULT_REGION hoặc --stage local · "
    "no AWS region, set AWS_DEFAULT_REGION; or take --stage local, after `make up`",
    NoCredentialsError: "chưa đăng nhập AWS, đặt AWS_PROFILE hoặc --stage local · "
    "no AWS credentials, set AWS_PROFILE; or take --stage local, after `make up`",
    EndpointConnectionError: "đám mây không trả lời, trên máy này thì `make up` · "
    "the cloud doesn't answer, on this machine `make up`: {0}",
}
"""What to say of an error that names neither the cause nor the remedy as a person would."""


def main(
    arguments: Sequence[str] | None = None, open_stage: Callable[[str], Frontline] = connect
) -> int:
    """Do what the arguments ask for and return the code for the shell."""
    asked = parser().parse_args(arguments)
    report = _answer(asked, lambda: open_stage(asked.stage))
    stream = sys.stderr if _is_complaint(report, asked) else sys.stdout
    try:
        print(report.render(asked.form), file=stream, flush=True)
    except BrokenPipeError:
        # Whoever reads it has seen enough, as `head` has; Python is not to try again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return report.code


def _answer(asked: argparse.Namespace, cloud: Callable[[], Frontline]) -> Report:
    try:
        report: Report = asked.answer(asked, cloud)
    except DeskError as error:
        return _problems(error)
    except StageError as error:
        return _failure(str(error), UNUSABLE)
    except FrontlineError as error:
        return _failure(str(error), REFUSED)
    except ValidationError as error:
        return _failure(f"phiên bản cũ không còn hợp lệ · no longer a valid desk: {error}", REFUSED)
    except (BotoCoreError, ClientError, OSError) as error:
        return _failure(_in_words(error), UNUSABLE)
    return report


def _problems(error: DeskError) -> Report:
    count = len(error.problems)
    closing = f"{count} lỗi, sửa rồi thử lại · {problems(count)}: mend the file and try again"
    data = [
        {name: getattr(one, name) for name in ("file", "line", "path", "message", "suggestion")}
        for one in error.problems
    ]
    return Report((*map(str, error.problems), closing), {"problems": data}, REFUSED)


def _in_words(error: Exception) -> str:
    return WORDS.get(type(error), f"{type(error).__name__}: {{0}}").format(error)


def _failure(words: str, code: int) -> Report:
    return Report((f"deskctl: {words}",), {"error": words}, code)


def _is_complaint(report: Report, asked: argparse.Namespace) -> bool:
    return bool(report.code) and asked.form == "text"
