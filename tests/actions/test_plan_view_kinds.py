from datetime import date

import pytest
from freezegun import freeze_time

from actions.models import Action
from actions.plan.columns import COLUMNS
from actions.plan.matrix import AXES, matrix
from actions.plan.timeline import timeline
from ctg.convention.tiles import tile_cells
from tests.factories.actions import make_action, make_objective, make_stake
from tests.factories.ctg import make_commune, make_theme

VIEWS = ["arborescence", "tableau", "calendrier", "matrice", "carte"]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("count", [1, 3])
def test_views_query_count(
    camille, convention, labege, url, view, count, django_assert_max_num_queries
):
    theme = make_theme(convention)
    for _ in range(count):
        make_action(convention, communes=[labege], themes=[theme], pilot=convention.epci)

    with django_assert_max_num_queries(22):
        response = camille.get(url("actions:plan"), {"vue": view})

    assert f">{count}</p>" in response.content.decode()


@pytest.mark.parametrize("view", VIEWS)
def test_views_without_any_action(camille, convention, url, view):
    assert camille.get(url("actions:plan"), {"vue": view}).status_code == 200


def test_unknown_view_shows_the_tree(camille, convention, url):
    assert camille.get(url("actions:plan"), {"vue": "inconnue"}).context["view"] == "arborescence"


def test_view_and_filters_stay_together_in_the_address(camille, convention, labege, url):
    page = camille.get(url("actions:plan"), {"commune": labege.pk, "vue": "matrice"})

    assert f"?commune={labege.pk}&amp;vue=tableau" in page.content.decode()


def test_table_sorts_both_ways(camille, convention, url):
    make_action(convention, title="Zèbre")
    make_action(convention, title="Éveil")
    make_action(convention, title="abeille")
    make_action(convention, title="Fête")

    def titles(order):
        query = {"vue": "tableau", "tri": order}
        table = camille.get(url("actions:plan"), query).context["table"]
        return [line.action.title for line in table.lines]

    assert titles("intitule") == ["abeille", "Éveil", "Fête", "Zèbre"]
    assert titles("-intitule") == ["Zèbre", "Fête", "Éveil", "abeille"]
    assert len(titles("n’importe quoi")) == 4


@pytest.mark.parametrize("column", [c for c in COLUMNS.values() if c.sort])
def test_table_sorts_by_each_column(camille, convention, labege, url, column):
    make_action(convention, communes=[labege], pilot=convention.epci)
    make_action(convention)
    address = url("actions:plan")

    up, down = (
        camille.get(address, {"vue": "tableau", "tri": sign + column.name}).context["table"]
        for sign in ("", "-")
    )

    assert len(up.lines) == len(down.lines) == 2
    assert up.order == column.name


def test_table_shows_the_chosen_columns(camille, convention, labege, url):
    make_action(convention, communes=[labege], scope="communes")
    query = {"vue": "tableau", "colonne": ["communes", "inconnue", "origine"], "lignes": "100"}

    page = camille.get(url("actions:plan"), query)

    table = page.context["table"]
    assert [column.name for column in table.columns] == ["intitule", "communes", "origine"]
    assert 'data-label="Communes">Labège</td>' in table.lines[0].cells
    assert 'data-label="Origine">nouvelle</td>' in table.lines[0].cells
    assert table.page.paginator.per_page == 100
    assert 'name="vue" value="tableau"' in page.content.decode()


def test_timeline_places_dates_and_says_what_has_none(convention):
    make_action(
        convention, code="A-1", starts_on=date(2021, 1, 1), ends_on=date(2022, 12, 31), progress=40
    )
    make_action(convention, code="A-2", starts_on=date(2024, 1, 1), is_continuous=True)
    make_action(convention, code="A-3", calendar="Pas avant le second semestre 2026")
    actions = Action.objects.with_lateness(date(2022, 6, 30))

    drawn = timeline(convention, actions, date(2022, 6, 30))

    assert [(row["code"], round(row["start"], 2), round(row["end"], 2)) for row in drawn.rows] == [
        ("A-1", 0.2, 0.6),
        ("A-2", 0.8, 1),
    ]
    assert [action.code for action in drawn.undated] == ["A-3"]
    assert round(drawn.today, 2) == 0.5


def test_timeline_has_no_today_line_after_the_convention(convention):
    assert timeline(convention, [], date(2026, 1, 1)).today is None


@freeze_time("2022-06-30")
def test_matrix_counts_each_theme_and_opens_its_actions(convention):
    early, late = make_theme(convention, "Petite enfance"), make_theme(convention, "Emploi")
    make_action(convention, themes=[early, late])
    action = make_action(convention, themes=[early])
    objective = action.operational_objective.strategic_objective

    crossed = matrix(convention, Action.objects.all(), AXES["thematiques"])

    assert crossed.columns == ["Emploi", "Petite enfance"]
    assert [(cell.count, cell.query) for cell in crossed.rows[0].cells] == [
        (1, f"objective={objective.pk}&theme={late.pk}"),
        (2, f"objective={objective.pk}&theme={early.pk}"),
    ]


def test_map_counts_actions_by_commune(camille, convention, url):
    north = make_commune("Nord", convention, latitude="43.55", longitude="1.50")
    make_commune("Sud", convention, latitude="43.42", longitude="1.50")
    make_action(convention, communes=[north])

    tiles = camille.get(url("actions:plan"), {"vue": "carte"}).context["tiles"]

    assert {tile["name"]: tile["value"] for tile in tiles} == {"Nord": 1, "Sud": 0}
    assert {tile["name"]: tile["row"] for tile in tiles}["Nord"] < max(t["row"] for t in tiles)


