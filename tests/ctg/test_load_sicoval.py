import json

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Sum

from actions.models import Stake, StrategicObjective
from ctg.convention.models import Commune, Convention, Milestone, Organization, Principle, Signature
from ctg.management.commands.load_sicoval import load_sicoval
from governance.models import Committee

pytestmark = pytest.mark.django_db

TRIANGLE = {
    "type": "Polygon",
    "coordinates": [[[1.5, 43.5], [1.6, 43.5], [1.5, 43.6], [1.5, 43.5]]],
}


def test_load_sicoval_states_what_the_leaflet_states():
    convention = load_sicoval()

    assert str(convention) == "Convention Territoriale Globale 2020–2024"
    assert (convention.annual_support, convention.annual_support_year) == (10_520_374, 2018)
    assert convention.is_demo is False
    assert [(s.code, s.strategic_objectives.count()) for s in convention.stakes.all()] == [
        ("1", 2),
        ("2", 4),
        ("3", 4),
    ]
    assert [theme.code for theme in convention.themes.filter(has_caf_funding=True)] == [
        "petite-enfance",
        "enfance",
        "jeunesse",
    ]
    assert convention.themes.count() == 9
    assert convention.communes.aggregate(communes=Count("pk"), people=Sum("population")) == {
        "communes": 36,
        "people": 81269,
    }


def test_load_sicoval_dates_no_commune_that_the_leaflet_does_not_name():
    convention = load_sicoval()

    signed = convention.signatures.exclude(signed_on=None)
    assert sorted(str(signature.organization) for signature in signed) == ["Caf 31", "Sicoval"]
    assert convention.signatures.filter(signed_on=None).count() == 36


def test_load_sicoval_again_changes_nothing(capsys):
    call_command("load_sicoval")
    counted = [
        (model, model.objects.count())
        for model in (
            Commune,
            Committee,
            Convention,
            Milestone,
            Organization,
            Principle,
            Signature,
            Stake,
            StrategicObjective,
        )
    ]
    Convention.objects.update(short_name="CTG renommée")

    call_command("load_sicoval")

    assert [(model, model.objects.count()) for model, _ in counted] == counted
    assert Convention.objects.get().short_name == "CTG renommée"
    assert (
        capsys.readouterr().out.splitlines()
        == [
            "Convention Territoriale Globale 2020–2024\u00a0: 36 communes, 3 enjeux, 9 thématiques."
        ]
        * 2
    )


def write(tmp_path, content):
    file = tmp_path / "communes.geojson"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def feature(code, geometry=TRIANGLE):
    return {"type": "Feature", "properties": {"INSEE_COM": code}, "geometry": geometry}


def test_load_contours_keeps_the_surface_of_known_communes(tmp_path, capsys):
    load_sicoval()
    point = feature("31025", {"type": "Point", "coordinates": [1.4, 43.4]})
    file = write(tmp_path, {"features": [feature("31254"), feature("75056"), point]})

    call_command("load_contours", file)

    drawn = Commune.objects.filter(contour__isnull=False)
    assert dict(drawn.values_list("name", "contour")) == {"Labège": TRIANGLE}
    assert capsys.readouterr().out == (
        "1\u00a0contour chargé\u00a0; 35\u00a0communes restent sans contour.\n"
    )


def test_contours_keep_the_points_one_sees(tmp_path):
    load_sicoval()
    side = [[1.4 + n / 10_000, 43.4 + (n % 2) / 100_000] for n in range(1000)]
    ring = [*side, [1.5, 43.5], side[0]]
    file = write(
        tmp_path, {"features": [feature("31254", {"type": "Polygon", "coordinates": [ring]})]}
    )

    call_command("load_contours", file)

    (drawn,) = Commune.objects.get(insee_code="31254").contour["coordinates"]
    assert drawn == [side[0], side[-1], [1.5, 43.5], side[0]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "n’est pas une collection GeoJSON."),
        ({"type": "Feature"}, "n’est pas une collection GeoJSON."),
        ([1, 2], "n’est pas une collection GeoJSON."),
        ({"features": [3]}, "n’est pas une collection GeoJSON."),
        ({"features": []}, "n’a aucun contour avec un code Insee"),
        ({"features": [feature(None)]}, "n’a aucun contour avec un code Insee"),
        ({"features": [{"geometry": TRIANGLE}]}, "n’a aucun contour avec un code Insee"),
    ],
)
def test_load_contours_says_what_is_wrong_with_the_file(tmp_path, content, words):
    file = write(tmp_path, content)

    with pytest.raises(CommandError, match=words):
        call_command("load_contours", file)


def test_load_contours_says_that_a_file_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="ne se lit pas"):
        call_command("load_contours", tmp_path / "absent.geojson")
