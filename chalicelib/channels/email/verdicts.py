"""What SES itself found out about a mail, read from the headers it puts on top and no others.

SES acts on none of its verdicts, and a sender may write the same headers lower down. SES's own
stand above everything the sender wrote, in one block that ends with `X-SES-RECEIPT`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.channels.email.headers import addresses
from chalicelib.channels.email.mail import Mail

_BLOCK = {
    "return-path",
    "received",
    "x-ses-spam-verdict",
    "x-ses-virus-verdict",
    "received-spf",
    "authentication-results",
    "x-ses-receipt",
}
_LAST = "x-ses-receipt"
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
_SIGNED_BY = re.compile(r"\bheader\.(?:i=[^\s;@]*@|d=)([\w.-]+)", re.IGNORECASE)
_FROM_DOMAIN = re.compile(r"\bheader\.from=([\w.-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """SES's findings: `PASS`, `FAIL`, `GRAY`… for content, `pass`, `fail`, `none`… for the sender.

    `""` is no finding, which proves nothing. `dkim_domains` are those whose signature passed,
    `dmarc_domain` the one DMARC was asked about.
    """

    spam: str = ""
    virus: str = ""
    spf: str = ""
    dkim_domains: tuple[str, ...] = ()
    dmarc: str = ""
    dmarc_domain: str = ""

    @property
    def is_harmful(self) -> bool:
        return "FAIL" in (self.spam, self.virus)

    def proves(self, domain: str) -> bool:
        """Tell whether the mail was proven to come from `domain`: DMARC, or an aligned DKIM."""
        if self.dmarc == "fail":
            return False
        if self.dmarc == "pass" and _aligned(self.dmarc_domain, domain):
            return True
        return any(_aligned(signer, domain) for signer in self.dkim_domains)


def read_verdicts(mail: Mail) -> Verdicts:
    """Return SES's findings about `mail`; none at all where its block isn't whole."""
    block = dict(_ses_block(mail))
    if _LAST not in block:
        return Verdicts()
    results = _results(block.get("authentication-results", ""))
    return Verdicts(
        spam=block.get("x-ses-spam-verdict", "").upper(),
        virus=block.get("x-ses-virus-verdict", "").upper(),
        spf=_worst(results, "spf"),
        dkim_domains=tuple(_passing_signers(results)),
        dmarc=_worst(results, "dmarc"),
        dmarc_domain=_dmarc_domain(results),
    )


def is_authentic(mail: Mail, address: str) -> bool:
    """Tell whether `mail` is proven to be from `address`, and neither spam nor a virus.

    Exactly one From with exactly one address is asked for: with two, who wrote is anyone's guess.
    """
    senders = [each.spec for header in mail.all("from") for each in addresses(header)]
    if senders != [address.lower()] or len([*mail.all("from")]) != 1:
        return False
    verdicts = read_verdicts(mail)
    return not verdicts.is_harmful and verdicts.proves(address.lower().rpartition("@")[2])


def _ses_block(mail: Mail) -> Iterator[tuple[str, str]]:
    """Yield SES's headers: from the top, each once, nothing else between, up to its receipt."""
    seen: set[str] = set()
    for name, value in mail.headers:
        if name not in _BLOCK or name in seen:
            return
        seen.add(name)
        yield name, value
        if name == _LAST:
            return


def _results(header: str) -> list[tuple[str, str, str]]:
    """Return (method, result, the rest) of each finding.

    A quote could smuggle a `;` in through the envelope address, so a header with one says nothing.
    """
    server, _, findings = header.partition(";")
    if server.strip().lower() != "amazonses.com" or '"' in findings or "\\" in findings:
        return []
    parts = _COMMENT.sub(" ", findings).split(";")
    found = ((part, _RESULT.match(part)) for part in parts)
    return [(m.group(1).lower(), m.group(2).lower(), part[m.end() :]) for part, m in found if m]


def _worst(results: list[tuple[str, str, str]], method: str) -> str:
    """Return the result of `method`; where there are several, `pass` only if all are."""
    values = [result for name, result, _ in results if name == method]
    return next((value for value in values if value != "pass"), values[0] if values else "")


def _passing_signers(results: list[tuple[str, str, str]]) -> Iterator[str]:
    for name, result, rest in results:
        if name == "dkim" and result == "pass" and (found := _SIGNED_BY.search(rest)):
            yield found.group(1).lower()


def _dmarc_domain(results: list[tuple[str, str, str]]) -> str:
    domains = {
        found.group(1).lower()
        for name, _, rest in results
        if name == "dmarc" and (found := _FROM_DOMAIN.search(rest))
    }
    return domains.pop() if len(domains) == 1 else ""


def _aligned(one: str, other: str) -> bool:
    """Tell whether two domains are the same or one lies within the other (relaxed alignment)."""
    if "." not in one or "." not in other:
        return False
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
