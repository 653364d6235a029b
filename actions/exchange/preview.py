"""An import in plain data: what the page shows, what the report says, what was agreed to."""

from typing import Any

from actions.exchange.lines import CHANGED, CREATED, REFUSED, SAME, Proposal, Proposals
from actions.exchange.names import New
from actions.exchange.reading.records import Reading
from actions.exchange.words import folded

OUTCOMES = {
    CREATED: ("créée", "créées"),
    CHANGED: ("modifiée", "modifiées"),
    SAME: ("sans changement", "sans changement"),
    REFUSED: ("refusée", "refusées"),
}
KINDS = {
    "organization": "Organismes",
    "theme": "Thématiques",
    "audience": "Publics",
    "finding": "Constats",
}
LEVELS = {
    "stake": "Enjeux",
    "strategic_objective": "Objectifs stratégiques",
    "operational_objective": "Objectifs opérationnels",
}


def as_data(reading: Reading, proposals: Proposals) -> dict[str, Any]:
    interpreter = proposals.interpreter
    questions = [*interpreter.organizations.questions.values()]
    questions += interpreter.communes.questions.values()
    return {
        "counts": {outcome: proposals.counts[outcome] for outcome in OUTCOMES},
        "refused_cells": sum(len(line.refused_cells) for line in proposals.lines),
        "lines": [_line(line) for line in proposals.lines],
        "creates": _creates(proposals),
        "questions": [
            {
                "kind": question.kind,
                "key": question.key,
                "said": question.said,
                "refs": question.refs[:6],
                "choices": question.choices,
            }
            for question in questions
        ],
        "headers": _headers(reading),
        "notes": reading.notes,
    }


def _line(line: Proposal) -> dict[str, Any]:
    return {
        "sheet": line.record.sheet,
        "row": line.record.row,
        "outcome": line.outcome,
        "code": line.code,
        "title": line.title,
        "known": line.action is not None,
        "problem": line.problem,
        "cells": [
            {name: value for name, value in vars(cell).items() if value} for cell in line.cells
        ],
    }


def _creates(proposals: Proposals) -> dict[str, list[str]]:
    """What the plan will gain besides actions, in the order it is met."""
    found: dict[str, dict[str, None]] = {}
    for line in proposals.lines:
        if line.outcome not in (CREATED, CHANGED):
            continue
        for branch in line.place.line() if line.place else ():
            if branch.pk is None:
                found.setdefault(LEVELS[branch.level], {})[str(branch)] = None
        for value in line.values.values():
            for one in value if isinstance(value, list) else ():
                if isinstance(one, New):
                    found.setdefault(KINDS[one.kind], {})[one.name] = None
    return {kind: list(names) for kind, names in found.items()}


def _headers(reading: Reading) -> list[dict[str, str]]:
    """Each label once, whatever the number of sheets it stands in."""
    met: dict[str, dict[str, str]] = {}
    for header in reading.headers:
        name = folded(header.label)
        known = met.setdefault(
            name, {"name": name, "label": header.label, "key": header.key, "sample": ""}
        )
        known["sample"] = known["sample"] or header.sample[:80]
    return [header for name, header in met.items() if name]
