"""The convention’s own life: signatures, amendments, timeline, poster."""

from datetime import UTC, date, datetime
from io import BytesIO

import page
import pytest
from pypdf import PdfReader

from actions.models import Finding
from ctg.convention.models import Amendment, JournalEntry, Milestone, Principle, Signature
from governance.models import Committee
from governance.poster import build_poster
from governance.timeline import build_timeline
from tests.factories.actions import make_action, make_objective, make_stake
from tests.factories.ctg import make_convention, make_organization
from tests.factories.governance import make_committee, make_meeting


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2023, 5, 4, tzinfo=UTC))


def said(response):
    return response.content.decode().replace("\u00a0", " ")


def rows(prefix, *lines, initial=0):
    data = {f"{prefix}-TOTAL_FORMS": len(lines), f"{prefix}-INITIAL_FORMS": initial}
    for number, line in enumerate(lines):
        data |= {f"{prefix}-{number}-{name}": value for name, value in line.items()}
    return data


# Signatures


def test_each_organisation_signs_on_its_own_day(camille, url, convention, labege):
    known = Signature.objects.create(convention=convention, organization=labege)
    data = rows(
        "signatures",
        {"id": known.pk, "signed_on": "2020-03-02", "reference": "2020-14", "note": ""},
        {"organization": convention.caf.pk, "signed_on": "2020-05-11", "reference": ""},
        initial=1,
    )

    answer = camille.post(url("governance:life_edit", "signatures"), data)

    assert answer.url == url("governance:life")
    assert set(
        convention.signatures.values_list("organization__name", "signed_on", "reference")
    ) == {
        ("Labège", date(2020, 3, 2), "2020-14"),
        (convention.caf.name, date(2020, 5, 11), ""),
    }
    told = JournalEntry.objects.filter(verb="signature.recorded").values_list("summary", flat=True)
    assert "Signature de Labège\u00a0: le 2 mars 2020, délibération 2020-14" in told
    assert "2 mars 2020" in said(camille.get(url("governance:life")))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"signed_on": "2023-06-01"}, "Cette date est à venir"),
        ({"signed_on": "2 mars"}, "date valide"),
        ({"organization": "999999", "signed_on": "2020-03-02"}, "choix"),
    ],
)
def test_a_wrong_signature_is_refused_and_kept(camille, url, convention, line, message):
    line = {"organization": convention.caf.pk, "reference": "Précieuse"} | line

    page = said(camille.post(url("governance:life_edit", "signatures"), rows("signatures", line)))

    assert message in page
    assert "Précieuse" in page
    assert not convention.signatures.exists()


def test_an_organisation_already_there_is_not_offered_again(camille, url, convention, labege):
    Signature.objects.create(convention=convention, organization=labege)

    page = camille.get(url("governance:life_edit", "signatures"))

    blank = page.context["rows"].forms[-1]
    assert labege.organization_ptr not in blank.fields["organization"].queryset
    assert convention.caf in blank.fields["organization"].queryset


# Amendments


def test_an_amendment_says_what_it_adds_and_brings_signatories(camille, url, convention, labege):
    late = Signature.objects.create(convention=convention, organization=labege)
    joining = make_organization("Nouvelle commune")
    convention.organizations.add(joining)
    data = {
        "number": "1",
        "subject": "Bonus territoire",
        "adds": "Les financements des équipements.",
        "organizations": [labege.pk, joining.pk],
        "signed_on": "2022-03-31",
        "document": "",
    }

    camille.post(url("governance:amendment_create"), data)

    amendment = convention.amendments.get()
    late.refresh_from_db()
    assert (late.signed_on, late.reference) == (date(2022, 3, 31), "avenant n° 1")
    assert convention.signatures.get(organization=joining).signed_on == date(2022, 3, 31)
    page = said(camille.get(url("governance:life")))
    assert "Avenant n° 1 : Bonus territoire" in page
    assert "Les financements des équipements." in page

    camille.post(url("governance:amendment", amendment.pk), data | {"subject": "Bonus et places"})
    amendment.refresh_from_db()
    assert amendment.subject == "Bonus et places"
    assert amendment.organizations.count() == 2
    assert set(JournalEntry.objects.values_list("verb", flat=True)) == {
        "amendment.created",
        "amendment.changed",
    }


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"number": "1"}, "Un avenant porte déjà ce numéro."),
        ({"subject": ""}, "obligatoire"),
        ({"signed_on": "2023-12-31"}, "Cette date est à venir"),
    ],
)
def test_a_wrong_amendment_is_refused(camille, url, convention, fields, message):
    Amendment.objects.create(convention=convention, number=1, subject="Premier")
    data = {"number": "2", "subject": "Second", "adds": "Précieux", "signed_on": ""} | fields

    page = said(camille.post(url("governance:amendment_create"), data))

    assert message in page
    assert "Précieux" in page
    assert convention.amendments.count() == 1


def test_the_next_number_is_proposed(camille, url, convention):
    Amendment.objects.create(convention=convention, number=3, subject="Troisième")

    page = camille.get(url("governance:amendment_create"))

    assert page.context["amendment"].number == 4


# Milestones, foundations


def test_milestones_and_foundations_are_edited_by_the_lead(camille, url, convention):
    milestone = Milestone.objects.create(convention=convention, label="Diagnostic", position=1)
    line = {"id": milestone.pk, "label": "Diagnostic partagé", "position": "1"}
    line |= {"starts_on": "2019-12-03", "ends_on": "2019-12-03", "date_label": ""}
    camille.post(url("governance:life_edit", "jalons"), rows("milestones", line, initial=1))
    value = {"kind": "value", "text": "Confiance", "position": "1"}
    camille.post(url("governance:life_edit", "fondements"), rows("principles", value))

    milestone.refresh_from_db()
    assert (milestone.label, milestone.starts_on) == ("Diagnostic partagé", date(2019, 12, 3))
    assert convention.principles.get().kind == Principle.Kind.VALUE
    assert JournalEntry.objects.filter(verb="convention.rewritten").count() == 2


