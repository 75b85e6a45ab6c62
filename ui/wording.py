"""What a person is told in every face in the same words."""

from datetime import date

from rag.types import TimeRange

UNFORESEEN = "Something went wrong inside the server. Try again; its log says more under this request id."


def spoken_range(time: TimeRange) -> str:
    """ "1 Mar 2019 to 31 May 2019", "from 1 Mar 2019 on", "up to 31 May 2019"."""
    first, last = spoken_day(time.start), spoken_day(time.end)
    if time.relation == "since":
        return f"from {first} on"
    if time.relation == "before":
        return f"up to {last}"
    return first if first == last else f"{first} to {last}"


def spoken_day(day: date) -> str:
    """ "1 Mar 2019"."""
    return f"{day.day} {day:%b %Y}"


def more_passages(count: int) -> str:
    """ "2 more passages"; "" for none."""
    return f"{count} more passage{'' if count == 1 else 's'}" if count else ""
