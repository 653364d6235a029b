import pytest

from actions.models import Action, ActionPartner, OperationalObjective, Stake
from ctg.convention.journal import record
from ctg.convention.models import JournalEntry
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_indicator,
    make_objective,
    make_stake,
)
from tests.factories.ctg import make_commune, make_convention, make_organization, make_theme


def post_data(response, **changes):
    """What the browser would send back: the forms of the page as they were shown."""
    data = {}
    parts = [response.context["form"]]
    parts += response.context["sheet"].rows.values()
    for part in parts:
        for form in [getattr(part, "management_form", None), *getattr(part, "forms", [part])]:
            for bound in form or ():
                value = bound.value()
                if value is not None and value is not False:
                    data[bound.html_name] = "on" if value is True else value
    return data | changes


@pytest.mark.parametrize("count", [1, 3])
def test_plan_query_count(camille, convention, url, count, django_assert_num_queries):
    commune = make_commune(convention=convention)
    theme = make_theme(convention)
    for _ in range(count):
        make_action(
            convention,
            operational_objective=make_objective(convention, make_stake(convention)),
            pilot=convention.epci,
            communes=[commune],
            themes=[theme],
        )

    with django_assert_num_queries(16):
        response = camille.get(url("actions:plan"))

    assert response.content.decode().count('class="action-row"') == count


@pytest.mark.parametrize("count", [1, 3])
def test_sheet_query_count(camille, convention, url, count, django_assert_num_queries):
    action = make_action(convention, pilot=convention.epci)
    for _ in range(count):
        make_indicator(action)
        ActionPartner.objects.create(action=action, organization=make_organization())

    with django_assert_num_queries(24):
        camille.get(url("actions:detail", action.code))


def test_plan_shows_status_pilot_reach_and_progress(camille, convention, labege, url):
    make_action(
        convention,
        code="A-31",
        title="Ouvrir des permanences",
        status=Action.Status.ONGOING,
        progress=70,
        scope=Action.Scope.COMMUNES,
        communes=[labege],
        pilot=convention.caf,
    )

    page = camille.get(url("actions:plan")).content.decode()

    for text in ("A-31", "Ouvrir des permanences", "En cours", "70\u00a0%", "1 commune", "Caf 31"):
        assert text in page


def test_plan_filters_by_commune_and_says_so(camille, convention, labege, url):
    make_action(convention, title="Ici", communes=[labege])
    make_action(convention, title="Ailleurs")

    page = camille.get(url("actions:plan"), {"commune": labege.pk}).content.decode()

    assert "Ici" in page
    assert "Ailleurs" not in page
    assert "Commune : Labège" in page


def test_plan_ignores_another_conventions_filter_value(camille, convention, url):
    elsewhere = make_commune("Loin", make_convention("loin-2020-2024"))
    make_action(convention, title="Ici")

    response = camille.get(url("actions:plan"), {"commune": elsewhere.pk})

    assert "Une partie de l’adresse n’a pas été comprise" in response.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("camille", 200), ("malik", 403), ("sacha", 403), ("ines", 403), ("alix", 403), ("noa", 404)],
)
def test_create_is_for_the_lead(client_of, url, who, status):
    assert client_of(who).get(url("actions:create")).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("camille", 200), ("malik", 200), ("sacha", 403), ("ines", 403), ("alix", 403), ("noa", 404)],
)
def test_edit_is_for_the_lead_and_the_pilot(client_of, convention, url, who, status):
    action = make_action(convention, pilot=convention.epci)

    assert client_of(who).get(url("actions:edit", action.code)).status_code == status


def test_create_saves_the_whole_sheet(camille, convention, labege, url):
    objective = make_objective(convention)
    page = camille.get(url("actions:create"))
    data = post_data(
        page,
        title="Ouvrir un lieu d’accueil",
        operational_objective=objective.pk,
        scope="communes",
        communes=[labege.pk],
        starts_on="2021-03-01",
        ends_on="2022-12-31",
        **{
            "partners-0-organization": convention.caf.pk,
            "partners-0-role": "pilot",
            "steps-0-title": "Recruter",
            "steps-0-due_on": "2021-06-30",
            "indicators-0-title": "Familles accueillies",
            "indicators-0-target": "1 234,5",
        },
    )

    response = camille.post(url("actions:create"), data)

    action = convention.actions.get()
    assert response.url == action.get_absolute_url()
    assert (action.code, action.pilot, list(action.communes.all())) == (
        "A-01",
        convention.caf,
        [labege],
    )
    assert action.steps.get().title == "Recruter"
    assert str(action.indicators.get().target) == "1234.50"
    assert JournalEntry.objects.get().summary.startswith("Création")


def test_wrong_figures_name_their_field_and_keep_what_was_typed(camille, convention, url):
    objective = make_objective(convention)
    data = post_data(
        camille.get(url("actions:create")),
        title="x" * 301,
        operational_objective=objective.pk,
        starts_on="2022-12-31",
        ends_on="2021-01-01",
        **{"indicators-0-title": "Familles", "indicators-0-target": "douze"},
    )

    page = camille.post(url("actions:create"), data).content.decode()

    assert "Écrivez un nombre en chiffres" in page
    assert 'value="douze"' in page
    assert "300" in page
    assert not Action.objects.exists()


