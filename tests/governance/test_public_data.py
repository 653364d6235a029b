"""The files of open data: complete, described, harmless."""

import csv
import json
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from actions.models import Action
from governance.public.datasets import ACTIONS, COMMUNES, FIGURES
from tests.factories.actions import make_action, make_indicator
from tests.factories.ctg import make_commune, make_theme
from tests.factories.financing import make_grant, make_rate
from tests.factories.governance import make_public_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(convention):
    return make_public_site(convention)


@pytest.fixture
def read(client, convention):
    def get(name, extension, status=200):
        answer = client.get(reverse("public:download", args=[convention.slug, name, extension]))
        assert answer.status_code == status
        return answer

    return get


def rows(answer, delimiter=";"):
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=delimiter))


def test_actions_are_the_same_in_csv_and_json(convention, site, labege, read):
    make_action(convention)
    theme, other = make_theme(convention, "Enfance"), make_theme(convention, "Jeunesse")
    make_action(
        convention,
        code="A-7",
        title="Un forum",
        themes=[theme, other],
        communes=[labege],
        scope=Action.Scope.COMMUNES,
        pilot=convention.epci,
        progress=40,
        public=True,
    )

    (line,) = rows(read("actions", "csv"))
    (record,) = json.loads(read("actions", "json").content)["actions"]

    assert list(line) == list(record) == [field.name for field in ACTIONS.fields]
    assert (line["code"], line["intitule"], line["avancement"]) == ("A-7", "Un forum", "40")
    assert (record["code"], record["intitule"], record["avancement"]) == ("A-7", "Un forum", 40)
    assert line["thematiques"] == "Enfance | Jeunesse"
    assert record["thematiques"] == ["Enfance", "Jeunesse"]
    assert (line["en_retard"], record["en_retard"]) == ("non", False)
    assert record["communes_insee"] == [labege.insee_code]
    assert record["pilote"] == "Sicoval"


def test_figures_are_numbers(convention, site, read):
    action = make_action(convention, code="A-7", public=True)
    make_indicator(action, target=Decimal("12.50")).values.create(year=2022, value=3)

    (line,) = rows(read("indicateurs", "csv"))
    (record,) = json.loads(read("indicateurs", "json").content)["indicateurs"]

    assert list(line) == [field.name for field in FIGURES.fields]
    assert (line["action_code"], line["cible"], line["valeur"]) == ("A-7", "12,5", "3")
    assert (record["cible"], record["valeur"], record["annee"]) == (12.5, 3, 2022)


def test_communes_have_their_contour_or_their_point_or_nothing(convention, site, read):
    square = {"type": "Polygon", "coordinates": [[[1, 43], [2, 43], [2, 44], [1, 43]]]}
    drawn = make_commune("Auzielle", convention, contour=square, population=1500)
    make_commune("Labège", convention, latitude=Decimal("43.53"), longitude=Decimal("1.52"))
    make_commune("Odars", convention)
    make_action(convention, communes=[drawn], status="done", public=True)
    make_action(convention, communes=[drawn])

    answer = read("communes", "geojson")
    places = json.loads(answer.content)

    assert answer["Content-Type"] == "application/geo+json"
    assert [place["geometry"] for place in places["features"]] == [
        square,
        {"type": "Point", "coordinates": [1.52, 43.53]},
        None,
    ]
    known = places["features"][0]["properties"]
    assert list(known) == [field.name for field in COMMUNES.fields]
    assert (known["commune"], known["actions"], known["realisees"]) == ("Auzielle", 1, 1)
    assert [line["actions"] for line in rows(read("communes", "csv"))] == ["1", "0", "0"]


def test_formulas_are_harmless_in_csv(convention, site, read):
    make_action(convention, title="=HYPERLINK(1)", description="@SUM(1)", public=True)

    (line,) = rows(read("actions", "csv"))

    assert (line["intitule"], line["description"]) == ("'=HYPERLINK(1)", "'@SUM(1)")


def test_grants_are_published_on_their_own_choice(convention, site, read):
    make_rate(kind="grant_threshold", amount=23_000, valid_from=date(2016, 1, 1))
    make_grant(convention, purpose="Soutien", amount=30_000)
    make_grant(convention, purpose="Petite aide", amount=1_000)
    read("subventions", "csv", status=404)

    site.shows_grants = True
    site.save()

    (line,) = rows(read("subventions", "csv"), delimiter=",")
    assert (line["objet"], line["montant"]) == ("Soutien", "30000.00")


def test_the_catalogue_describes_each_file_it_offers(client, convention, site, read):
    make_action(convention, public=True)

    address = reverse("public:datapackage", args=[convention.slug])
    catalogue = json.loads(client.get(address).content)

    assert catalogue["licenses"][0]["title"] == "Licence Ouverte 2.0"
    offered = {resource["path"]: resource for resource in catalogue["resources"]}
    assert len(offered) == 6
    for path, resource in offered.items():
        answer = client.get(path.removeprefix("http://127.0.0.1:8000"))
        assert answer["Content-Type"].startswith(resource["mediatype"]), path
        if resource["format"] == "csv":
            names = [field["name"] for field in resource["schema"]["fields"]]
            delimiter = resource["dialect"]["delimiter"]
            assert answer.content.decode("utf-8-sig").splitlines()[0] == delimiter.join(names)


@pytest.mark.parametrize("file", [("actions", "exe"), ("personnes", "csv"), ("actions", "geojson")])
def test_an_unknown_file_is_not_found(convention, site, read, file):
    read(*file, status=404)
