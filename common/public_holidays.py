"""Public holidays by country (ISO 3166), from the `holidays` package, which is loaded when first asked for."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache


@lru_cache(maxsize=256)
def public_holidays(country: str, first_year: int, last_year: int) -> frozenset[date]:
    """The days off of a country in these years, both included; none where the country is unknown or not set."""
    return frozenset(named_holidays(country, first_year, last_year))


@lru_cache(maxsize=256)
def named_holidays(country: str, first_year: int, last_year: int) -> Mapping[date, str]:
    """The same with their names, in English where the package has them."""
    if not country:
        return {}
    import holidays

    years = range(first_year, last_year + 1)
    try:
        return dict(holidays.country_holidays(country, years=years, language=_english(country)))
    except NotImplementedError:
        return {}


def _english(country: str) -> str | None:
    """The English spelling the package offers for a country; None: its own language."""
    import holidays

    offered = holidays.list_localized_countries().get(country, [])
    return next((language for language in offered if language.startswith("en")), None)


@lru_cache(maxsize=1)
def list_countries() -> frozenset[str]:
    """Countries whose public holidays are known, two capital letters each."""
    import holidays

    return frozenset(code for code in holidays.list_supported_countries() if len(code) == 2)
