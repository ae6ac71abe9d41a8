"""Times as a person says them, in his language and time zone."""

from datetime import datetime, tzinfo

WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
TODAY = {"vi": ("hôm nay", "ngày mai"), "en": ("today", "tomorrow")}


def spoken(at: datetime, now: datetime, zone: tzinfo, language: str) -> str:
    """Return a time as `14:30 hôm nay`, `09:00 ngày mai` or `09:00 thứ Hai 23/11`."""
    local = at.astimezone(zone)
    days_ahead = (local.date() - now.astimezone(zone).date()).days
    clock = f"{local.hour:02}:{local.minute:02}"
    if days_ahead in (0, 1):
        return f"{clock} {TODAY[language][days_ahead]}"
    return f"{clock} {WEEKDAYS[language][local.weekday()]} {local.day:02}/{local.month:02}"
