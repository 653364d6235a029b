"""Actions that look alike: found, then linked, dismissed for good or merged."""

import random
from datetime import date

import pytest

from actions.models import Action, ActionPartner, ActionStep, Overlap
from actions.overlaps.detection import Text, Wording, find_pairs
from actions.overlaps.services import look_for
from actions.overlaps.words import stems
from ctg.convention.models import JournalEntry
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_indicator,
)
from tests.factories.ctg import make_commune, make_organization, make_theme


def text(key, title, description="", **fields):
    fields = {
        "themes": frozenset(),
        "audiences": frozenset(),
        "communes": None,
        "starts_on": None,
        "ends_on": None,
    } | fields
    return Text(key, title, description, **fields)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ateliers numériques", "atelier numérique"),
        ("École maternelle", "écoles maternelles"),
        ("accueil régional", "accueils régionaux"),
        ("animation", "animations"),
        ("CRÈCHE", "creches"),
    ],
)
def test_number_gender_case_and_accents_do_not_part_words(one, other):
    assert [stem for stem, _ in stems(one)] == [stem for stem, _ in stems(other)]


def test_the_same_thing_in_another_order_is_found_with_reasons():
    (pair,) = find_pairs(
        [
            text(1, "Tenir un café des parents à l’école", audiences=frozenset({"Familles"})),
            text(2, "Ouvrir à l’école des cafés de parents", audiences=frozenset({"Familles"})),
            text(3, "Réparer la toiture du gymnase"),
        ]
    )

    assert (pair.first, pair.second) == (1, 2)
    assert pair.reasons[0].startswith("Mots communs : ")
    assert {"Même public : Familles", "Même périmètre : tout le territoire"} <= set(pair.reasons)


def test_the_same_words_elsewhere_at_another_time_for_others_weigh_half():
    here = {"communes": frozenset({"Labège"}), "ends_on": date(2021, 1, 1)}
    there = {"communes": frozenset({"Auzielle"}), "starts_on": date(2022, 1, 1)}
    title = "Ouvrir une halte-garderie itinérante"

    alike = find_pairs(
        [
            text(1, title, themes=frozenset("a"), audiences=frozenset("b"), **here),
            text(2, title, themes=frozenset("c"), audiences=frozenset("d"), **there),
        ]
    )

    assert alike == []


def test_few_pairs_of_two_thousand_sheets_are_compared():
    """One in ten at most; every sheet has words of its own and words of ninety-nine others."""
    choose = random.Random(1)
    words = ["".join(choose.choices("abdeilmnoprstu", k=7)) for _ in range(4000)]
    common = [choose.choices(words, k=30) for _ in range(100)]
    texts = [
        text(
            key,
            " ".join(choose.choices(words, k=7)),
            " ".join(choose.choices(words, k=25) + common[key % 100]),
        )
        for key in range(2000)
    ]

    users = Wording(texts).users.values()
    compared = sum(len(sharing) * (len(sharing) - 1) / 2 for sharing in users)

    assert 0 < compared < 2000 * 1999 / 2 / 10


@pytest.fixture
def pair(convention):
    first, second = (
        make_action(convention, code=code, title=title, pilot=convention.epci)
        for code, title in (
            ("A-1", "Ouvrir un café des parents à l’école"),
            ("A-2", "Tenir des cafés de parents dans les écoles"),
        )
    )
    make_action(convention, code="A-3", title="Réparer la toiture du gymnase")
    look_for(convention)
    return Overlap.objects.get(first=first, second=second)


def decide(client, url, pair, verb, **data):
    page = client.post(url("actions:overlap_decide", pair.pk, verb), data, follow=True)
    pair.refresh_from_db()
    return page.content.decode()


def test_looking_twice_finds_nothing_new(convention, pair):
    assert look_for(convention) == 0


def test_what_no_longer_looks_alike_goes_unless_decided(camille, convention, pair, url):
    Action.objects.filter(code="A-2").update(title="Former des secouristes")
    look_for(convention)
    assert not Overlap.objects.exists()


def test_dismissed_for_good(camille, convention, pair, url):
    decide(camille, url, pair, "ecarter", note="Pas le même âge")
    look_for(convention)

    assert Overlap.objects.get().state == Overlap.State.DISMISSED
    assert "Rien à examiner" in camille.get(url("actions:overlaps")).content.decode()
    assert JournalEntry.objects.filter(verb="action.overlap_dismissed").count() == 2


