from datetime import date
from decimal import Decimal

import pytest
from django import forms
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from actions.answers import beside_previous
from actions.consolidation import roll_up
from actions.forms.answer import AnswerForm
from actions.forms.campaign import CampaignForm
from actions.forms.review import ActionReviewForm
from actions.models import ActionReview, Campaign, IndicatorValue
from ctg import french
from ctg.fields import FrenchDecimalField
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_indicator,
)

# French figures


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1 234,5", "1234.5"),
        ("1\u00a0234", "1234"),
        ("1\u202f234,50", "1234.50"),
        ("1234.5", "1234.5"),
        ("1\t234", "1234"),
        (" 12 ", "12"),
        ("0", "0"),
        (",5", "0.5"),
        ("12,", "12"),
        ("-3,5", "-3.5"),
        ("\u22123,5", "-3.5"),
        ("", None),
        ("   ", None),
    ],
)
def test_figures_are_read_as_people_write_them(typed, read):
    field = FrenchDecimalField(required=False)

    assert field.clean(typed) == (None if read is None else Decimal(read))


@pytest.mark.parametrize(
    "typed", ["douze", "12 rdv", "1.234,5", "1,2,3", "1e5", "1_000", "NaN", "Infinity", "-", "±3"]
)
def test_what_is_not_a_figure_is_refused(typed):
    with pytest.raises(forms.ValidationError) as refusal:
        FrenchDecimalField().clean(typed)

    assert refusal.value.messages == ["Écrivez un nombre en chiffres, par exemple 1 234,5."]


@pytest.mark.parametrize("typed", ["1,234", "1" * 13])
def test_figures_too_long_for_the_column_are_refused(typed):
    with pytest.raises(forms.ValidationError):
        FrenchDecimalField().clean(typed)


@given(st.decimals(-(10**11), 10**11, places=2))
def test_a_figure_shown_is_a_figure_read(figure):
    field = FrenchDecimalField()

    assert field.clean(field.prepare_value(figure)) == figure
    assert not field.has_changed(figure, french.number(figure))


# The answer


@pytest.fixture
def contribution(convention, labege):
    action = make_action(convention)
    return make_contribution(make_campaign(convention), action, labege)


def form_for(contribution, data=None, *, by=None, is_draft=False):
    answer = beside_previous([contribution])[0]
    return AnswerForm(data, answer=answer, by=by, is_draft=is_draft)


def test_only_collected_indicators_are_asked(contribution, cast):
    asked = make_indicator(contribution.action, "Rendez-vous tenus")
    make_indicator(contribution.action, "Coût", is_collected=False)

    form = form_for(contribution, by=cast["sacha"])

    assert [field.name for field in form.figure_fields] == [f"figure_{asked.pk}"]


def test_what_was_said_last_year_and_the_target_are_beside(contribution, cast, convention, labege):
    indicator = make_indicator(contribution.action, target=150, target_year=2024)
    last = make_contribution(
        make_campaign(convention, 2021, is_open=False),
        contribution.action,
        labege,
        state="validated",
        done="Une par mois",
    )
    IndicatorValue.objects.create(indicator=indicator, year=2021, contribution=last, value=1038)

    answer = beside_previous([contribution])[0]

    assert answer.previous_status == "L’an dernier\u00a0: «\u00a0En cours\u00a0»"
    assert answer.previous_done == "2021\u00a0: «\u00a0Une par mois\u00a0»"
    assert [figure.reference for figure in answer.figures] == [
        "2021\u00a0: 1\u202f038 · cible de l’action\u00a0: 150 en 2024"
    ]


def test_a_missed_year_is_named(contribution, convention, labege):
    early = make_campaign(convention, 2020, is_open=False)
    make_contribution(early, contribution.action, labege, state="validated", done="")
    missed = make_campaign(convention, 2021, is_open=False)
    make_contribution(missed, contribution.action, labege, state="draft", done="pas fini")

    answer = beside_previous([contribution])[0]

    assert answer.previous_status == "En 2020\u00a0: «\u00a0En cours\u00a0»"
    assert answer.previous_done == ""


def test_a_first_answer_has_nothing_beside(contribution):
    answer = beside_previous([contribution])[0]

    assert (answer.previous_label, answer.previous_status, answer.previous_done) == ("", "", "")


def test_sending_asks_for_the_status_but_a_draft_does_not(contribution, cast):
    refused = form_for(contribution, {"done": "Oui"}, by=cast["sacha"])
    draft = form_for(contribution, {"done": "Oui"}, by=cast["sacha"], is_draft=True)

    assert refused.errors == {"status": ["Dites où en est l’action chez vous."]}
    assert draft.is_valid()


def test_a_wrong_figure_is_named_and_the_others_are_understood(contribution, cast):
    wrong = make_indicator(contribution.action, "Rendez-vous tenus")
    right = make_indicator(contribution.action, "Habitants aidés")
    text = make_indicator(contribution.action, "Ambiance", nature="qualitative")

    form = form_for(
        contribution,
        {
            "status": "ongoing",
            f"figure_{wrong.pk}": "douze",
            f"figure_{right.pk}": "1 164",
            f"figure_{text.pk}": "douze",
        },
        by=cast["sacha"],
    )

    assert form.refusals == [
        ("Rendez-vous tenus", "Écrivez un nombre en chiffres, par exemple 1 234,5.")
    ]
    assert form.figures == {right: Decimal(1164), text: "douze"}


