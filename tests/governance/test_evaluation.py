"""The final evaluation: its figures, its texts, a decision per action, published once."""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from pypdf import PdfReader

from actions.models import IndicatorValue
from ctg.convention.models import JournalEntry
from governance.evaluation import making, questions, services
from governance.evaluation.build import build_evaluation, last_year
from governance.evaluation.data import EvaluationData, YearLine
from governance.evaluation.render import render_archive, render_evaluation
from governance.models import FinalEvaluation
from governance.reviews.data.opening import KeyFigure
from tests.factories.actions import make_action, make_action_review
from tests.factories.ctg import make_convention
from tests.governance.test_review_pdf import failures
from tests.governance.test_review_sections import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_once(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def quick_pdf(monkeypatch):
    def render(evaluation, *, draft=False, **_):
        return b"%PDF projet" if draft else b"%PDF " + evaluation.title.encode()

    monkeypatch.setattr(services, "render_evaluation", render)
    monkeypatch.setattr(making, "render_evaluation", render)
    monkeypatch.setattr(making, "render_archive", lambda *_, **__: b"%PDF archives")


@pytest.fixture
def draft(plan, lead):
    return services.start(plan.convention, by=lead)


@pytest.fixture
def decided(draft, plan):
    actions = plan.convention.actions.all()
    services.decide(draft, dict.fromkeys(actions, ("continue", "")))
    services.decide(draft, {plan.late: ("adapt", "Changer de local")})
    return draft


@pytest.fixture
def published(decided, lead, quick_pdf):
    services.publish(decided, by=lead)
    return decided


# Figures


def test_figures_of_the_years(plan):
    data = build_evaluation(plan.convention)

    assert data.years == (2020, 2021, 2022)
    assert data.by_year == (
        YearLine(2020, None, None, None, 0, 0, None, None),
        YearLine(2021, 2, 30, 1, 1, 1, Decimal("900.00"), None),
        YearLine(2022, 4, 43, 2, 1, 1, Decimal("950.50"), Decimal("5.05")),
    )
    assert data.figures[0] == KeyFigure("1/5", "actions réalisées", "")
    assert data.figures[2] == KeyFigure("2", "réunions tenues", "")
    assert data.figures[3].compared == "de 2020 à 2022"


def test_one_year_alone_is_not_a_period(plan):
    plan.convention.starts_on = date(2022, 1, 1)
    plan.convention.save()

    assert build_evaluation(plan.convention).figures[3].compared == "en 2022"


def test_sentence_comes_from_the_figures(plan):
    data = build_evaluation(plan.convention)

    assert plain(data.headline) == "4 actions sur 5 sont lancées ou réalisées."


def test_facts_beside_each_question(plan):
    coherence, attainment, means, effects = build_evaluation(plan.convention).questions

    assert plain(coherence.facts[0]) == "5 actions pour 2 objectifs stratégiques et 2 enjeux."
    assert [plain(fact) for fact in attainment.facts] == [
        "1 action réalisée sur 5.",
        "Le seul indicateur mesuré a atteint sa cible.",
    ]
    assert any("organismes engagés" in fact for fact in means.facts)
    assert effects.title == "Effets et pérennité"


@pytest.mark.parametrize(
    ("reached", "aimed", "words"),
    [
        (0, 0, "Aucun indicateur mesuré n’a de cible."),
        (0, 1, "Le seul indicateur mesuré n’a pas atteint sa cible."),
        (0, 3, "Aucun des 3 indicateurs mesurés n’a atteint sa cible."),
        (1, 3, "1 des 3 indicateurs mesurés a atteint sa cible."),
        (2, 3, "2 des 3 indicateurs mesurés ont atteint leur cible."),
    ],
)
def test_targets_reached_in_words(reached, aimed, words):
    assert questions._reached(reached, aimed) == words


def test_effects_follow_results_from_first_to_last(plan):
    indicator = plan.done.indicators.get(title="Visites")
    indicator.kind = "result"
    indicator.save()

    effects = build_evaluation(plan.convention).questions[3]

    assert plain(effects.facts[0]) == "A-01 Visites (visites) : 400 en 2021, 1 000 en 2022."


def test_outcome_has_the_course_of_its_years(decided, plan):
    data = build_evaluation(plan.convention)
    outcome = next(o for stake in data.stakes for o in stake.actions if o.code == "A-02")

    assert outcome.shares == (None, 0, 25)
    assert (outcome.decision_label, outcome.reason) == ("Adapter", "Changer de local")


def test_indicators_over_the_years(plan):
    (row,) = build_evaluation(plan.convention).indicators

    assert row.series == ((2020, None), (2021, Decimal(400)), (2022, Decimal(1000)))


def test_empty_convention_is_evaluated_without_trouble(convention):
    data = build_evaluation(convention)

    assert data.headline == "Le plan ne compte encore aucune action."
    assert data.undecided == []
    assert last_year(convention) == 2024


def test_frozen_data_reads_back_equal(decided, plan):
    data = build_evaluation(plan.convention)

    assert EvaluationData.from_json(data.to_json()) == data
    with pytest.raises(ValueError, match="Format d’évaluation inconnu"):
        EvaluationData.from_json({"format_version": 0})


@pytest.mark.parametrize("more", [0, 4])
def test_query_count_does_not_grow(plan, more, django_assert_num_queries):
    for rank in range(more):
        action = make_action(
            plan.convention,
            code=f"B-{rank}",
            communes=plan.communes,
            operational_objective=plan.done.operational_objective,
        )
        make_action_review(action, 2022, status="ongoing", progress=10)
        indicator = action.indicators.create(title="Nombre")
        IndicatorValue.objects.create(indicator=indicator, year=2022, value=3)

    with django_assert_num_queries(35):
        build_evaluation(plan.convention)


# Verbs


def test_start_once(draft, plan, lead):
    assert JournalEntry.objects.get(verb="evaluation.started").by == lead
    with pytest.raises(ValidationError, match="déjà commencée"):
        services.start(plan.convention, by=lead)


def test_decision_is_taken_back_by_none(decided, plan):
    services.decide(decided, {plan.late: ("", "")})

    assert not decided.follow_ups.filter(action=plan.late).exists()
    assert decided.follow_ups.count() == 4


def test_publish_waits_for_every_decision(draft, lead):
    with pytest.raises(ValidationError, match="n’ont pas encore de suite"):
        services.publish(draft, by=lead)


def test_publish_keeps_data_file_and_hash(published):
    published.refresh_from_db()

    content = published.file.read()
    published.file.close()
    assert published.file_sha256 == sha256(content).hexdigest()
    assert EvaluationData.from_json(published.data).undecided == []


def test_published_evaluation_does_not_change(published, plan, lead):
    for attempt in (
        lambda: services.save_texts(published, {"means": "Trop tard"}),
        lambda: services.decide(published, {plan.late: ("stop", "Trop tard")}),
        lambda: services.publish(published, by=lead),
    ):
        with pytest.raises(ValidationError, match="est publiée"):
            attempt()


def test_correction_is_a_new_edition_with_the_same_decisions(published, lead):
    correction = services.open_correction(published, note="Un montant", by=lead)

    assert (correction.edition, correction.corrects) == (2, published)
    assert correction.follow_ups.count() == 5
    with pytest.raises(ValidationError, match="Une édition corrige déjà"):
        services.open_correction(published, note="Encore", by=lead)
    with pytest.raises(ValidationError, match="Seule une évaluation publiée"):
        services.open_correction(correction, note="Encore", by=lead)


def test_failed_publication_leaves_nothing(decided, lead, quick_pdf, monkeypatch, tmp_path):
    monkeypatch.setattr(services, "_journal", lambda *given, **more: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        services.publish(decided, by=lead)

    assert not FinalEvaluation.objects.get().is_published
    assert list(tmp_path.rglob("*.pdf")) == []


def test_same_data_same_bytes(decided, plan):
    data = build_evaluation(plan.convention)

    assert render_evaluation(data) == render_evaluation(data)


# Pages


@pytest.mark.parametrize(
    ("who", "status"), [("malik", 200), ("ines", 200), ("sacha", 403), ("alix", 403), ("noa", 404)]
)
@pytest.mark.parametrize("page", ["detail", "file"])
def test_draft_is_for_those_who_follow_it(client_of, draft, url, page, who, status):
    names = ["projet"] if page == "file" else []

    assert client_of(who).get(url(f"evaluation:{page}", *names)).status_code == status


def test_pdf_of_a_draft_is_asked_for_then_read(camille, draft, quick_pdf, at_once, url):
    page = url("evaluation:file", "projet")
    assert camille.get(url("evaluation:pdf")).url == f"{page}?edition=1"

    html = camille.post(page, follow=True).content.decode()

    assert "Ouvrir le PDF" in html and "rien n’a changé depuis" in html
    answer = camille.get(url("evaluation:pdf"))
    assert b"".join(answer) == b"%PDF projet"
    assert "evaluation-sicoval-2020-2024-projet.pdf" in answer["Content-Disposition"]
    services.save_texts(draft, {"means": "Un poste de plus"})
    assert "ont changé depuis" in camille.get(page).content.decode()


def test_publication_is_followed_and_cancelled(camille, decided, settings, url):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    page = camille.post(url("evaluation:publish"), follow=True).content.decode()
    assert "Publication en cours" in page

    camille.post(url("evaluation:publish_cancel"))

    assert decided.renderings.get().state == "cancelled"
    assert "Publier l’évaluation" in camille.get(url("evaluation:publish")).content.decode()


def test_archive_is_ready_after_the_publication(
    camille, decided, client_of, quick_pdf, at_once, url
):
    camille.post(url("evaluation:publish"))

    answer = client_of("alix").get(url("evaluation:file_open", "archives"))

    assert b"".join(answer) == b"%PDF archives"
    assert "evaluation-sicoval-2020-2024-archives.pdf" in answer["Content-Disposition"]


def test_archived_edition_carries_its_figures(decided, plan, tmp_path):
    content = render_archive(build_evaluation(plan.convention))

    assert failures(content, tmp_path) == []
    assert failures(content, tmp_path, profile="3a") == []
    attached = PdfReader(BytesIO(content)).attachments
    assert list(attached) == ["actions.csv", "annees.csv", "indicateurs.csv"]
    lines = attached["actions.csv"][0].decode("utf-8-sig").splitlines()
    assert any(line.endswith(";Adapter;Changer de local") for line in lines)


@pytest.mark.parametrize("who", ["malik", "sacha", "ines", "alix"])
def test_published_evaluation_is_for_every_member(client_of, published, url, who):
    html = plain(client_of(who).get(url("evaluation:detail")).content.decode())

    assert "Changer de local" in html and "Adapter" in html
    assert b"".join(client_of(who).get(url("evaluation:pdf"))).startswith(b"%PDF")


def test_lead_writes_decides_and_publishes(camille, plan, quick_pdf, at_once, url):
    camille.post(url("evaluation:create"))
    texts = dict.fromkeys(services.TEXTS, "Un texte.")
    camille.post(url("evaluation:prepare"), texts)
    edition = FinalEvaluation.objects.get()
    decisions = {}
    for action in plan.convention.actions.all():
        decisions |= {f"decision_{action.pk}": "continue", f"reason_{action.pk}": ""}
    camille.post(url("evaluation:follow_ups"), decisions)

    answer = camille.post(url("evaluation:publish"), follow=True)

    edition.refresh_from_db()
    assert edition.is_published and edition.means == "Un texte."
    assert "L’évaluation globale est publiée." in answer.content.decode()


def test_autosave_keeps_the_rest(camille, draft, plan, url):
    headers = {"HX-Request": "true"}
    camille.post(url("evaluation:prepare"), {"means": "Deux postes."}, headers=headers)
    row = {f"decision_{plan.late.pk}": "stop", f"reason_{plan.late.pk}": "Sans public"}
    answer = camille.post(url("evaluation:follow_ups"), row, headers=headers)

    draft.refresh_from_db()
    assert (draft.means, draft.effects) == ("Deux postes.", "")
    assert draft.follow_ups.get().reason == "Sans public"
    assert answer["HX-Trigger"] == "ctg:saved"


@pytest.mark.parametrize("decision", ["adapt", "stop"])
def test_reason_is_asked_and_nothing_typed_is_lost(camille, draft, plan, url, decision):
    form = {f"decision_{plan.late.pk}": decision, f"reason_{plan.done.pk}": "Gardé"}

    html = camille.post(url("evaluation:follow_ups"), form).content.decode()

    assert "Dites pourquoi A-02 s’adapte ou s’arrête." in html
    assert "Gardé</textarea>" in html and not draft.follow_ups.exists()


def test_publication_refused_says_why(camille, draft, at_once, url):
    page = camille.post(url("evaluation:publish"), follow=True).content.decode()

    assert "pas encore de suite" in page


def test_too_long_a_text_is_refused(camille, draft, url):
    texts = dict.fromkeys(services.TEXTS, "") | {"means": "x" * 10_001}

    assert "means" in camille.post(url("evaluation:prepare"), texts).context["form"].errors


def test_published_has_no_form(camille, published, url):
    for page in ("prepare", "follow_ups", "publish"):
        assert camille.get(url(f"evaluation:{page}")).url == url("evaluation:detail")


def test_correct_opens_an_edition(camille, published, url):
    camille.post(url("evaluation:correct"), {"correction_note": "Un montant"})

    assert FinalEvaluation.objects.count() == 2
    assert camille.get(url("evaluation:correct")).url == url("evaluation:prepare")
    html = camille.get(url("evaluation:detail")).content.decode()
    assert "Publiée le" in html


def test_list_of_reviews_leads_there(camille, client_of, convention, url):
    assert url("evaluation:create") in camille.get(url("reviews:list")).content.decode()
    assert (
        "Commencer l’évaluation" not in client_of("alix").get(url("reviews:list")).content.decode()
    )


def test_unreadable_data_leads_to_the_pdf(camille, published, url):
    FinalEvaluation.objects.update(data={"format_version": 0})

    assert "ne se lit qu’en PDF" in camille.get(url("evaluation:detail")).content.decode()


def test_not_begun_is_not_found(camille, convention, url):
    make_convention("autre-2020-2024")

    for page in ("detail", "prepare", "pdf"):
        assert camille.get(url(f"evaluation:{page}")).status_code == 404
