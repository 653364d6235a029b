"""From the cells of one record to the values it wants; each cell read, left out or asked about."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actions.exchange import cells
from actions.exchange.cells import Refused
from actions.exchange.fields import EVERYWHERE, as_text
from actions.exchange.labels import Labels, names_in
from actions.exchange.names import WHOLE_TERRITORY, Directory, New, Unanswered, directories
from actions.exchange.outline import Outline, parse_level
from actions.exchange.reading.records import HIERARCHY, Record, Told
from actions.exchange.words import folded
from actions.models import Action
from ctg.convention.models import Convention

LIMITS = {
    "title": 300,
    "description": 50_000,
    "expected_results": 50_000,
    "pilot_contact": 200,
    "elected_referent": 200,
    "calendar": 200,
    "status_reason": 5_000,
}
LINE_MOST = 200
NUMBERED = re.compile(
    r"^(?:(?:fiche[\s-]*)?action\s*(?:n°\s*)?(?P<code>[A-Z]?\d+(?:[.-]\d+)*)\s*[:.–—-]"
    r"|(?P<dotted>[A-Z]?\d+(?:\.\d+)+)\.?[\s:–—-])\s*(?P<title>\S.*)$",
    re.IGNORECASE,
)
PEOPLE = ("pilot", "co_pilots", "contributors", "funders")


@dataclass
class Wanted:
    """Values by key of aspects, the cells they came from, and what was not read."""

    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, list[Told]] = field(default_factory=dict)
    problems: list[tuple[str, Told, str]] = field(default_factory=list)
    place: dict[str, str] = field(default_factory=dict)


class Interpreter:
    def __init__(self, convention: Convention, answers: dict[str, dict[str, str]]) -> None:
        self.outline = Outline(convention)
        self.organizations, self.communes = directories(convention, answers)
        self.labels = {
            "themes": Labels("theme", {t.pk: t.label for t in convention.themes.all()}),
            "audiences": Labels("audience", {a.pk: a.label for a in convention.audiences.all()}),
            "findings": Labels("finding", {f.pk: f.text for f in convention.findings.all()}),
        }

        self.parsers = self._parsers()

    def read(self, record: Record, *, skip: Iterable[str] = ()) -> Wanted:
        """``skip``: the fields that the sheet says as the export did."""
        wanted = Wanted()
        told = {
            key: [one for one in said if one.value is not None]
            for key, said in record.told.items()
            if key not in skip
        }
        told = {key: said for key, said in told.items() if any(_says(one) for one in said)}
        for key, parse in self.parsers.items():
            if key in told:
                self._try(wanted, key, told[key], parse)
        self._number(wanted)
        self._when(wanted, told)
        self._status(wanted, told)
        self._indicators(wanted, told)
        self._levels(wanted, told)
        return wanted

    def _parsers(self) -> dict[str, Callable[[list[Told]], Any]]:
        def text(key):
            between = "\n" if key in ("description", "expected_results") else " · "
            return lambda told: cells.text_of(told, LIMITS[key], between=between)

        return {
            "title": lambda told: " ".join(
                cells.text_of(told, LIMITS["title"], between=" ").split()
            ),
            "code": lambda told: as_text(told[0].value).replace("/", "-")[:20],
            **{
                key: text(key)
                for key in ("description", "expected_results", "pilot_contact", "elected_referent")
            },
            "themes": lambda told: self._labelled("themes", told),
            "audiences": lambda told: self._labelled("audiences", told),
            "findings": lambda told: self._findings(told),
            "communes": self._communes,
            "other_stakes": self._other_stakes,
            "origin": lambda told: cells.origin_of(told[0].value),
            "is_blocked": lambda told: cells.yes_or_no(told[0].value),
            "steps": lambda told: [cells.step_of(one) for one in cells.lines_of(told, LINE_MOST)],
            **{key: self._people_of(key) for key in PEOPLE},
        }

    def _try(self, wanted: Wanted, key: str, told: list[Told], parse: Callable) -> None:
        wanted.sources[key] = told
        try:
            wanted.values[key] = parse(told)
        except Refused as refusal:
            wanted.problems.append((key, told[0], str(refusal)))
        except Unanswered as question:
            said = f"« {question} » : à préciser dans les questions."
            wanted.problems.append((key, told[0], said))
            if question.found and key != "communes":
                wanted.values[key] = question.found

    def _number(self, wanted: Wanted) -> None:
        """« 1.2.3 Ouvrir un lieu », « Action 4 : Ouvrir un lieu »: the code, then the title."""
        found = NUMBERED.match(wanted.values.get("title", ""))
        if found and "code" not in wanted.values:
            wanted.values["code"] = (found["dotted"] or found["code"])[:20]
            wanted.values["title"] = found["title"]
            wanted.sources["code"] = wanted.sources["title"]

    # People and places

    def _people_of(self, key: str) -> Callable[[list[Told]], list[int | New]]:
        return lambda told: self._found(told, self.organizations)

    def _found(self, told: list[Told], directory: Directory) -> list[int | New]:
        """Every name is looked up, so that every question is asked at once."""
        found: dict[int | New, None] = {}
        unanswered: Unanswered | None = None
        for one in told:
            for name in names_in([one], directory.knows):
                if cells.says_nothing(name):
                    continue
                try:
                    row = directory.find(name[:200], one.ref)
                except Unanswered as question:
                    unanswered = question
                else:
                    found |= {} if row is None else {row: None}
        if unanswered:
            unanswered.found = list(found)
            raise unanswered
        return list(found)

    def _communes(self, told: list[Told]) -> dict[str, Any]:
        texts = [as_text(one.value) for one in told]
        everywhere = {"scope": Action.Scope.TERRITORY, "communes": []}
        for text in texts:
            names = [folded(text), *(folded(name) for name in cells.split_names(text))]
            if folded(EVERYWHERE) in names or any(map(WHOLE_TERRITORY.search, names)):
                return everywhere
            organization = self.organizations._certain(text)
            if organization and organization not in self.communes.rows:
                return everywhere
        found = self._found(told, self.communes)
        if not found:
            raise Refused(f"« {texts[0]} » : aucune commune reconnue.")
        return {"scope": Action.Scope.COMMUNES, "communes": sorted(found)}

    # Labels and levels

    def _labelled(self, key: str, told: list[Told]) -> list[int | New]:
        labels = self.labels[key]
        return list(dict.fromkeys(labels.find(name) for name in names_in(told, labels.knows)))

    def _findings(self, told: list[Told]) -> list[int | New]:
        lines = cells.lines_of(told, 5_000)
        return list(dict.fromkeys(self.labels["findings"].find(line) for line in lines))

    def _other_stakes(self, told: list[Told]) -> list[int]:
        known = {folded(stake.title): stake.pk for stake in self.outline.stakes if stake.pk}
        found = []
        for name in (part for one in told for part in re.split(r"[;\n]", as_text(one.value))):
            _, title = parse_level("stake", name)
            if folded(title) not in known:
                raise Refused(f"« {name.strip()} » n’est pas un enjeu du plan.")
            found.append(known[folded(title)])
        return sorted(found)

    def _levels(self, wanted: Wanted, told: dict[str, list[Told]]) -> None:
        for level in HIERARCHY:
            if level not in told:
                continue
            text = as_text(told[level][0].value)
            try:
                parse_level(level, text)
            except Refused as refusal:
                wanted.problems.append((level, told[level][0], str(refusal)))
            else:
                wanted.place[level] = text
                wanted.sources[level] = told[level]

    # Time, status, indicators: where several columns say one thing

    def _when(self, wanted: Wanted, told: dict[str, list[Told]]) -> None:
        texts: list[str] = []
        days: dict[str, date] = {}
        for key in ("calendar", "starts_on", "ends_on"):
            for one in told.get(key, ()):
                wanted.sources.setdefault(key, []).append(one)
                try:
                    day = cells.day_of(one.value)
                except Refused as refusal:
                    wanted.problems.append((key, one, str(refusal)))
                    continue
                if day:
                    days["ends_on" if key == "calendar" else key] = day
                    continue
                texts.append(as_text(one.value))
                if key == "calendar" and (period := cells.period_of(texts[-1])):
                    days["starts_on"], days["ends_on"] = period
        self._continuous(wanted, told, texts, days)
        if days.get("starts_on") and days.get("ends_on") and days["ends_on"] < days["starts_on"]:
            end = (told.get("ends_on") or told["calendar"])[0]
            wanted.problems.append(("ends_on", end, "La fin précède le début."))
            del days["ends_on"]
        wanted.values |= {key: day.isoformat() for key, day in days.items()}
        if texts:
            self._calendar(wanted, told, " – ".join(dict.fromkeys(texts)))

    def _calendar(self, wanted: Wanted, told: dict[str, list[Told]], text: str) -> None:
        first = next(told[key][0] for key in ("calendar", "starts_on", "ends_on") if key in told)
        if len(text) > LIMITS["calendar"]:
            said = f"Texte trop long : {len(text)} signes, {LIMITS['calendar']} au plus."
            wanted.problems.append(("calendar", first, said))
        else:
            wanted.values["calendar"] = text
            wanted.sources.setdefault("calendar", [first])

    def _continuous(self, wanted, told, texts: list[str], days: dict[str, date]) -> None:
        if "is_continuous" in told:
            self._try(
                wanted,
                "is_continuous",
                told["is_continuous"],
                lambda said: cells.yes_or_no(said[0].value),
            )
        elif any(folded(text) in cells.CONTINUOUS for text in texts):
            wanted.values["is_continuous"] = True
        if wanted.values.get("is_continuous") and "ends_on" in days:
            del days["ends_on"]
            source = (told.get("ends_on") or told.get("calendar"))[0]
            wanted.problems.append(
                ("ends_on", source, "Une action continue n’a pas de date de fin.")
            )

    def _status(self, wanted: Wanted, told: dict[str, list[Told]]) -> None:
        if "progress" in told:
            self._try(
                wanted, "progress", told["progress"], lambda said: cells.progress_of(said[0].value)
            )
        if "status" in told:
            self._try(wanted, "status", told["status"], lambda said: cells.status_of(said[0].value))
            self._share(wanted, told)
        if "status_reason" in told:
            self._try(
                wanted,
                "status_reason",
                told["status_reason"],
                lambda said: cells.text_of(said, LIMITS["status_reason"]),
            )

    def _share(self, wanted: Wanted, told: dict[str, list[Told]]) -> None:
        """« En cours (40 %) » says the progress too."""
        if "progress" not in told and "status" in wanted.values:
            share = cells.share_in(told["status"][0].value)
            if share is not None:
                wanted.values["progress"] = share

    def _indicators(self, wanted: Wanted, told: dict[str, list[Told]]) -> None:
        lines: dict[str, list[str]] = {"quantitative": [], "qualitative": []}
        for key in ("quantitative", "qualitative", "indicators"):
            if key not in told:
                continue
            for line in cells.lines_of(told[key], LINE_MOST):
                nature = key if key != "indicators" else _nature(line)
                lines[nature].append(line)
                wanted.sources.setdefault(nature, told[key])
        for nature, said in lines.items():
            if said:
                wanted.values[nature] = [cells.indicator_of(line) for line in said]


def _nature(line: str) -> str:
    return "quantitative" if cells.is_counted(line) else "qualitative"


def _says(one: Told) -> bool:
    return not cells.says_nothing(as_text(one.value))