def test_what_the_browser_did_not_send_is_not_emptied(contribution, cast):
    indicator = make_indicator(contribution.action)
    contribution.status, contribution.done = "ongoing", "Déjà écrit"
    contribution.save()

    form = form_for(contribution, {"difficulty": "La pluie"}, by=cast["sacha"], is_draft=True)

    assert form.is_valid()
    assert (form.instance.status, form.instance.done) == ("ongoing", "Déjà écrit")
    assert indicator not in form.figures


@pytest.mark.parametrize(
    "data",
    [
        {"status": "abandoned"},
        {"status": "ongoing", "done": "x\0"},
        {"seen": "x", "status": "done"},
    ],
)
def test_forged_answers_are_refused(contribution, cast, data):
    assert not form_for(contribution, data, by=cast["sacha"]).is_valid()


def test_too_long_a_text_is_refused(contribution, cast):
    data = {"status": "done", "figure_0": "1"}
    indicator = make_indicator(contribution.action, nature="qualitative")
    data[f"figure_{indicator.pk}"] = "x" * 10_001

    assert list(form_for(contribution, data, by=cast["sacha"]).errors) == [f"figure_{indicator.pk}"]


# The campaign

DATES = {
    "opens_on": "2023-01-02",
    "reminds_on": "2023-01-16",
    "closes_on": "2023-01-31",
    "validates_on": "2023-02-15",
}


def campaign_form(convention, **changes):
    data = DATES | {"year": "2022"} | changes
    return CampaignForm(data, instance=Campaign(), convention=convention)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("reminds_on", "2023-01-01", "Cette date précède l’ouverture."),
        ("closes_on", "2023-01-15", "Cette date précède la relance."),
        ("validates_on", "2023-01-30", "Cette date précède la clôture de la saisie."),
    ],
)
def test_dates_out_of_order_are_said_at_the_right_field(convention, name, value, message):
    form = campaign_form(convention, **{name: value})

    assert form.errors == {name: [message]}


@pytest.mark.parametrize(
    ("year", "message"),
    [
        ("2021", "Une campagne existe déjà pour cette année."),
        ("2019", "La convention couvre 2020–2024."),
        ("deux mille", "Saisissez un nombre entier."),
    ],
)
def test_the_year_is_new_and_within_the_convention(convention, year, message):
    make_campaign(convention, 2021, is_open=False)

    assert campaign_form(convention, year=year).errors == {"year": [message]}


def test_the_next_campaign_is_proposed(convention):
    with freeze_time("2023-01-10"):
        first = CampaignForm(instance=Campaign(), convention=convention)
        make_campaign(convention, 2020, is_open=False)
        next_one = CampaignForm(instance=Campaign(), convention=convention)

    assert (first.initial["year"], next_one.initial["year"]) == (2022, 2021)
    assert first.initial["closes_on"] == date(2023, 2, 9)


def test_an_open_campaign_keeps_its_year(convention):
    campaign = make_campaign(convention)

    form = CampaignForm(DATES | {"year": "2023"}, instance=campaign, convention=convention)

    assert form.is_valid()
    assert form.instance.year == 2022


# The review of an action


def test_a_figure_equal_to_the_sum_follows_the_answers(convention, labege):
    action = make_action(convention)
    summed, changed, quality = (
        make_indicator(action, "Rendez-vous"),
        make_indicator(action, "Habitants", target=500),
        make_indicator(action, "Ambiance", nature="qualitative"),
    )
    campaign = make_campaign(convention)
    for place, count in ((labege, 12), (convention.epci, 30)):
        answer = make_contribution(campaign, action, place, state="validated")
        for indicator in (summed, changed):
            IndicatorValue.objects.create(
                indicator=indicator, year=2022, contribution=answer, value=count
            )
    IndicatorValue.objects.create(indicator=changed, year=2021, value=40)
    figures = roll_up(action, campaign).figures

    shown = ActionReviewForm(instance=ActionReview(), figures=figures)
    form = ActionReviewForm(
        {
            "status": "ongoing",
            "progress": "40",
            f"figure_{summed.pk}": "42",
            f"figure_{changed.pk}": "40",
            f"figure_{quality.pk}": "Bonne",
        },
        instance=ActionReview(action=action, year=2022),
        figures=figures,
    )

    assert shown.initial[f"figure_{summed.pk}"] == Decimal(42)
    assert shown.fields[f"figure_{changed.pk}"].help_text == (
        "Somme des réponses\u00a0: 42 · l’an dernier\u00a0: 40 · cible\u00a0: 500"
    )
    assert form.is_valid()
    assert form.figures == {summed: None, changed: Decimal(40), quality: "Bonne"}


@pytest.mark.parametrize("progress", ["101", "-1", "beaucoup", ""])
def test_progress_is_a_percentage(convention, progress):
    action = make_action(convention)
    form = ActionReviewForm(
        {"status": "ongoing", "progress": progress},
        instance=ActionReview(action=action, year=2022),
        figures=[],
    )

    assert list(form.errors) == ["progress"]
