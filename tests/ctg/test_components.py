from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.db.models.fields import BLANK_CHOICE_DASH
from django.template import Context, RequestContext, Template
from django.utils.html import escape
from django.utils.safestring import mark_safe

from ctg import french
from ctg.templatetags import drawings


def render(source, request=None, **context):
    context = RequestContext(request, context) if request else Context(context)
    return Template(source).render(context).strip()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1234.5"), "1\u202f234,50\u00a0€"),
        (Decimal("42000.00"), "42\u202f000\u00a0€"),
        (Decimal("0.005"), "0,01\u00a0€"),
        (Decimal("-22800"), "−22\u202f800\u00a0€"),
        ("10520374", "10\u202f520\u202f374\u00a0€"),
        (0, "0\u00a0€"),
        (None, "—"),
        ("", "—"),
    ],
)
def test_money_is_written_in_french(value, written):
    assert render("{{ value|money }}", value=value) == written


def test_money_can_always_show_its_cents():
    assert render("{{ value|money:'cents' }}", value=42000) == "42\u202f000,00\u00a0€"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (28500, "+\u202f28\u202f500\u00a0€"),
        (Decimal("-22800.5"), "−\u202f22\u202f800,50\u00a0€"),
        (0, "0\u00a0€"),
        (None, "—"),
    ],
)
def test_signed_money_shows_its_sign(value, written):
    assert render("{{ value|signed_money }}", value=value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1_920_100, "1,92\u00a0M€"),
        (999_600, "1\u00a0M€"),
        (612_400, "612\u00a0k€"),
        (9_500, "9\u202f500\u00a0€"),
        (-1_500_000, "−1,5\u00a0M€"),
        (None, "—"),
    ],
)
def test_money_short_fits_a_headline(value, written):
    assert render("{{ value|money_short }}", value=value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1962, "1\u202f962"),
        (Decimal("12.50"), "12,5"),
        (Decimal("100.00"), "100"),
        (Decimal("1E+3"), "1\u202f000"),
        (-3, "−3"),
        (None, "—"),
    ],
)
def test_number_trims_useless_zeros(value, written):
    assert render("{{ value|number }}", value=value) == written


@pytest.mark.parametrize(
    ("value", "written"), [(70, "70\u00a0%"), (Decimal("66.5"), "67\u00a0%"), (None, "—")]
)
def test_percent_is_whole(value, written):
    assert render("{{ value|percent }}", value=value) == written


def test_dates_are_said_as_people_say_them():
    source = "{{ d|french_date }} / {{ d|french_day }} / {{ d|short_date }}"

    assert render(source, d=date(2020, 3, 1)) == "1er mars 2020 / 1er mars / 1er mars 2020"
    assert render(source, d=date(2023, 1, 12)) == "12 janvier 2023 / 12 janvier / 12 janv. 2023"
    assert render(source, d=None) == "/  /"


def test_instants_are_dated_in_paris():
    late_evening = datetime(2023, 3, 31, 23, 30, tzinfo=UTC)

    assert french.french_date(late_evening) == "1er avril 2023"
    assert french.french_date(datetime(2023, 3, 31, 23, 30)) == "31 mars 2023"


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Pourquoi?", "Pourquoi\u00a0?"),
        ("Un constat : oui ; non !", "Un constat\u00a0: oui\u00a0; non\u00a0!"),
        ("«parfait»", "«\u00a0parfait\u00a0»"),
        ("« parfait »", "«\u00a0parfait\u00a0»"),
        ("l'aide", "l’aide"),
        ("70 % de 42 000 €", "70\u00a0% de 42 000\u00a0€"),
        ("à 10:42 sur https://exemple.fr/a?b=1;c", "à 10:42 sur https://exemple.fr/a?b=1;c"),
    ],
)
def test_typography_adds_no_break_spaces(typed, set_):
    assert french.typeset(typed) == set_


def test_typography_escapes_what_people_typed():
    assert render("{{ t|typography }}", t="<b>Ici & là</b> !") == (
        "&lt;b&gt;Ici &amp; là&lt;/b&gt;\u00a0!"
    )
    assert render("{{ t|typography }}", t=mark_safe("<b>ici</b> !")) == "<b>ici</b> !"
    assert render("{{ t|typography }}", t=None) == ""
    assert render("{% autoescape off %}{{ t|typography }}{% endautoescape %}", t="a<b") == "a<b"


def test_paragraphs_keep_the_lines_and_nothing_else():
    typed = "Un <i>vrai</i> constat:\r\nla suite.\r\n\r\n\r\nAutre."

    assert render("{{ t|paragraphs }}", t=typed) == (
        "<p>Un &lt;i&gt;vrai&lt;/i&gt; constat\u00a0:<br>la suite.</p>\n<p>Autre.</p>"
    )
    assert render("{{ t|paragraphs }}", t="") == ""