def test_end_before_start_is_refused_in_french(camille, convention, url):
    action = make_action(convention)
    data = post_data(
        camille.get(url("actions:edit", action.code)),
        starts_on="2022-12-31",
        ends_on="2021-01-01",
    )

    page = camille.post(url("actions:edit", action.code), data).content.decode()

    assert "La fin doit suivre le début." in page


def test_duplicate_code_is_refused_at_its_field(camille, convention, url):
    make_action(convention, code="A-1")
    other = make_action(convention, code="A-2")
    data = post_data(camille.get(url("actions:edit", "A-2")), code="A-1")

    page = camille.post(url("actions:edit", "A-2"), data).content.decode()

    assert "Une action porte déjà ce code." in page
    other.refresh_from_db()
    assert other.code == "A-2"


def test_second_to_save_sees_what_the_first_wrote(camille, convention, url):
    action = make_action(convention, title="Avant")
    stale = camille.get(url("actions:edit", action.code))
    fresh = camille.get(url("actions:edit", action.code))
    camille.post(url("actions:edit", action.code), post_data(fresh, title="De Malik"))

    refused = camille.post(url("actions:edit", action.code), post_data(stale, title="De Camille"))
    page = refused.content.decode()

    assert "enregistrée par quelqu’un d’autre" in page
    assert "De Malik" in page
    assert "De Camille" in page
    action.refresh_from_db()
    assert action.title == "De Malik"
    camille.post(url("actions:edit", action.code), post_data(refused))
    action.refresh_from_db()
    assert action.title == "De Camille"


def test_changes_apart_are_merged(camille, convention, labege, url):
    theme = make_theme(convention)
    action = make_action(convention, title="Avant", communes=[labege])
    shown = camille.get(url("actions:edit", action.code))
    camille.post(
        url("actions:edit", action.code),
        post_data(shown, description="De Malik", themes=[theme.pk], ends_on="2023-01-01"),
    )

    saved = camille.post(
        url("actions:edit", action.code), post_data(shown, title="De Camille"), follow=True
    )

    action.refresh_from_db()
    assert (action.title, action.description, str(action.ends_on)) == (
        "De Camille",
        "De Malik",
        "2023-01-01",
    )
    assert list(action.themes.all()) == [theme]
    assert list(action.communes.all()) == [labege]
    assert "venait d’y changer est gardé" in saved.content.decode()


def test_after_a_conflict_the_other_persons_fields_stay(camille, convention, url):
    action = make_action(convention, title="Avant")
    shown = camille.get(url("actions:edit", action.code))
    camille.post(
        url("actions:edit", action.code),
        post_data(shown, title="De Malik", description="De Malik", is_continuous="on"),
    )

    refused = camille.post(url("actions:edit", action.code), post_data(shown, title="De Camille"))
    camille.post(url("actions:edit", action.code), post_data(refused))

    action.refresh_from_db()
    assert (action.title, action.description, action.is_continuous) == (
        "De Camille",
        "De Malik",
        True,
    )


def test_script_in_a_text_is_shown_as_text(camille, convention, url):
    action = make_action(convention, title="<script>alert(1)</script>")

    page = camille.get(url("actions:detail", action.code)).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_organization_of_another_territory_cannot_be_a_partner(camille, convention, url):
    stranger = make_organization("Association lointaine")
    action = make_action(convention)
    data = post_data(
        camille.get(url("actions:edit", action.code)),
        **{"partners-0-organization": stranger.pk, "partners-0-role": "pilot"},
    )

    response = camille.post(url("actions:edit", action.code), data)

    assert response.status_code == 200
    assert not action.partners.exists()


def test_postponing_asks_for_a_date_and_a_reason(camille, convention, url):
    action = make_action(convention, status=Action.Status.ONGOING)
    address = url("actions:move", action.code, "reporter")

    refused = camille.post(address, {"to": "", "reason": ""}).content.decode()
    camille.post(address, {"to": "2060-06-30", "reason": "Recrutement infructueux"})

    assert refused.count("Ce champ est obligatoire") == 4
    action.refresh_from_db()
    assert (action.status, str(action.ends_on)) == ("postponed", "2060-06-30")


def test_forbidden_move_is_refused_in_words(camille, convention, url):
    action = make_action(convention, status=Action.Status.DONE)

    address = url("actions:move", action.code, "abandonner")
    page = camille.post(address, {"reason": "Fin"}, follow=True)

    assert "ne peut pas changer ainsi de statut" in page.content.decode()
    action.refresh_from_db()
    assert action.status == Action.Status.DONE


