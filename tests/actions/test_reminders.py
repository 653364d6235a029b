import re
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from freezegun import freeze_time

from actions import answering, campaigns, reminders
from actions.models import Campaign, PersonalLink, Reminder, ReminderDate
from ctg.convention.rights import Role
from ctg.mail.kinds import Kind
from ctg.mail.models import RefusedAddress
from ctg.mail.preferences import mute
from ctg.mail.services import deliver_due
from tests.factories.actions import make_action, make_campaign, make_contribution
from tests.factories.ctg import make_commune, make_member

OPENING = date(2023, 1, 2)


@pytest.fixture
def clock():
    with freeze_time(datetime.combine(OPENING, time(7), UTC)) as frozen:
        yield frozen


@pytest.fixture
def campaign(clock, cast, convention):
    prepared = make_campaign(convention, is_open=False)
    campaigns.schedule(prepared, by=cast["camille"])
    return prepared


@pytest.fixture
def communes(convention):
    """Labège is Sacha’s; Auzeville has an address; nobody is known at Baziège."""
    auzeville = make_commune("Auzeville", convention, contact_email="mairie@auzeville.example")
    return auzeville, make_commune("Baziège", convention)


@pytest.fixture
def asked(campaign, cast, convention, labege, communes):
    """An open campaign: one action for the three communes, another for Labège alone."""
    for title, where in (("Permanences", [labege, *communes]), ("Relais", [labege])):
        make_action(convention, title=title, communes=where, scope="communes")
    campaigns.open_campaign(campaign, by=cast["camille"])
    return campaign


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# A campaign, day by day


def test_a_whole_campaign_writes_this_and_nothing_else(
    asked, clock, cast, labege, communes, mailoutbox
):
    """Labège answers one action on 18 January and the other on 28; the two others never do."""
    written = []
    for day in (OPENING + timedelta(days=n) for n in range(80)):
        clock.move_to(datetime.combine(day, time(8), UTC))
        if day == date(2023, 1, 18):
            answer(asked, labege, "Permanences")
        if day == date(2023, 1, 28):
            answer(asked, labege, "Relais")
        if day == date(2023, 2, 20):
            campaigns.close_campaign(asked, by=cast["camille"])
        for _ in range(2):
            reminders.remind_today.call()
            deliver_due()
        written += [(f"{day:%d/%m}", m.to[0], m.subject) for m in mailoutbox]
        mailoutbox.clear()

    opened = "CTG Sicoval\u00a0: où en sont vos actions en 2022\u00a0? Avant le 31 janvier 2023"
    sacha, mairie, camille = (
        cast["sacha"].email,
        "mairie@auzeville.example",
        cast["camille"].email,
    )
    nobody = "CTG Sicoval\u00a0: personne à qui écrire pour 1 organisme"
    assert sorted(written) == sorted(
        [
            ("02/01", sacha, opened),
            ("02/01", mairie, opened),
            ("16/01", sacha, late(2)),
            ("16/01", mairie, late(1)),
            ("16/01", camille, nobody),
            ("21/01", sacha, late(1)),
            ("21/01", mairie, late(1)),
            ("21/01", camille, nobody),
            ("29/01", mairie, late(1)),
            ("29/01", camille, nobody),
            ("11/02", mairie, late(1)),
            ("11/02", camille, nobody),
        ]
    )


def late(count):
    wait = "1\u00a0action attend" if count == 1 else f"{count}\u00a0actions attendent"
    return f"CTG Sicoval\u00a0: {wait} encore votre réponse, avant le 31 janvier 2023"


def answer(campaign, organization, title):
    contribution = campaign.contributions.get(organization=organization, action__title=title)
    contribution.status = "ongoing"
    answering.submit(contribution, figures={}, by=None)


# Schedule


def test_dates_are_proposed_with_growing_gaps_until_the_end_of_validation(campaign):
    dates = [d.on for d in campaign.reminder_dates.all()]
    assert dates == [date(2023, 1, 16), date(2023, 1, 21), date(2023, 1, 29), date(2023, 2, 11)]


def test_two_dates_keep_five_days_between_them(campaign, cast):
    with pytest.raises(ValidationError, match="laissez 5 jours"):
        reminders.schedule(
            campaign, dates=[date(2023, 1, 16), date(2023, 1, 20)], by=cast["camille"]
        )
    assert campaign.reminder_dates.count() == 4


