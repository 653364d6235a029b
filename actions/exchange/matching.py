"""Which action of the plan each record speaks of; one action answers to one record."""

import re
from collections import defaultdict
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from actions.exchange.fields import BY_KEY, as_text, read_fingerprint
from actions.exchange.interpret import Wanted
from actions.exchange.outline import Outline
from actions.exchange.reading.records import Record
from actions.exchange.words import folded
from actions.models import Action
from ctg.numbers import whole_number

ALIKE = 95


class Matcher:
    def __init__(self, actions: Sequence[Action], outline: Outline) -> None:
        self.outline = outline
        current_first = sorted(actions, key=lambda action: action.archived_at is not None)
        self.by_pk = {action.pk: action for action in current_first}
        self.by_code = {action.code: action for action in current_first}
        self.by_title: dict[str, list[Action]] = defaultdict(list)
        for action in current_first:
            self.by_title[folded(action.title)].append(action)
        self.taken: dict[int, Record] = {}

    def known(self, record: Record) -> Action | None:
        """By the identifier of our own exports."""
        text = _first(record, "id")
        action = self.by_pk.get(whole_number(text))
        return action if action and _agrees(record, action) else None

    def match(self, records: Sequence[tuple[Record, Wanted]]) -> list[Action | None]:
        """The surest first: a title met twice in the file goes where its objective is."""
        found: dict[int, Action] = {}
        for search in (self._by_id, self._by_title_and_more, self._by_title, self._nearly):
            for number, (record, wanted) in enumerate(records):
                if number not in found and (action := search(record, wanted)):
                    if action.pk not in self.taken:
                        self.taken[action.pk] = record
                        found[number] = action
        return [found.get(number) for number in range(len(records))]

    def _by_id(self, record: Record, wanted: Wanted) -> Action | None:
        return self.known(record)

    def _by_title_and_more(self, record: Record, wanted: Wanted) -> Action | None:
        code = wanted.values.get("code")
        for action in self._titled(wanted):
            if action.code == code or (wanted.place and self._stands_there(action, wanted)):
                return action
        action = self.by_code.get(code) if code else None
        title = folded(wanted.values.get("title", ""))
        if action and title and _alike(title, folded(action.title), 70):
            return action
        return None

    def _titled(self, wanted: Wanted) -> list[Action]:
        return self.by_title.get(folded(wanted.values.get("title", "")), [])

    def _stands_there(self, action: Action, wanted: Wanted) -> bool:
        return self.outline.place(wanted.place, action) is self.outline.of(action)

    def _by_title(self, record: Record, wanted: Wanted) -> Action | None:
        free = [action for action in self._titled(wanted) if action.pk not in self.taken]
        return free[0] if len(free) == 1 else None

    def _nearly(self, record: Record, wanted: Wanted) -> Action | None:
        title = folded(wanted.values.get("title", ""))
        if len(title) < 12:
            return None
        close = process.extractOne(
            title, self.by_title.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE
        )
        if not close or not _alike(title, close[0], ALIKE):
            return None
        free = [action for action in self.by_title[close[0]] if action.pk not in self.taken]
        return free[0] if len(free) == 1 else None


def _first(record: Record, key: str) -> str:
    told = record.told.get(key)
    return as_text(told[0].value) if told else ""


def _agrees(record: Record, action: Action) -> bool:
    """Another site has the same numbers: the code or the title must be this action’s too."""
    marks = read_fingerprint(_first(record, "fingerprint"))
    if marks:
        return any(
            marks.get(key) == BY_KEY[key].mark(getattr(action, key)) for key in ("code", "title")
        )
    title = fuzz.ratio(folded(_first(record, "title")), folded(action.title))
    return _first(record, "code") == action.code or title > 60


def _alike(title: str, other: str, least: int) -> bool:
    """« Phase 1 » and « Phase 2 » are two actions."""
    same_figures = re.findall(r"\d+", title) == re.findall(r"\d+", other)
    return same_figures and fuzz.ratio(title, other) >= least
