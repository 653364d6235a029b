import pytest

from tests.factories.governance import (
    make_agenda_item,
    make_decision,
)
from tests.governance.meetings.pages import said


def titles(meeting):
    return list(meeting.agenda.values_list("title", flat=True))


@pytest.fixture
def three(meeting):
    make_agenda_item(meeting, title="B", position=2)
    make_agenda_item(meeting, title="C", position=3)
    return meeting


def key(meeting, title):
    return meeting.agenda.get(title=title).pk


@pytest.mark.parametrize(
    ("button", "title", "order"),
    [
        ("up", "C", ["Bilan 2022", "C", "B"]),
        ("up", "Bilan 2022", ["Bilan 2022", "B", "C"]),
        ("down", "Bilan 2022", ["B", "Bilan 2022", "C"]),
        ("down", "C", ["Bilan 2022", "B", "C"]),
    ],
)
def test_buttons_move_an_item(camille, url, three, button, title, order):
    camille.post(url("governance:agenda_order", three.pk), {button: key(three, title)})

    assert titles(three) == order


def test_dragging_sends_the_whole_order_and_forgets_nothing(camille, url, three):
    order = [key(three, "C"), key(three, "Bilan 2022"), 99999]

    camille.post(url("governance:agenda_order", three.pk), {"order": order})

    assert titles(three) == ["C", "Bilan 2022", "B"]


def test_an_item_is_written_changed_and_removed(camille, url, meeting):
    data = {"title": "Questions diverses", "minutes": "10", "actions": "", "note": ""}
    camille.post(url("governance:agenda_add", meeting.pk), data)
    item = key(meeting, "Questions diverses")
    camille.post(url("governance:agenda_item", meeting.pk, item), data | {"title": "Divers"})
    assert titles(meeting) == ["Bilan 2022", "Divers"]

    camille.post(url("governance:agenda_remove", meeting.pk, item))
    assert titles(meeting) == ["Bilan 2022"]


def test_an_item_with_a_decision_stays(camille, url, meeting):
    item = meeting.agenda.get()
    make_decision(meeting, agenda_item=item)

    page = said(camille.post(url("governance:agenda_remove", meeting.pk, item.pk), follow=True))

    assert "il reste au relevé" in page
    assert titles(meeting) == ["Bilan 2022"]


def test_a_wrong_item_keeps_what_was_typed(camille, url, meeting):
    data = {"title": "Point précieux", "minutes": "0", "actions": "A-99", "note": ""}

    page = said(camille.post(url("governance:agenda_add", meeting.pk), data))

    assert "Point précieux" in page
    assert "Aucune action du plan ne porte ce code" in page
    assert titles(meeting) == ["Bilan 2022"]