def test_a_new_schedule_keeps_what_was_done(asked, clock, cast):
    clock.move_to("2023-01-16 08:00")
    reminders.remind_today.call()

    reminders.schedule(asked, dates=[date(2023, 1, 25)], by=cast["camille"])

    kept = {(d.on, d.done_at is not None) for d in asked.reminder_dates.all()}
    assert kept == {(date(2023, 1, 16), True), (date(2023, 1, 25), False)}


def test_a_worker_stopped_for_a_month_reminds_once(asked, clock, mailoutbox):
    clock.move_to("2023-02-14 08:00")
    mailoutbox.clear()
    out = StringIO()

    for _ in range(2):
        call_command("remind", stdout=out)

    assert out.getvalue() == (
        "CTG Sicoval, 2022\u00a0: 3\u00a0organismes relancés\n"
        "CTG Sicoval, 2022\u00a0: 0\u00a0organisme relancé\n"
    )
    assert not ReminderDate.objects.filter(done_at=None).exists()
    assert Reminder.objects.values("organization").distinct().count() == 3


# By hand


def test_never_two_within_five_days_whoever_asks(asked, clock, cast, labege):
    clock.move_to("2023-01-05 08:00")
    assert reminders.remind(asked, by=cast["camille"]) == [], "ouverte il y a trois jours"

    clock.move_to("2023-01-07 08:00")
    assert len(reminders.remind(asked, by=cast["camille"])) == 3
    clock.move_to("2023-01-11 08:00")
    assert reminders.remind(asked, organizations=[labege], by=cast["camille"]) == []
    clock.move_to("2023-01-12 08:00")
    assert len(reminders.remind(asked, organizations=[labege], by=cast["camille"])) == 1


def test_an_answer_takes_back_a_reminder_that_has_not_left(asked, clock, labege, mailoutbox):
    clock.move_to("2023-01-16 08:00")
    deliver_due()
    mailoutbox.clear()
    reminders.remind_today.call()

    for title in ("Permanences", "Relais"):
        answer(asked, labege, title)
    deliver_due()

    assert "mairie@auzeville.example" in [m.to[0] for m in mailoutbox]
    assert not Reminder.objects.filter(organization=labege).exists()
    assert all("sacha" not in m.to[0] for m in mailoutbox)


def test_a_closed_campaign_reminds_nobody(asked, clock, cast):
    clock.move_to("2023-01-16 08:00")
    campaigns.close_campaign(asked, by=cast["camille"])

    reminders.remind_today.call()

    assert not Reminder.objects.exists()
    with pytest.raises(ValidationError, match="campagne ouverte"):
        reminders.remind(asked, by=cast["camille"])


# To whom


def steps(campaign):
    return {
        (letter.organizations[0].name, letter.recipient.address, letter.recipient.step)
        for letter in reminders.plan(campaign).letters
    }


def test_the_chain_goes_from_the_person_to_the_organisation_to_the_lead(
    asked, clock, cast, labege, convention
):
    clock.move_to("2023-01-16 08:00")
    camille = cast["camille"].email
    others = {
        ("Auzeville", "mairie@auzeville.example", "contact"),
        ("Baziège", camille, "lead"),
    }
    assert steps(asked) == {("Labège", cast["sacha"].email, "contributor")} | others

    RefusedAddress.objects.create(address=cast["sacha"].email)
    labege.contact_email = "accueil@labege.example"
    labege.save()
    assert ("Labège", "accueil@labege.example", "contact") in steps(asked)

    mute(Kind.REMINDER, "accueil@labege.example")
    reached = {step for name, _, step in steps(asked) if name == "Labège"}
    assert reached <= {"lead"}


def test_two_people_of_one_organisation_are_both_written_to(asked, clock, convention, labege):
    make_member(convention, Role.CONTRIBUTOR, labege, first_name="Lou")
    clock.move_to("2023-01-16 08:00")

    sent = reminders.remind(asked, by=None)

    assert len({r.address for r in sent if r.organization_id == labege.pk}) == 2


