"""The Subject of a mail, folded so that every mail program reads it as it was written."""

from email.header import Header

from chalicelib.domain.plain import header_text


def subject_line(subject: str) -> bytes:
    r"""Return the whole header line, `\r\n` included, folded by the older of two encoders.

    The newer one loses the space where it breaks a long encoded text (seen in Python 3.11).
    """
    safe = header_text(subject)
    charset = "us-ascii" if safe.isascii() else "utf-8"
    encoded = Header(safe, charset, maxlinelen=76, header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {encoded}\r\n".encode("ascii")
