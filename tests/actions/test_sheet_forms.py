"""Editing a sheet by section, and two people on the same rows."""

import pytest

from actions.models import ActionPartner, ActionStep
from tests.factories.actions import make_action, make_indicator


@pytest.fixture
def action(convention):
    return make_action(convention, code="A-1", title="Avant", pilot=convention.epci)


def shown(response):
    """All that the browser would send back, hidden twins of the rows included."""
    data = {}
    sheet = response.context["sheet"]
    for part in sheet.parts:
        for form in [getattr(part, "management_form", None), *getattr(part, "forms", [part])]:
            for bound in form or ():
                value = bound.value()
                if value is not None and value is not False:
                    data[bound.html_name] = "on" if value is True else value
                if bound.field.show_hidden_initial:
                    data[bound.html_initial_name] = bound.initial or ""
    return data


def section(url, name):
    return url("actions:edit_section", "A-1", name)


def test_a_section_writes_its_own_fields_only(camille, action, url):
    action.description, action.calendar = "Texte", "Printemps"
    action.save()
    data = shown(camille.get(section(url, "texte")))
    assert set(data) == {"seen_at", "description", "expected_results", "findings"}

    camille.post(section(url, "texte"), data | {"description": "Autre", "title": "Pirate"})

    action.refresh_from_db()
    assert (action.description, action.title, action.calendar) == ("Autre", "Avant", "Printemps")


def test_a_section_is_a_fragment_for_htmx_and_a_page_without(camille, action, url):
    page = camille.get(section(url, "texte")).content.decode()
    fragment = camille.get(section(url, "texte"), headers={"HX-Request": "true"}).content.decode()

    assert "<!doctype html>" in page
    assert fragment.strip().startswith('<section class="card card-editing" id="carte-texte"')


def test_a_refused_section_stays_in_its_place(camille, action, url):
    data = shown(camille.get(section(url, "calendrier")))
    data |= {"starts_on": "2022-05-01", "ends_on": "2021-05-01"}

    answer = camille.post(section(url, "calendrier"), data, headers={"HX-Request": "true"})

    assert "La fin doit suivre le début." in answer.content.decode()
    assert answer["HX-Retarget"] == "#carte-calendrier"


def test_unknown_section_is_not_found(camille, action, url):
    assert camille.get(section(url, "budget")).status_code == 404


def test_the_journal_says_from_and_to(camille, action, url):
    data = shown(camille.get(section(url, "calendrier")))

    camille.post(
        section(url, "calendrier"), data | {"calendar": "2025-2027", "steps-0-title": "Un"}
    )

    page = camille.get(url("actions:detail", "A-1")).content.decode()
    entry = page[page.index("Modification") :]
    for text in ("Calendrier en clair", "<del>vide</del>", "<ins>2025-2027</ins>", "<ins>Un</ins>"):
        assert text in entry


def test_the_whole_journal_is_with_the_versions(camille, action, url):
    data = shown(camille.get(section(url, "calendrier")))
    camille.post(section(url, "calendrier"), data | {"steps-0-title": "Recruter"})

    page = camille.get(url("actions:history", "A-1")).content.decode()

    assert "<ins>Recruter</ins>" in page[page.index('id="journal"') :]


def test_rows_changed_apart_are_merged(camille, action, url):
    """The other person dates the step while this one renames it."""
    step = ActionStep.objects.create(action=action, title="Recruter")
    data = shown(camille.get(section(url, "calendrier")))
    ActionStep.objects.filter(pk=step.pk).update(due_on="2023-03-01")

    camille.post(section(url, "calendrier"), data | {"steps-0-title": "Former"})

    step.refresh_from_db()
    assert (step.title, str(step.due_on)) == ("Former", "2023-03-01")


def test_the_same_cell_of_a_row_changed_twice_is_shown_then_kept(camille, action, url):
    step = ActionStep.objects.create(action=action, title="Recruter")
    data = shown(camille.get(section(url, "calendrier"))) | {"steps-0-title": "Former"}
    ActionStep.objects.filter(pk=step.pk).update(title="Embaucher")

    page = camille.post(section(url, "calendrier"), data)

    assert "Embaucher" in page.content.decode()
    step.refresh_from_db()
    assert step.title == "Embaucher"

    camille.post(section(url, "calendrier"), data | {"steps-0-title": "Former", **again(page)})
    step.refresh_from_db()
    assert step.title == "Former"


def again(page):
    """What the refused page would send again."""
    (formset,) = page.context["sheet"].rows.values()
    row = formset.initial_forms[0]
    return {name: row.data[name] for name in row.data if name.startswith(("initial-", row.prefix))}


def test_rows_added_by_two_people_are_all_kept(camille, action, convention, url):
    data = shown(camille.get(section(url, "acteurs")))
    ActionPartner.objects.create(action=action, organization=convention.caf, role="funder")

    camille.post(
        section(url, "acteurs"),
        data | {"partners-1-organization": convention.caf.pk, "partners-1-role": "contributor"},
    )

    assert sorted(action.partners.values_list("role", flat=True)) == [
        "contributor",
        "funder",
        "pilot",
    ]


def test_a_row_removed_by_the_other_person_stays_removed_when_untouched(camille, action, url):
    indicator = make_indicator(action)
    data = shown(camille.get(section(url, "indicateurs")))
    indicator.delete()

    answer = camille.post(section(url, "indicateurs"), data)

    assert answer.status_code == 302
    assert not action.indicators.exists()


def test_a_row_removed_by_the_other_person_comes_back_when_asked_twice(camille, action, url):
    indicator = make_indicator(action)
    data = shown(camille.get(section(url, "indicateurs"))) | {"indicators-0-title": "Familles"}
    indicator.delete()

    page = camille.post(section(url, "indicateurs"), data)
    assert "retirée par quelqu’un d’autre" in page.content.decode()

    camille.post(section(url, "indicateurs"), data | {"indicators-0-gone": "on"})
    assert action.indicators.get().title == "Familles"


def test_the_pilot_can_be_exchanged_in_one_save(camille, action, convention, url):
    ActionPartner.objects.create(action=action, organization=convention.caf, role="contributor")
    data = shown(camille.get(section(url, "acteurs")))
    roles = {data[f"partners-{i}-role"]: i for i in range(2)}

    camille.post(
        section(url, "acteurs"),
        data
        | {
            f"partners-{roles['pilot']}-role": "contributor",
            f"partners-{roles['contributor']}-role": "pilot",
        },
    )

    action.refresh_from_db()
    assert action.pilot == convention.caf


def test_a_partner_added_by_both_is_refused_in_words(camille, action, convention, url):
    data = shown(camille.get(section(url, "acteurs")))
    ActionPartner.objects.create(action=action, organization=convention.caf, role="funder")

    page = camille.post(
        section(url, "acteurs"),
        data | {"partners-1-organization": convention.caf.pk, "partners-1-role": "funder"},
    )

    assert "vient d’être ajouté par quelqu’un d’autre" in page.content.decode()


def test_a_pilot_named_meanwhile_is_said(camille, convention, url):
    action = make_action(convention, code="A-1")
    data = shown(camille.get(section(url, "acteurs")))
    ActionPartner.objects.create(action=action, organization=convention.caf, role="pilot")

    page = camille.post(
        section(url, "acteurs"),
        data | {"partners-0-organization": convention.epci.pk, "partners-0-role": "pilot"},
    )

    assert "Caf 31 est pilote." in page.content.decode()