def test_one_person_for_two_organisations_gets_one_message_and_two_links(
    asked, clock, cast, convention, communes, mailoutbox
):
    clock.move_to("2023-01-16 08:00")
    convention.memberships.create(
        user=cast["sacha"], organization=communes[1], role=Role.CONTRIBUTOR
    )
    deliver_due()
    mailoutbox.clear()

    reminders.remind_today.call()
    deliver_due()

    mine = [m for m in mailoutbox if m.to == [cast["sacha"].email]]
    assert len(mine) == 1
    assert len(set(re.findall(r"/lien/[^/\s]+/", mine[0].body))) == 2
    assert PersonalLink.objects.filter(address=cast["sacha"].email).count() == 3


# The page


def test_the_page_shows_who_is_late_who_reads_and_what_is_written(asked, clock, client_of, url):
    clock.move_to("2023-01-16 08:00")
    camille, links = client_of("camille"), PersonalLink.objects.count()

    page = words(camille.get(url("progress:reminders")))

    assert "Labège 2 réponses manquent" in page
    assert "À l’adresse de contact : mairie@auzeville.example" in page
    assert "Baziège 1 réponse manque Personne à qui écrire" in page
    assert "Objet" in page and "attend" in page
    assert PersonalLink.objects.count() == links, "un aperçu ne crée pas de lien"


def test_one_or_all_are_reminded_from_the_page(asked, clock, client_of, labege, url):
    clock.move_to("2023-01-16 08:00")

    camille = client_of("camille")
    one = camille.post(url("progress:reminders"), {"organization": labege.pk}, follow=True)
    assert "1 organisme est relancé." in words(one)
    assert "Déjà écrit le 16 janvier" in words(one)

    rest = camille.post(url("progress:reminders"), {"all": "1"}, follow=True)
    assert "2 organismes sont relancés." in words(rest)
    none = camille.post(url("progress:reminders"), {"all": "1"}, follow=True)
    assert "Personne n’a été relancé" in words(none)


def test_a_refused_address_is_shown(asked, clock, client_of, url):
    clock.move_to("2023-01-16 08:00")
    RefusedAddress.objects.create(address="mairie@auzeville.example")

    page = words(client_of("camille").get(url("progress:reminders")))
    assert "Adresse refusée : mairie@auzeville.example" in page

    auzeville = asked.contributions.get(organization__name="Auzeville").organization_id
    client = client_of("camille")
    assert "Elles marchent de nouveau" in words(client.get(url("progress:contact", auzeville)))
    client.post(url("progress:accept_addresses", auzeville))
    assert "Adresse refusée" not in words(client.get(url("progress:reminders")))


def test_a_date_before_the_opening_is_refused_at_its_field(asked, client_of, url):
    early = asked.opens_on - timedelta(days=1)

    page = client_of("camille").post(url("progress:reminder_dates"), {"date_1": early.isoformat()})

    assert "précède l’ouverture" in page.content.decode()


def test_dates_and_contact_are_changed_with_words(asked, clock, client_of, communes, url):
    camille = client_of("camille")
    said = camille.post(
        url("progress:reminder_dates"), {"date_1": "2023-01-16", "date_2": "2023-01-18"}
    )
    assert "suit de trop près" in words(said)
    camille.post(url("progress:reminder_dates"), {"date_1": "2023-01-16", "date_2": "2023-01-22"})
    assert [d.on.day for d in Campaign.objects.get().reminder_dates.all()] == [16, 22]

    address = url("progress:contact", communes[1].pk)
    assert "Saisissez une adresse" in words(camille.post(address, {"contact_email": "mairie"}))
    camille.post(address, {"contact_email": "mairie@baziege.example"})
    communes[1].refresh_from_db()
    assert communes[1].contact_email == "mairie@baziege.example"


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_of_the_page(count, campaign, clock, client_of, convention, url, cast):
    for rank in range(count):
        commune = make_commune(f"Commune {rank}", convention, contact_email=f"m{rank}@example.org")
        make_contribution(campaign, make_action(convention), commune)
    campaigns.open_campaign(campaign, by=cast["camille"])
    clock.move_to("2023-01-16 08:00")
    camille = client_of("camille")
    camille.get(url("progress:reminders"))

    with CaptureQueriesContext(connection) as captured:
        camille.get(url("progress:reminders"))

    assert len(captured) == 18
