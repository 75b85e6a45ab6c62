from datetime import UTC, datetime, timedelta

import pytest

from index.extract.dates import find_date, read_timestamp


@pytest.mark.parametrize(
    ("shown", "date"),
    [
        ("4 August, 2017", "2017-08-04"),
        ("Fashion4 August, 2017", "2017-08-04"),
        ("By Jane Doe | 3 March 2021", "2021-03-03"),
        ("Nov. 18, 2019 at 9:24 pm ET • 2 min read", "2019-11-18"),
        ("Tuesday, November 19th, 2019 08:38 AM", "2019-11-19"),
        ("1er août 2017", "2017-08-01"),
        ("4. März 2019", "2019-03-04"),
        ("4 mei 2019", "2019-05-04"),
        ("4 de agosto de 2017", "2017-08-04"),
        ("14 settembre 2018", "2018-09-14"),
        ("2019-11-18T23:30:00+01:00", "2019-11-18T22:30:00Z"),
        ("2019-11-18 23:30", "2019-11-18"),
        ("[ 2019-11-18 23:30 ]", "2019-11-18"),
        ("18/08/2017", "2017-08-18"),
        ("08/18/2017", "2017-08-18"),
        ("04.08.2017", "2017-08-04"),
        ("2017/08/04", "2017-08-04"),
    ],
)
def test_dates_as_pages_show_them(shown: str, date: str) -> None:
    assert find_date(shown) == date


@pytest.mark.parametrize(
    "shown",
    [
        "04/08/2017",
        "© 2014-2025",
        "31 February 2018",
        "12 people 2018",
        "4 August",
        "August 2017",
        "2 hours ago",
        "4 August 1890",
        "+32 3 500 89 59",
        "",
    ],
)
def test_what_is_no_certain_date_is_none(shown: str) -> None:
    assert find_date(shown) is None


def test_never_in_the_future() -> None:
    later = datetime.now(UTC) + timedelta(days=2)
    assert find_date(later.strftime("%d %B %Y")) is None
    assert read_timestamp(later.isoformat()) is None
    assert find_date("3 March 2021", now=datetime(2021, 3, 2, tzinfo=UTC)) is None
    assert read_timestamp("2021-03-03T00:00:01Z", now=datetime(2021, 3, 3, tzinfo=UTC)) is None
    assert find_date("3 March 2021", now=datetime(2021, 3, 3, tzinfo=UTC)) == "2021-03-03"


def test_a_day_that_has_begun_in_the_east_is_not_in_the_future() -> None:
    """An outlet in Tokyo dates its pages by its own calendar."""
    evening = datetime(2021, 3, 2, 16, tzinfo=UTC)
    assert find_date("3 March 2021", now=evening) == read_timestamp("2021-03-03", now=evening) == "2021-03-03"


@pytest.mark.parametrize(
    ("field", "date"),
    [
        ("2017-01-03", "2017-01-03"),
        ("2017-01-03 23:02:17", "2017-01-03"),
        ("2017-01-03T23:02:17-05:00", "2017-01-04T04:02:17Z"),
        ("Fri, 04 Aug 2017 10:00:00 +0200", "2017-08-04T08:00:00Z"),
        ("April 5, 2017", "2017-04-05"),
        ("yesterday", None),
        ("2017", None),
        ("Mon, 1 Jan 2020 10:00:00 +99999999999999", "2020-01-01"),
        ("", None),
    ],
)
def test_fields_of_structured_data(field: str, date: str | None) -> None:
    assert read_timestamp(field) == date
