"""The papers of a meeting: what they say, and that a screen reader can read them."""

from datetime import UTC, date, datetime
from io import BytesIO

import page
import pytest
from pypdf import PdfReader

from governance.models import Decision, Meeting
from governance.papers import offered, render_paper
from tests.factories.actions import make_action
from tests.factories.governance import (
    make_agenda_item,
    make_attendance,
    make_committee,
    make_decision,
    make_meeting,
    make_seat,
)


@pytest.fixture
def meeting(convention, labege):
    committee = make_committee(convention, name="Comité stratégique", quorum=3)
    made = make_meeting(
        committee,
        starts_at=datetime(2023, 3, 16, 13, tzinfo=UTC),
        ends_at=datetime(2023, 3, 16, 16, tzinfo=UTC),
        place="Belberaud",
        state=Meeting.State.HELD,
        minutes="La séance est ouverte.",
    )
    action = make_action(convention, code="A-12", title="Ouvrir des permanences")
    item = make_agenda_item(
        made, title="Permanences", minutes=30, actions=[action], discussion="Le lieu manque."
    )
    make_decision(
        made,
        text="Prolonger d’un an",
        actions=[action],
        agenda_item=item,
        owner=labege,
        due_on=date(2023, 9, 30),
    )
    make_decision(made, text="Se revoir en mai")
    for organization, state in ((labege, "present"), (convention.caf, "represented")):
        make_attendance(made, organization, state)
    made.attendances.filter(state="represented").update(represented_by="Le conseil", title="CA")
    return made


def text(pdf):
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join("\n".join(sheet.extract_text() for sheet in pages).split())


def refused(pdf, folder):
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    return [(f.rule_id, f.message) for f in page.validate_pdf(str(file), profile="ua1").failures]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("convocation", ["Convocation", "16 mars 2023, 14 h à 17 h", "Belberaud", "Permanences"]),
        (
            "ordre-du-jour",
            ["Ordre du jour", "Permanences", "A-12 Ouvrir des permanences", "30 min"],
        ),
        ("emargement", ["Feuille d’émargement", "Labège", "CA", "Le conseil", "Signature"]),
        (
            "releve",
            [
                "Projet de relevé de décisions",
                "Présents",
                "Représentés",
                "non atteint",
                "La séance est ouverte.",
                "Le lieu manque.",
                "Décision : Prolonger d’un an",
                "à appliquer par Labège avant le 30 septembre 2023",
                "Autres décisions",
                "Se revoir en mai",
            ],
        ),
    ],
)
def test_each_paper_says_it_and_is_accessible(client_of, url, meeting, tmp_path, kind, said):
    answer = client_of("alix").get(url("governance:paper", meeting.pk, kind))

    assert answer["Content-Type"] == "application/pdf"
    assert (
        f'inline; filename="{kind}-comite-strategique-2023-03-16.pdf"'
        == (answer["Content-Disposition"])
    )
    written = text(answer.content).replace("\u00a0", " ")
    assert [words for words in said if words not in written] == []
    assert refused(answer.content, tmp_path) == []


def test_adopted_minutes_are_no_project(meeting):
    meeting.state, meeting.adopted_on = Meeting.State.ADOPTED, date(2023, 5, 4)

    written = text(render_paper(meeting, "releve"))

    assert "Relevé adopté le 4 mai 2023" in written
    assert "Projet" not in written


def test_before_the_convocation_the_sheet_lists_who_sits(convention, labege):
    meeting = make_meeting(make_committee(convention))
    make_seat(meeting.committee, labege, title="Délégation")
    make_seat(meeting.committee, convention.caf, title="Partie", ends_on=date(2020, 1, 1))

    written = text(render_paper(meeting, "emargement"))

    assert "Délégation" in written
    assert "Partie" not in written


def test_an_unknown_paper_does_not_exist(camille, url, meeting):
    assert camille.get(url("governance:paper", meeting.pk, "facture")).status_code == 404
    assert camille.get(url("governance:register_sheet", "exe")).status_code == 404


def test_a_cancelled_meeting_offers_no_paper(meeting):
    meeting.state = Meeting.State.CANCELLED

    assert offered(meeting) == {}


def test_the_register_prints_what_the_filters_chose(camille, url, meeting, tmp_path):
    older = make_meeting(meeting.committee, starts_at=datetime(2021, 4, 15, 12, tzinfo=UTC))
    make_decision(older, text="Adopter le plan", state=Decision.State.APPLIED)

    whole = camille.get(url("governance:register_pdf")).content
    chosen = camille.get(url("governance:register_pdf"), {"suite": "applied"}).content

    written = text(whole)
    assert "3\u00a0décisions" in written or "3 décisions" in written
    assert written.index("Décisions de 2023") < written.index("Décisions de 2021")
    assert refused(whole, tmp_path) == []
    assert "Adopter le plan" in text(chosen)
    assert "Prolonger d’un an" not in text(chosen)


def test_an_empty_register_is_said_rather_than_broken(camille, url, convention):
    page = camille.get(url("governance:register_pdf"), follow=True)

    assert "Aucune décision à imprimer." in page.content.decode()


def test_a_register_too_long_for_one_paper_says_what_to_do(camille, url, meeting, monkeypatch):
    monkeypatch.setattr("governance.views.papers.AT_MOST", 1)

    page = camille.get(url("governance:register_pdf"), {"annee": "2023"}, follow=True)
    one = camille.get(url("governance:register_pdf"), {"suite": "applied"}, follow=True)

    assert page.redirect_chain[0][0] == url("governance:decisions") + "?annee=2023"
    assert "choisissez une année ou un comité" in page.content.decode()
    assert "Aucune décision à imprimer." in one.content.decode()


def test_the_register_is_a_table_too(camille, url, meeting):
    answer = camille.get(url("governance:register_sheet", "csv"))
    lines = b"".join(answer).decode("utf-8-sig").splitlines()

    assert lines[0].split(";")[:4] == ["Date", "Comité", "Nature", "Décision"]
    assert len(lines) == 3
    assert any("A-12" in line and "Labège" in line for line in lines)
