"""Phone numbers as platforms write them, made E.164."""


def to_e164(written: str) -> str | None:
    """Return `written` as `+84…`, or None when no telephone could have that number.

    Platforms leave out the plus (`84912345678`); a leading zero is the Vietnamese trunk prefix.
    """
    # Only a shared contact needs this: its metadata is not loaded at start-up.
    import phonenumbers

    number = written.strip()
    if not number.startswith(("+", "0")):
        number = f"+{number}"
    try:
        parsed = phonenumbers.parse(number, "VN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
