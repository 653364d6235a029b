from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

STORY_DAY = date(2023, 3, 14)
FIRST_YEAR, LAST_YEAR = 2020, 2022
PLAN_ADOPTED_ON = date(2021, 4, 15)


@dataclass(frozen=True)
class Story:
    """When things happen.

    The story stops on 14 March 2023. What is past by then keeps its real date. What is ahead —
    the end of the open campaign, the convened meeting, what decisions still ask for — stays
    ahead of the reader: it is dated from the day of loading, so that the demonstration makes
    sense at any time.
    """

    years: range
    today: date

    @property
    def last(self) -> int:
        return self.years[-1]

    def ahead(self, day: date) -> date:
        """Five weeks after as long as the story says, on the same day of the week."""
        if day <= STORY_DAY:
            return day
        return day + timedelta(weeks=(self.today - STORY_DAY).days // 7 + 5)

    def lately(self, day: date) -> date:
        """Days of the story’s last weeks: as long before today as they were before its end."""
        if day.year < STORY_DAY.year:
            return day
        return day + timedelta(weeks=(self.today - STORY_DAY).days // 7)

    def campaign_dates(self, year: int) -> dict[str, date]:
        if year == self.last:
            days = {"opens_on": -32, "reminds_on": 2, "closes_on": 12, "validates_on": 26}
            return {name: self.today + timedelta(days=count) for name, count in days.items()}
        return {
            "opens_on": date(year + 1, 1, 11),
            "reminds_on": date(year + 1, 2, 8),
            "closes_on": date(year + 1, 2, 26),
            "validates_on": date(year + 1, 3, 19),
        }


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), timezone.get_default_timezone())


def some_day(draw: Random, first: date, last: date) -> date:
    return first + timedelta(days=draw.randint(0, max(0, (last - first).days)))


def some_instant(draw: Random, first: date, last: date) -> datetime:
    """Within working hours."""
    return at(some_day(draw, first, last), draw.randint(9, 17), draw.randrange(60))


def month_start(label: str) -> date:
    return date.fromisoformat(f"{label}-01")


def month_end(label: str) -> date:
    return (month_start(label) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def between(first: date, last: date, share: float) -> date:
    return first + timedelta(days=round((last - first).days * share))