def test_tiles_never_share_a_cell_and_do_not_depend_on_order():
    points = dict.fromkeys(range(9), (43.5, 1.5)) | {9: (44.0, 1.6)}

    cells = tile_cells(points)

    assert len(set(cells.values())) == 10
    assert cells == tile_cells(dict(reversed(points.items())))
    assert tile_cells({}) == {}


def test_large_tree_reads_only_the_objectives_one_opens(camille, convention, url, monkeypatch):
    monkeypatch.setattr("actions.views.plan.FOLDED_FROM", 3)
    stake = make_stake(convention)
    here = make_objective(convention, stake)
    there = make_objective(convention, stake)
    for progress, objective in ((20, here), (40, here), (100, there)):
        make_action(
            convention,
            operational_objective=objective,
            progress=progress,
            title=f"Action {progress}",
        )

    folded = camille.get(url("actions:plan"))
    opened = camille.get(url("actions:plan"), {"ouvrir": [here.pk, "x"]}).content.decode()

    page = folded.content.decode()
    assert "Voir les 2 actions" in page
    assert "Voir l’action" in page
    assert "Action 20" not in page
    assert folded.context["tree"][0].share_done == 53
    assert "Action 20" in opened and "Action 40" in opened
    assert "Action 100" not in opened


def test_timeline_shows_steps_and_what_has_no_end(convention):
    action = make_action(
        convention, starts_on=date(2021, 1, 1), is_continuous=True, calendar="Chaque printemps"
    )
    action.steps.create(title="Recruter", due_on=date(2022, 1, 1), done_on=date(2022, 1, 5))
    action.steps.create(title="Évaluer", due_on=date(2022, 6, 1))
    action.steps.create(title="Sans date")
    actions = Action.objects.with_lateness(date(2022, 6, 30))

    (row,) = timeline(convention, actions, date(2022, 6, 30)).rows

    assert [(state, title) for _, state, title in row["marks"]] == [
        ("done", "Recruter"),
        ("late", "Évaluer"),
    ]
    assert (row["is_open"], row["note"]) == (True, "Chaque printemps")
    assert "étape « Évaluer », 1er juin 2022" in row["text"]


def test_matrix_of_a_filtered_theme_opens_what_it_counts(camille, convention, url):
    early, work = make_theme(convention, "Petite enfance"), make_theme(convention, "Emploi")
    make_action(convention, themes=[early, work], title="Les deux")
    make_action(convention, themes=[work], title="Emploi seul")
    address = url("actions:plan")

    page = camille.get(address, {"vue": "matrice", "theme": early.pk})

    (row,) = page.context["matrix"].rows
    assert (page.context["matrix"].columns, row.cells[0].count) == (["Petite enfance"], 1)
    found = camille.get(f"{address}?{page.context['query']}&{row.cells[0].query}")
    assert [line.action.title for line in found.context["table"].lines] == ["Les deux"]


def test_tiles_open_what_they_count(camille, convention, labege, url):
    labege.latitude, labege.longitude = "43.5", "1.5"
    labege.save()
    other = make_commune("Auzielle", convention, latitude="43.6", longitude="1.6")
    make_action(convention, communes=[labege, other], title="Gardée")
    make_action(convention, communes=[labege], title="Autre")
    address = url("actions:plan")

    page = camille.get(address, {"vue": "carte", "q": "gardée", "commune": labege.pk})

    tiles = {tile["name"]: tile for tile in page.context["tiles"]}
    assert {name: tile["value"] for name, tile in tiles.items()} == {"Labège": 1, "Auzielle": 0}
    found = camille.get(address + tiles["Labège"]["url"]).context["table"]
    assert [line.action.title for line in found.lines] == ["Gardée"]


SQUARE = [[1.4, 43.5], [1.5, 43.5], [1.5, 43.6], [1.4, 43.6], [1.4, 43.5]]


def test_map_draws_the_contours_when_all_are_known(camille, convention, labege, url):
    labege.contour = {"type": "MultiPolygon", "coordinates": [[SQUARE]]}
    labege.save()
    north = make_commune("Nord", convention, contour={"type": "Polygon", "coordinates": [SQUARE]})
    make_action(convention, communes=[north])

    drawn = camille.get(url("actions:plan"), {"vue": "carte"}).content.decode()
    make_commune("Sud", convention)
    tiles = camille.get(url("actions:plan"), {"vue": "carte"}).content.decode()

    assert 'class="contour level-1" d="M0.0,' in drawn
    assert "<title>Nord, actions : 1</title>" in drawn
    assert "contour-map" not in tiles


@pytest.mark.parametrize("axis", AXES)
def test_matrix_cells_open_their_actions_and_keep_the_filters(
    camille, convention, labege, url, axis
):
    theme = make_theme(convention)
    make_action(convention, communes=[labege], themes=[theme], pilot=convention.epci, title="Ici")
    make_action(convention, title="Ailleurs")

    page = camille.get(url("actions:plan"), {"vue": "matrice", "croiser": axis, "q": "ici"})

    matrix = page.context["matrix"]
    (cell,) = [cell for row in matrix.rows for cell in row.cells if cell.count]
    found = camille.get(f"{url('actions:plan')}?{page.context['query']}&{cell.query}")
    assert [line.action.title for line in found.context["table"].lines] == ["Ici"]


def test_unknown_page_says_what_was_asked(camille, url):
    page = camille.get(f"{url('actions:plan')}actions/A-999/")

    assert page.status_code == 404
    assert "/plan/actions/A-999/" in page.content.decode()