def test_linked_sheets_show_each_other_to_everybody(client_of, camille, pair, url):
    decide(camille, url, pair, "lier", note="Même animatrice")

    page = client_of("alix").get(url("actions:detail", "A-1")).content.decode()

    assert "Tenir des cafés de parents" in page
    assert "Même animatrice" in page


def test_a_link_is_taken_back(camille, pair, url):
    decide(camille, url, pair, "lier")
    decide(camille, url, pair, "reexaminer")

    assert (pair.state, pair.decided_at) == (Overlap.State.FOUND, None)


def test_a_pair_to_examine_is_for_the_lead_alone(client_of, pair, url):
    shown = "Se ressemble peut-être"
    assert shown in client_of("camille").get(url("actions:detail", "A-1")).content.decode()
    assert shown not in client_of("malik").get(url("actions:detail", "A-1")).content.decode()


def test_merging_takes_over_what_the_other_brings(camille, convention, labege, pair, url):
    kept, absorbed = pair.first, pair.second
    auzielle, theme = make_commune("Auzielle", convention), make_theme(convention)
    for action, commune in ((kept, labege), (absorbed, auzielle)):
        Action.objects.filter(pk=action.pk).update(scope="communes")
        action.communes.add(commune)
    absorbed.themes.add(theme)
    other = make_organization()
    ActionPartner.objects.filter(action=absorbed).update(organization=convention.caf)
    ActionPartner.objects.create(action=absorbed, organization=other, role="funder")
    ActionStep.objects.create(action=absorbed, title="Recruter")
    make_indicator(absorbed, "Parents venus")

    decide(camille, url, pair, "fusionner", keep=kept.pk)

    kept = Action.objects.get(pk=kept.pk)
    assert set(kept.communes.all()) == {labege, auzielle}
    assert list(kept.themes.all()) == [theme]
    assert set(kept.partners.values_list("organization", "role")) == {
        (convention.epci.pk, "pilot"),
        (convention.caf.pk, "co_pilot"),
        (other.pk, "funder"),
    }
    assert (kept.steps.get().title, kept.indicators.get().title) == ("Recruter", "Parents venus")
    assert Action.objects.get(pk=absorbed.pk).archived_at


def test_the_old_address_leads_to_the_kept_sheet_and_the_old_one_is_readable(camille, pair, url):
    decide(camille, url, pair, "fusionner", keep=pair.second_id)

    assert camille.get(url("actions:detail", "A-1")).url == pair.second.get_absolute_url()
    assert "A-1" in camille.get(url("actions:detail", "A-2")).content.decode()
    old = camille.get(url("actions:detail", "A-1"), {"ancienne": "1"})
    assert "Action archivée" in old.content.decode()


def test_answers_written_stay_and_expected_ones_are_asked_once(
    camille, convention, labege, pair, url
):
    campaign, caf = make_campaign(convention), convention.caf
    make_contribution(campaign, pair.first, labege)
    make_contribution(campaign, pair.second, labege)
    make_contribution(campaign, pair.second, caf)
    written = make_contribution(campaign, pair.second, convention.epci, state="submitted")

    decide(camille, url, pair, "fusionner", keep=pair.first_id)

    assert set(pair.first.contributions.values_list("organization", flat=True)) == {
        labege.pk,
        caf.pk,
    }
    assert list(pair.second.contributions.all()) == [written]


def test_a_pair_decided_twice_is_said(camille, pair, url):
    decide(camille, url, pair, "lier")

    assert "déjà été traitée" in decide(camille, url, pair, "ecarter")


def test_a_sheet_archived_meanwhile_is_not_merged(camille, pair, url):
    Action.objects.filter(code="A-2").update(archived_at="2022-01-01T00:00Z")

    page = decide(camille, url, pair, "fusionner", keep=pair.first_id)

    assert "L’une des deux fiches est archivée" in page
    assert pair.state == Overlap.State.FOUND


def test_a_former_code_still_answers(camille, convention, url):
    action = make_action(convention, code="A-1")
    action.code = "B-7"
    action.save()

    assert camille.get(url("actions:detail", "A-1")).url == url("actions:detail", "B-7")
    assert camille.get(url("actions:detail", "A-9")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_overlap_list_query_count(camille, convention, url, count, django_assert_num_queries):
    actions = [make_action(convention) for _ in range(count + 1)]
    for other in actions[1:]:
        Overlap.objects.create(first=actions[0], second=other, score="0.80", reasons=["Oui"])

    with django_assert_num_queries(7):
        camille.get(url("actions:overlaps"))
