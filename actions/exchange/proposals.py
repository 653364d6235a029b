"""What an import would do, line by line: shown to the person first, then done, the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Prefetch

from actions.exchange import aspects
from actions.exchange.exports import RELATED
from actions.exchange.fields import BY_KEY, FIELDS, as_text, read_fingerprint
from actions.exchange.interpret import Interpreter, Wanted
from actions.exchange.lines import CHANGED, CREATED, REFUSED, SAME, Cell, Proposal, Proposals
from actions.exchange.matching import Matcher
from actions.exchange.moves import refused_move
from actions.exchange.names import New
from actions.exchange.reading.records import HIERARCHY, Reading, Record, Told
from actions.exchange.wording import Wording, in_words, label_of, path, shortened
from actions.exchange.words import folded
from actions.models import Action
from ctg.convention.models import Commune, Convention


def propose(
    convention: Convention, reading: Reading, answers: Mapping[str, Mapping[str, str]]
) -> Proposals:
    return _Proposer(convention, answers).propose(reading.records)


class _Proposer:
    def __init__(self, convention: Convention, answers: Mapping[str, Mapping[str, str]]) -> None:
        self.convention = convention
        communes = Prefetch("communes", Commune.objects.defer("contour"))
        actions = list(
            convention.actions.select_related("operational_objective__strategic_objective__stake")
            .prefetch_related("themes", "partners__organization", communes, *RELATED)
            .in_plan_order()
        )
        self.interpreter = Interpreter(convention, answers)
        self.matcher = Matcher(actions, self.interpreter.outline)
        self.codes = {action.code for action in actions}
        self.next_number = 1
        self.new_titles: dict[tuple, Record] = {}
        self.wording = Wording(convention, self.interpreter)

    def propose(self, records: Sequence[Record]) -> Proposals:
        read = [(record, self._wanted(record)) for record in records]
        actions = self.matcher.match(read)
        lines = [
            self._line(record, wanted, action)
            for (record, wanted), action in zip(read, actions, strict=True)
        ]
        return Proposals(lines, self.interpreter)

    def _wanted(self, record: Record) -> Wanted:
        """Of an edited export, only the cells that were edited since."""
        action = self.matcher.known(record)
        marks = self._marks(record) if action else {}
        untouched = {
            key
            for key, mark in marks.items()
            if key in record.told and BY_KEY[key].mark(record.told[key][0].value) == mark
        }
        wanted = self.interpreter.read(record, skip=untouched)
        if action:
            self._meet(record, action, marks, untouched, wanted)
        return wanted

    def _is_edited_export(self, record: Record) -> bool:
        return self.matcher.known(record) is not None and bool(self._marks(record))

    def _marks(self, record: Record) -> dict[str, str]:
        told = record.told.get("fingerprint")
        marks = read_fingerprint(as_text(told[0].value)) if told else {}
        return {key: mark for key, mark in marks.items() if key in BY_KEY}

    def _meet(self, record, action, marks, untouched, wanted: Wanted) -> None:
        """Refuse each edited cell whose value changed here since the export; empty what was."""
        for key, mark in marks.items():
            if key in untouched or key not in record.told:
                continue
            told, now = record.told[key][0], BY_KEY[key].written(action)
            if BY_KEY[key].mark(now) not in (mark, BY_KEY[key].mark(told.value)):
                wanted.values.pop(key, None)
                wanted.place.pop(key, None)
                said = f"Changé ici depuis l’export : la fiche dit « {in_words(now)} »."
                wanted.problems.append((key, told, said))
            elif told.value is None:
                self._empty(key, told, wanted)
        if wanted.place:
            said = {level: record.told[level][0] for level in HIERARCHY if level in record.told}
            wanted.place = {
                level: as_text(told.value) for level, told in said.items() if told.value
            }

    def _empty(self, key: str, told: Told, wanted: Wanted) -> None:
        if key in EMPTY:
            wanted.values[key] = EMPTY[key]
            wanted.sources[key] = [told]
        else:
            wanted.problems.append((key, told, "Cette cellule ne peut pas être vidée."))

    def _line(self, record: Record, wanted: Wanted, action: Action | None) -> Proposal:
        line = Proposal(record, action, title=wanted.values.get("title", ""))
        line.cells = [
            Cell(key, label_of(key), told.ref, shortened(as_text(told.value)), problem=problem)
            for key, told, problem in wanted.problems
        ]
        if action:
            line.code, line.title = action.code, action.title
            self._compare(line, wanted, action)
        else:
            self._create(line, wanted)
        return line

    # An action of the plan

    def _compare(self, line: Proposal, wanted: Wanted, action: Action) -> None:
        marked = self._is_edited_export(line.record)
        unsure = {key for key, _, _ in wanted.problems} & aspects.ROLES.keys()
        values = {key: value for key, value in wanted.values.items() if key not in unsure}
        if not marked:
            values.pop("code", None)
        self._fit(values, wanted, line, action)
        for key, value in values.items():
            now = aspects.read(action, key)
            if key in ("steps", *aspects.NATURES):
                value = aspects.merged(now, value)
                self._say_kept(line, wanted, key, now)
            if comparable(value) != comparable(now):
                self._change(line, wanted, key, value, action)
        place = self.interpreter.outline.place(wanted.place, action)
        if place and place is not self.interpreter.outline.of(action):
            line.place = place
            self._cell(line, wanted, "operational_objective", action, path(place))
        if action.archived_at:
            line.cells.append(Cell("archived", "Archives", "", "", "archivée", "de retour au plan"))
        writes = line.values or line.place or action.archived_at
        unread = 0 if marked else len(wanted.problems)
        refused = len(line.refused_cells) > unread
        line.outcome = CHANGED if writes else REFUSED if refused else SAME

    def _fit(self, values: dict, wanted: Wanted, line: Proposal, action: Action | None) -> None:
        """What the plan asks for: one pilot, an end after its start, a known code."""
        pilots = values.get("pilot")
        if pilots and len(pilots) > 1:
            values["pilot"], others = pilots[:1], pilots[1:]
            present = aspects.read(action, "co_pilots") if action else []
            co_pilots = values.get("co_pilots", present)
            values["co_pilots"] = [*co_pilots, *(one for one in others if one not in co_pilots)]
            wanted.sources.setdefault("co_pilots", wanted.sources["pilot"])
        if "status" in values:
            reason = values.pop("status_reason", action.status_reason if action else "")
            values["status"] = {"status": values["status"], "reason": reason}
            if action and action.status == values["status"]["status"]:
                values["status"]["reason"] = action.status_reason
        else:
            values.pop("status_reason", None)
        if action:
            self._fit_dates(values, wanted, line, action)

    def _fit_dates(self, values: dict, wanted: Wanted, line: Proposal, action: Action) -> None:
        def now(key):
            return values.get(key, aspects.read(action, key))

        end = wanted.sources.get("ends_on") or wanted.sources.get("calendar") or [Told("", "")]
        if now("is_continuous") and now("ends_on"):
            key = "ends_on" if values.get("ends_on") else "is_continuous"
            said = "Une action continue n’a pas de date de fin."
        elif now("starts_on") and now("ends_on") and now("ends_on") < now("starts_on"):
            key = "ends_on" if "ends_on" in values else "starts_on"
            said = "La fin précède le début."
        else:
            return
        told = (wanted.sources.get(key) or end)[0]
        values.pop(key, None)
        line.cells.append(Cell(key, label_of(key), told.ref, as_text(told.value), problem=said))

    def _say_kept(self, line: Proposal, wanted: Wanted, key: str, now: list[dict]) -> None:
        """In an edited export, a line taken out of a list is not taken out of the plan."""
        told = {folded(one["title"]) for one in wanted.values[key]}
        kept = [one["title"] for one in now if folded(one["title"]) not in told]
        if kept and self._is_edited_export(line.record):
            source = wanted.sources[key][0]
            said = f"Rien n’est retiré par un import, à faire dans la fiche : {', '.join(kept)}."
            line.cells.append(Cell(key, label_of(key), source.ref, "", problem=said))

    def _change(self, line: Proposal, wanted: Wanted, key: str, value: Any, action: Action) -> None:
        if key == "status" and (why := refused_move(action, value, wanted)):
            source = wanted.sources["status"][0]
            line.cells.append(
                Cell(key, label_of(key), source.ref, as_text(source.value), problem=why)
            )
            return
        if key == "title" and not value:
            return
        if key == "code" and value in self.codes:
            source = wanted.sources["code"][0]
            said = "Une autre action porte ce code."
            line.cells.append(Cell(key, label_of(key), source.ref, value, problem=said))
            return
        line.values[key] = value
        self._cell(line, wanted, key, action, self.wording.say(key, value))

    def _cell(self, line: Proposal, wanted: Wanted, key: str, action: Action | None, after: str):
        levels = HIERARCHY if key == "operational_objective" else (key,)
        source = next((wanted.sources[k][0] for k in levels if k in wanted.sources), Told("", ""))
        if action and key == "operational_objective":
            before = path(self.interpreter.outline.of(action))
        elif action:
            before = self.wording.say(key, aspects.read(action, key))
        else:
            before = ""
        said = shortened(as_text(source.value))
        line.cells.append(Cell(key, label_of(key), source.ref, said, before, after))

    # A new one

    def _create(self, line: Proposal, wanted: Wanted) -> None:
        if not wanted.values.get("title"):
            why = next((c.problem for c in line.cells if c.key == "title"), "Il manque l’intitulé.")
            line.outcome, line.problem = REFUSED, why
            return
        line.outcome = CREATED
        line.place = self.interpreter.outline.place(wanted.place, None)
        twin = (folded(line.title), id(line.place))
        if twin in self.new_titles:
            other = self.new_titles[twin]
            line.outcome = REFUSED
            line.problem = f"Déjà dite : feuille « {other.sheet} », ligne {other.row}."
            return
        self.new_titles[twin] = line.record
        values = dict(wanted.values)
        self._fit(values, wanted, line, None)
        line.code = self._code(values.pop("code", ""), line, wanted)
        line.values = values
        self._cell(line, wanted, "operational_objective", None, path(line.place))
        for item in FIELDS:
            if item.key in values and item.key != "title":
                self._cell(
                    line, wanted, item.key, None, self.wording.say(item.key, values[item.key])
                )

    def _code(self, code: str, line: Proposal, wanted: Wanted) -> str:
        if code and code not in self.codes:
            self.codes.add(code)
            return code
        while (free := f"A-{self.next_number:02d}") in self.codes:
            self.next_number += 1
        self.codes.add(free)
        if code:
            source = wanted.sources["code"][0]
            said = f"Code déjà pris : la nouvelle action prend {free}."
            line.cells.append(Cell("code", label_of("code"), source.ref, code, problem=said))
        return free


EMPTY: dict[str, Any] = {
    **dict.fromkeys(("description", "expected_results", "pilot_contact"), ""),
    **dict.fromkeys(("elected_referent", "calendar"), ""),
    **{key: [] for key in ("themes", "audiences", "findings", "other_stakes")},
    **{key: [] for key in aspects.ROLES},
    "starts_on": None,
    "ends_on": None,
}


def comparable(value: Any) -> Any:
    """New rows never equal what is there; the order of the others says nothing."""
    if isinstance(value, list) and all(isinstance(one, int | New) for one in value):
        return sorted(map(str, value))
    return value