@pytest.mark.parametrize(
    ("counts", "parts"),
    [
        ([1, 1, 1], [34, 33, 33]),
        ([9, 23, 4, 11, 1], [19, 48, 8, 23, 2]),
        ([1, 1999], [1, 99]),
        ([1, 1, 1, 997], [1, 1, 1, 97]),
        ([5], [100]),
    ],
)
def test_shares_add_up_to_a_hundred(counts, parts):
    assert drawings.shares(counts) == parts


def test_meter_draws_and_says_its_percent():
    html = render('{% meter 70 "d’avancement" stake=3 %}')

    assert 'class="meter stake-3"' in html
    assert "70\u00a0% d’avancement" in html
    assert '<span class="share-70"></span>' in html


def test_meter_without_value_says_so():
    html = render("{% meter None %}")

    assert "non renseigné" in html
    assert "share-" not in html


def test_status_bar_says_its_counts_and_skips_what_is_empty():
    html = render(
        "{% status_bar s %}",
        s=[("done", "réalisées", 3), ("late", "en retard", 1), ("todo", "x", 0)],
    )

    assert '<span class="status-done share-75"></span>' in html
    assert "<strong>1</strong> en retard" in html
    assert "status-todo" not in html
    assert "Rien à compter" in render("{% status_bar s %}", s=[])


def test_trend_says_every_value():
    html = render(
        "{% trend v labels=y target=40 %}", v=[None, 12, Decimal("38.50")], y=[2020, 2021, 2022]
    )

    assert "<title>2020\u00a0: —\u00a0; 2021\u00a0: 12\u00a0; 2022\u00a0: 38,5</title>" in html
    assert 'points="48.0,20.0 92.0,4.9"' in html
    assert "trend-target" in html
    assert "pas encore de valeur" in render("{% trend v %}", v=[None])
    assert 'points="4.0,12.0"' in render("{% trend v %}", v=[5])


@pytest.mark.parametrize(("value", "depth"), [(0, 0), (None, 0), (1, 1), (5, 2), (14, 4)])
def test_tile_levels_follow_the_highest(value, depth):
    assert drawings.level(value, 14) == depth


def test_tile_map_places_tiles_and_gives_the_table():
    tiles = [
        {"name": "Labège", "value": 9, "row": 0, "column": 2, "url": "/l"},
        {"name": "Odars", "value": 2, "row": 1, "column": 1},
    ]

    html = render("{% tile_map tiles %}", tiles=tiles)

    assert html.count('class="tile tile-none"') == 2
    assert html.index("Labège") < html.index("Odars")
    assert '<th scope="row"><a href="/l">Labège</a></th><td class="figure">9</td>' in html
    assert "tile level-4" in html
    assert "tile-row" not in render("{% tile_map tiles %}", tiles=[])


def test_gantt_places_bars_by_percent_and_says_the_period():
    row = {
        "label": "Recrutement",
        "kind": "done",
        "start": 0.2,
        "end": 0.345,
        "done": 0.5,
        "text": "2021",
    }

    html = render("{% gantt rows ticks today=0.6 %}", rows=[row], ticks=["2020", "2021"])

    assert '<div class="gantt-bar from-20 share-14 status-done">' in html
    assert '<span class="gantt-done share-50"></span>' in html
    assert '<span class="gantt-today from-60"></span>' in html
    assert '<span class="visually-hidden">2021</span>' in html
    assert '<span class="gantt-tick from-50"></span>' in html


def test_stat_table_aligns_the_cents_of_a_column():
    html = render(
        "{% stat_table columns rows 'Montants' footer %}",
        columns=["Type", ("Prévu", "money"), ("Écart", "signed"), ("Part", "percent")],
        rows=[["Alsh", 10, Decimal("1.5"), 50], [None, Decimal("2.00"), None, None]],
        footer=["Total", 12, 1, 100],
    )

    assert '<td class="figure">10\u00a0€</td>' in html
    assert '<td class="figure">+\u202f1,50\u00a0€</td>' in html
    assert '<td class="figure">+\u202f1,00\u00a0€</td>' in html
    assert '<th scope="row">—</th>' in html
    assert "<caption>Montants</caption>" in html


def test_pill_escapes_its_label():
    assert render("{% pill label 'late' %}", label="<b>") == (
        '<span class="pill status-late">&lt;b&gt;</span>'
    )


def test_block_components_keep_their_content():
    html = render(
        '{% card title id="a" note="14" level=3 %}<p>{{ x }}</p>{% endcard %}', title="1 < 2", x="<"
    )

    assert '<section class="card" id="a">' in html
    assert '<h3 class="card-title">1 &lt; 2 <small>14</small></h3>' in html
    assert "<p>&lt;</p>" in html
    assert 'class="notice notice-error"' in render('{% notice "error" %}<p>x</p>{% endnotice %}')
    assert "form-actions-sticky" in render("{% form_actions sticky=True %}x{% endform_actions %}")


def test_fact_says_nothing_when_there_is_nothing():
    assert render('{% fact "Pilote" %}  {% endfact %}') == ""
    assert "<dt>Pilote</dt><dd>aucun</dd>" in render('{% fact "Pilote" "aucun" %}{% endfact %}')
    assert "<dd><a>x</a></dd>" in render('{% fact "Pilote" %} <a>x</a> {% endfact %}')