def test_a_milestone_does_not_end_before_it_starts(camille, url, convention):
    line = {"label": "Plan", "position": "1", "starts_on": "2021-04-30", "ends_on": "2020-10-01"}

    page = said(camille.post(url("governance:life_edit", "jalons"), rows("milestones", line)))

    assert "La fin du jalon doit suivre son début." in page
    assert not convention.milestones.exists()


def test_an_unknown_part_does_not_exist(camille, url):
    assert camille.get(url("governance:life_edit", "plan")).status_code == 404


# Timeline


def test_the_timeline_follows_the_years_and_keeps_the_leaflet_s_order(convention, labege):
    for position, (label, on) in enumerate(
        [
            ("Diagnostic", date(2019, 12, 3)),
            ("Bilan chaque année", None),
            ("Plan", date(2021, 4, 30)),
        ]
    ):
        Milestone.objects.create(
            convention=convention, label=label, starts_on=on, position=position
        )
    for organization in (labege, convention.caf):
        Signature.objects.create(
            convention=convention, organization=organization, signed_on=date(2020, 3, 2)
        )
    Amendment.objects.create(
        convention=convention, number=1, subject="Bonus", signed_on=date(2021, 4, 30)
    )
    steering = make_committee(convention, name="Comité stratégique")
    make_meeting(steering, starts_at=datetime(2021, 4, 15, 12, tzinfo=UTC), state="adopted")
    make_meeting(steering, starts_at=datetime(2021, 5, 15, 12, tzinfo=UTC), state="cancelled")
    group = make_committee(convention, kind=Committee.Kind.FOLLOW_UP)
    make_meeting(group, starts_at=datetime(2021, 6, 1, 12, tzinfo=UTC))

    years = build_timeline(convention)

    assert [
        (year.label, [(entry.kind, entry.label.replace("\u00a0", " ")) for entry in year.entries])
        for year in years
    ] == [
        ("2019", [("jalon", "Diagnostic"), ("jalon", "Bilan chaque année")]),
        ("2020", [("signature", "2 signatures")]),
        (
            "2021",
            [
                ("comité", "Comité stratégique"),
                ("jalon", "Plan"),
                ("avenant", "Avenant n° 1 : Bonus"),
            ],
        ),
        (str(convention.ends_on.year), [("fin", "Fin de la convention")]),
    ]
    assert years[0].entries[1].when == "date à fixer"


@pytest.mark.parametrize("count", (1, 3))
def test_timeline_query_count(camille, url, convention, count, django_assert_num_queries):
    steering = make_committee(convention)
    for number in range(count):
        Signature.objects.create(
            convention=convention, organization=make_organization(), signed_on=date(2020, 3, 2)
        )
        amendment = Amendment.objects.create(
            convention=convention, number=number, subject="X", signed_on=date(2021, 1, 1)
        )
        amendment.organizations.add(make_organization())
        make_meeting(steering)
        Milestone.objects.create(convention=convention, label="Jalon")

    with django_assert_num_queries(14):
        camille.get(url("governance:life"))


# Poster


@pytest.fixture
def foundations(convention):
    stake = make_stake(convention, title="Partager, relier")
    objective = make_objective(convention, stake)
    Principle.objects.create(convention=convention, text="Co-construction")
    Principle.objects.create(convention=convention, kind="value", text="Confiance")
    used = Finding.objects.create(convention=convention, text="Les agents se connaissent peu")
    Finding.objects.create(convention=convention, text="Un constat sans action")
    make_action(convention).findings.add(used)
    return objective


def test_the_poster_stands_on_findings_values_and_principles(convention, foundations):
    poster = build_poster(convention)

    assert "Partager, relier" in [stake.title for stake in poster.stakes]
    assert [(f.label, f.lines[0]) for f in poster.foundations] == [
        ("Nos constats", "Les agents se connaissent peu"),
        ("Nos principes", "Co-construction"),
        ("Nos valeurs", "Confiance"),
    ]


def test_findings_chosen_for_a_stake_come_first(convention, foundations):
    chosen = Finding.objects.create(convention=convention, text="Choisi pour l’enjeu")
    make_stake(convention).findings.add(chosen)

    assert build_poster(convention).foundations[0].lines == ["Choisi pour l’enjeu"]


def test_the_poster_is_one_accessible_a3_page(client_of, url, foundations, tmp_path):
    answer = client_of("sacha").get(url("governance:poster_pdf"))

    file = tmp_path / "poster.pdf"
    file.write_bytes(answer.content)
    (sheet,) = PdfReader(BytesIO(answer.content)).pages
    assert [round(float(side) * 25.4 / 72) for side in sheet.mediabox[2:]] == [420, 297]
    text = sheet.extract_text()
    for words in ("Partager, relier", "Nos constats", "Co-construction", "Confiance"):
        assert words in text
    assert page.validate_pdf(str(file), profile="ua1").failures == []


def test_a_convention_without_stakes_says_what_to_do(camille, url, client_of):
    assert "Écrire le premier enjeu" in said(camille.get(url("governance:poster")))
    assert "Écrire le premier enjeu" not in said(client_of("alix").get(url("governance:poster")))


def test_another_convention_s_amendment_is_out_of_reach(camille, url):
    theirs = Amendment.objects.create(
        convention=make_convention("loin-2020-2024"), number=1, subject="X"
    )

    assert camille.get(url("governance:amendment", theirs.pk)).status_code == 404
