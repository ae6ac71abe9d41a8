"""Public holidays of a country, from the `holidays` package.

Where a government moves a working day (Viet Nam: Monday 31 August 2026 is off, Saturday 22 August
is worked instead), the day off is a holiday here. The day worked instead is not opened by itself,
since a desk's hours for it are its own: it belongs into the calendar's `exceptions`, and so do
days off that are announced only after the package was released.
"""

from datetime import date
from functools import lru_cache

from chalicelib.errors import ConfigurationError


def is_holiday(country: str, day: date) -> bool:
    """Return whether `day` is a public holiday. Raises `ConfigurationError`."""
    return day in _holidays_of(country, day.year)


def is_known(country: str) -> bool:
    """Return whether the package has the country's holidays."""
    # Imported when used: most cold starts need no holiday, and the package is slow to import.
    import holidays

    return country in holidays.list_supported_countries()


@lru_cache(maxsize=256)
def _holidays_of(country: str, year: int) -> frozenset[date]:
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError as error:
        raise ConfigurationError(
            f"no public holidays are known for {country!r}: write a code such as VN"
        ) from error
