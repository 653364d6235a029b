import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from freezegun import freeze_time

from ctg.convention.models import Convention
from ctg.management.demo.story import STORY_DAY, Story
from ctg.pdf import PdfUnavailable
from governance.models import AnnualReview
from governance.reviews import render

pytestmark = pytest.mark.django_db

OURS = ("accounts", "convention", "actions", "financing", "governance")


def load(actions=12, years=2, seed=1):
    call_command("load_demo", publish=False, actions=actions, years=years, seed=seed)
    return Convention.objects.get(slug="sicoval-2020-2024")


# Random by nature, or holding the key of a row, which the database chooses.
CHOSEN_BY_CHANCE = (
    *("password", "token_hash", "file"),
    *("target_id", "data", "query", "figures_seen", "message"),
)


def everything():
    """Each row of ours but histories and passwords; keys by rank, which no database chooses."""
    models = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OURS and not model.__name__.startswith("Historical")
    ]
    rows = {model: list(model._base_manager.order_by("pk").values()) for model in models}
    ranks = {
        model: {row[model._meta.pk.attname]: rank for rank, row in enumerate(rows[model])}
        for model in models
    }
    return {model.__name__: lines(model, rows[model], ranks) for model in models}


def lines(model, rows, ranks):
    """In order of creation, except many-to-many links: nothing says theirs."""
    found = [written(model, row, ranks) for row in rows]
    return sorted(found, key=str) if model._meta.auto_created else found


def written(model, row, ranks):
    kept = {}
    for field in model._meta.concrete_fields:
        value = row[field.attname]
        if field.related_model in ranks:
            kept[field.name] = ranks[field.related_model].get(value)
        elif not field.primary_key and field.name not in CHOSEN_BY_CHANCE:
            kept[field.name] = value
    return kept


def loaded_and_forgotten(**arguments):
    with transaction.atomic():
        load(**arguments)
        found = everything()
        transaction.set_rollback(True)
    return found


@freeze_time("2026-11-23 10:00")
def test_same_arguments_give_the_same_demonstration():
    first = loaded_and_forgotten()

    assert loaded_and_forgotten() == first


def test_another_seed_gives_other_answers():
    first, second = loaded_and_forgotten(seed=1), loaded_and_forgotten(seed=2)

    assert first["Action"] == second["Action"]
    assert first["Contribution"] != second["Contribution"]


def test_load_demo_says_what_it_loaded(capsys):
    call_command("load_demo", publish=False, actions=12, years=2, seed=1)

    assert capsys.readouterr().out == (
        "Convention Territoriale Globale 2020–2024\u00a0: 12 actions fictives, "
        "campagnes 2021 à 2022.\n"
    )


def test_load_demo_on_a_territory_in_use_changes_nothing():
    load()
    before = everything()

    with pytest.raises(CommandError, match="Rien n’a été changé."):
        load(seed=2)

    assert everything() == before


def test_load_sicoval_after_the_demonstration_changes_nothing():
    load()
    before = everything()

    call_command("load_sicoval", verbosity=0)

    assert everything() == before


@pytest.mark.parametrize(("actions", "words"), [(0, "au moins une"), (10**6, "ne dépasse pas")])
def test_load_demo_refuses_an_impossible_number(actions, words):
    with pytest.raises(CommandError, match=words):
        load(actions=actions)

    assert not Convention.objects.exists()


def test_load_demo_publishes_the_closed_years(settings, tmp_path, capsys):
    settings.MEDIA_ROOT = tmp_path

    call_command("load_demo", actions=3, years=2)

    convention = Convention.objects.get(slug="sicoval-2020-2024")
    published = convention.annual_reviews.published()
    assert [(review.year, str(review.published_by)) for review in published] == [(2021, "Camille")]
    assert capsys.readouterr().out.endswith("\nBilan 2021 publié.\n")


def test_load_demo_without_pdf_library_leaves_the_reviews_in_preparation(monkeypatch, capsys):
    def unavailable(*args, **kwargs):
        raise PdfUnavailable("Pango manque.")

    monkeypatch.setattr(render, "render_document", unavailable)

    call_command("load_demo", actions=3, years=2)

    assert not AnnualReview.objects.published().exists()
    assert capsys.readouterr().err == "Les bilans restent en préparation\u00a0: Pango manque.\n"


def test_load_demo_is_for_the_demonstration_only(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        load()

    assert not Convention.objects.exists()


def test_large_demonstration_names_its_local_versions():
    convention = load(actions=140)

    titles = list(convention.actions.in_plan_order().values_list("title", flat=True))
    assert len(set(titles)) == 140
    assert titles[1] == f"{titles[0]} — secteur nord"


def test_story_keeps_past_dates_and_moves_the_others_ahead():
    today = timezone.localdate()
    story = Story(range(2020, 2023), today)

    assert story.ahead(STORY_DAY) == STORY_DAY
    moved = story.ahead(STORY_DAY.replace(day=16))
    assert moved > today
    assert moved.weekday() == STORY_DAY.replace(day=16).weekday()
