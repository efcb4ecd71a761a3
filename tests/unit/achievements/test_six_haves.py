"""What a platform lacks before it is certified, and how many tenants it has."""

from datetime import date

import pytest

from services.achievements.rules.platforms import PlatformKind
from services.achievements.rules.six_haves import (
    SixHave,
    Stay,
    count_most_tenants,
    count_tenants,
    find_full_day,
    list_missing,
)
from services.achievements.store.checks import get_needed_haves

MARCH, JUNE, SEPTEMBER = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)


@pytest.mark.parametrize("kind", PlatformKind)
def test_every_kind_of_platform_needs_the_six(kind: PlatformKind) -> None:
    assert get_needed_haves(kind) == set(SixHave)


def test_what_lacks_is_listed_in_the_order_of_the_six() -> None:
    given = ["staff", "investment"]

    assert list_missing(given, set(SixHave)) == (
        SixHave.SITE,
        SixHave.EQUIPMENT,
        SixHave.RULES,
        SixHave.RESULTS,
    )
    assert list_missing(given, {SixHave.STAFF}) == ()


def test_the_day_of_leaving_is_no_longer_a_day_of_the_stay() -> None:
    stays = [Stay(MARCH, JUNE), Stay(JUNE, None)]

    assert count_tenants(stays, JUNE) == 1
    assert count_most_tenants(stays, MARCH) == 1
    assert count_most_tenants([*stays, Stay(SEPTEMBER, None)], MARCH) == 2


def test_a_new_stay_is_refused_on_the_first_full_day() -> None:
    stays = [Stay(MARCH, None), Stay(JUNE, SEPTEMBER)]

    assert find_full_day(stays, Stay(MARCH, None), 2) == JUNE
    assert find_full_day(stays, Stay(SEPTEMBER, None), 2) is None
    assert find_full_day(stays, Stay(MARCH, JUNE), 2) is None