def test_archived_action_leaves_the_plan_and_comes_back(camille, convention, url):
    action = make_action(convention, title="À retirer")

    camille.post(url("actions:archive", action.code))
    without = camille.get(url("actions:plan")).content.decode()
    archives = camille.get(url("actions:archives")).content.decode()
    camille.post(url("actions:restore", action.code))

    assert "À retirer" not in without
    assert "À retirer" in archives
    assert "À retirer" in camille.get(url("actions:plan")).content.decode()


def test_level_with_lines_below_is_not_archived(camille, convention, url):
    action = make_action(convention)
    objective = action.operational_objective

    camille.post(url("actions:level_archive", "objectifs-operationnels", objective.pk))

    objective.refresh_from_db()
    assert objective.archived_at is None


def test_levels_are_created_from_the_top_down(camille, convention, url):
    camille.post(
        url("actions:level_create", "enjeux"), {"code": "1", "title": "Relier", "position": 1}
    )
    stake = Stake.objects.get()
    camille.post(
        url("actions:level_create", "objectifs-strategiques"),
        {"stake": stake.pk, "code": "1.1", "title": "Mettre en réseau", "position": 1},
    )
    strategic = stake.strategic_objectives.get()
    camille.post(
        url("actions:level_create", "objectifs-operationnels"),
        {"strategic_objective": strategic.pk, "code": "1.1.1", "title": "Réunir", "position": 1},
    )

    assert OperationalObjective.objects.get().strategic_objective.stake == stake
    duplicate = camille.post(
        url("actions:level_create", "enjeux"), {"code": "1", "title": "Encore", "position": 2}
    )
    assert "Un enjeu porte déjà ce code." in duplicate.content.decode()


@pytest.mark.parametrize("name", ["actions:level_create", "actions:level_edit"])
def test_unknown_level_is_not_found(camille, url, name):
    args = ["inconnu"] + ([1] if name.endswith("edit") else [])

    assert camille.get(url(name, *args)).status_code == 404


def test_sheet_hides_unvalidated_answers_from_those_who_do_not_follow(
    client_of, convention, labege, url
):
    action = make_action(convention)
    campaign = make_campaign(convention)
    make_contribution(campaign, action, labege, state="submitted", done="Pas encore relu")

    followed = client_of("ines").get(url("actions:detail", action.code)).content.decode()
    read = client_of("alix").get(url("actions:detail", action.code)).content.decode()

    assert "Pas encore relu" in followed
    assert "Pas encore relu" not in read


def test_sheet_rolls_up_the_last_word_of_each_organization(camille, convention, labege, url):
    action = make_action(convention)
    auzielle, baziege = (make_commune(name, convention) for name in ("Auzielle", "Baziège"))
    old, new = make_campaign(convention, 2021), make_campaign(convention, 2022)
    make_contribution(old, action, labege, state="validated", status="todo", done="Rien encore")
    make_contribution(new, action, labege, state="validated", status="ongoing", done="Ouvert")
    make_contribution(old, action, auzielle, state="validated", status="done")
    make_contribution(new, action, auzielle)
    make_contribution(new, action, baziege)

    sheet = camille.get(url("actions:detail", action.code)).context["sheet"]

    assert [
        (str(row.organization), row.latest.campaign.year, row.latest.status, len(row.earlier))
        for row in sheet.grid.rows
    ] == [("Auzielle", 2021, "done", 0), ("Baziège", 2022, "", 0), ("Labège", 2022, "ongoing", 1)]
    assert sheet.grid.segments == [
        ("done", "réalisée", 1),
        ("ongoing", "en cours", 1),
        ("neutral", "sans réponse", 1),
    ]


def test_communes_never_asked_and_not_concerned_have_their_line(camille, convention, labege, url):
    auzielle = make_commune("Auzielle", convention)
    action = make_action(convention, scope="communes", communes=[labege, auzielle])
    make_contribution(
        make_campaign(convention),
        action,
        labege,
        state="set_aside",
        set_aside_reason="Pas de crèche",
    )

    page = camille.get(url("actions:detail", action.code))

    assert page.context["sheet"].grid.segments == [
        ("neutral", "sans réponse", 1),
        ("abandoned", "non concernée", 1),
    ]
    assert "Pas encore interrogée" in page.content.decode()


def test_the_sheet_leads_to_the_answer_that_is_awaited(client_of, convention, labege, url):
    action = make_action(convention)
    answer = make_contribution(make_campaign(convention), action, labege)
    address = url("progress:answer", answer.pk)

    assert address in client_of("sacha").get(url("actions:detail", action.code)).content.decode()
    assert address not in client_of("alix").get(url("actions:detail", action.code)).content.decode()


def test_sheet_keeps_what_was_said_to_one_commune_from_the_others(client_of, convention, url):
    action = make_action(convention)
    record(
        "contribution.returned",
        action,
        convention=convention,
        by=None,
        summary="Retour à Auzielle : le chiffre manque",
    )

    followed = client_of("ines").get(url("actions:detail", action.code)).content.decode()
    read = client_of("sacha").get(url("actions:detail", action.code)).content.decode()

    assert "le chiffre manque" in followed
    assert "le chiffre manque" not in read