def test_page_head_and_breadcrumb():
    head = render(
        '{% page_head "Titre" "Sous-titre" eyebrow="Enjeu 3" stake=3 %}{% endpage_head %}'
    )
    crumbs = render('{% breadcrumb "Enjeu 3" "/3" "3.1" stake=3 %}')

    assert "<h1>Titre</h1>" in head
    assert "page-head-actions" not in head
    assert '<a href="/3">Enjeu 3</a>' in crumbs
    assert "<span>3.1</span>" in crumbs


def test_segmented_marks_the_current_view():
    html = render(
        "{% segmented 'Vues' items %}", items=[("Tableau", "?v=t", True), ("Carte", "?v=c", False)]
    )

    assert '<a href="?v=t" aria-current="page">Tableau</a>' in html
    assert '<a href="?v=c">Carte</a>' in html


def test_key_figure_and_empty_state():
    assert "1,85 M€ en 2021" in render('{% key_figure "1,92 M€" "versés" "1,85 M€ en 2021" %}')
    assert 'href="/n"' in render('{% empty_state "Rien" "Pourquoi" "/n" "Créer" %}')


def test_pagination_keeps_the_filters(rf):
    request = rf.get("/plan/", {"theme": "enfance", "page": "2"})
    page = Paginator(range(100), 10).page(2)

    html = render("{% pagination page 'actions' %}", page=page, request=request)

    assert "11 à 20 sur 100 actions" in html
    assert 'href="?theme=enfance&amp;page=3"' in html
    assert 'aria-current="page"' in html
    one_page = Paginator(range(3), 10).page(1)
    assert render("{% pagination page %}", page=one_page, request=request) == ""


class Answer(forms.Form):
    state = forms.ChoiceField(
        label="Où en êtes-vous ?", choices=[("a", "À venir")], widget=forms.RadioSelect
    )
    text = forms.CharField(label="Récit", help_text="En deux phrases.", required=False)
    count = forms.IntegerField(label="Rendez-vous")
    read = forms.BooleanField(label="Relu", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        raise forms.ValidationError("Rien ne va.")


def test_field_says_what_is_required_and_what_was_said():
    form = Answer()

    html = render("{% field form.text previous=said %}", form=form, said="2021 : « oui »")

    assert '<label for="id_text">Récit</label>' in html
    assert 'aria-describedby="id_text_previous id_text_helptext"' in html
    assert (
        '<div class="field-previous" id="id_text_previous">2021\u00a0: «\u00a0oui\u00a0»</div>'
        in html
    )
    assert '<span class="field-required">obligatoire</span>' in form["count"].as_field_group()
    assert form["read"].as_field_group().count("<input") == 1
    assert form["token"].as_field_group().strip() == str(form["token"])


def test_field_links_its_error():
    html = Answer({"count": "x"})["count"].as_field_group()

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_count_error"' in html
    assert 'id="id_count_error"' in html


def test_radio_cards_are_a_named_group():
    html = render('{% radio_cards form.state previous="L’an dernier" %}', form=Answer())

    assert '<fieldset class="field radio-cards" aria-describedby="id_state_previous">' in html
    assert "<legend>Où en êtes-vous ?" in html


def test_error_summary_links_to_each_field():
    html = render("{% error_summary form %}", form=Answer({}))

    assert "3 champs sont à corriger" in html
    assert "<li>Rien ne va.</li>" in html
    assert '<a href="#id_state_0">Où en êtes-vous ?</a>' in html
    assert '<a href="#id_count">Rendez-vous</a>' in html
    assert render("{% error_summary form %}", form=Answer()) == ""


def test_error_summary_reads_formsets():
    formset = forms.formset_factory(Answer, min_num=2, validate_min=True, extra=0)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-state": "a"}
    )

    html = render("{% error_summary formset %}", formset=formset)

    assert '<a href="#id_form-0-count">Rendez-vous</a>' in html
    assert escape(formset.non_form_errors()[0]) in html


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/sicoval/plan/", ' aria-current="page"'),
        ("/sicoval/plan/actions/A-31/", ' aria-current="true"'),
        ("/sicoval/bilans/", ""),
        ("/sicoval/", ""),
    ],
)
def test_nav_link_is_current_in_its_section(rf, path, current):
    request = rf.get(path)
    request.convention = SimpleNamespace(slug="sicoval")

    html = render(
        '{% nav_link "actions:plan" "Plan" badge="progress" %}',
        request=request,
        nav_counts={"progress": 7},
    )

    assert f'<a href="/sicoval/plan/"{current}>' in html
    assert '7<span class="visually-hidden"> à traiter</span>' in html


def test_an_empty_choice_is_said_in_words():
    field = forms.TypedChoiceField(choices=[*BLANK_CHOICE_DASH, ("a", "Adapter")])

    drawn = field.widget.render("nature", "")

    assert "Choisir…" in drawn
    assert "-----" not in drawn
