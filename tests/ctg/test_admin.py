"""The back-office: every model is there, every page answers, no query per row."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions import links
from actions.models import (
    Action,
    ActionPartner,
    ActionReview,
    ActionStep,
    Adjustment,
    Audience,
    BulkChange,
    BulkLine,
    Campaign,
    Contribution,
    Correspondence,
    ExceptionalAccess,
    Finding,
    Indicator,
    IndicatorValue,
    OperationalObjective,
    Overlap,
    PersonalLink,
    PlanImport,
    Proposal,
    Publication,
    Reminder,
    ReminderDate,
    SavedView,
    SheetPrint,
    Stake,
    StrategicObjective,
)
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import (
    AccessRequest,
    Amendment,
    ApiToken,
    Commune,
    Convention,
    Document,
    Invitation,
    JournalEntry,
    Membership,
    Milestone,
    Organization,
    Principle,
    Signature,
    Theme,
)
from ctg.mail.kinds import Kind
from ctg.mail.models import KeptMail, Message, MutedKind, RefusedAddress
from ctg.mail.preferences import mute
from financing.models import (
    BonusLine,
    BudgetLine,
    CalendarDate,
    Declaration,
    Facility,
    FundingAgreement,
    Grant,
    Instalment,
    Rate,
    Scenario,
    ScenarioLine,
    ScenarioRate,
)
from governance.models import (
    AgendaItem,
    AnnualReview,
    Archive,
    Attendance,
    CalendarFeed,
    Committee,
    CommitteeMember,
    Decision,
    FinalEvaluation,
    FollowUp,
    Meeting,
    PublicSite,
    Rendering,
    ReviewLink,
    StakeSynthesis,
)
from tests.factories import serial
from tests.factories.actions import (
    make_action,
    make_action_review,
    make_campaign,
    make_contribution,
    make_indicator,
    make_objective,
    make_stake,
)
from tests.factories.ctg import (
    make_commune,
    make_convention,
    make_member,
    make_organization,
    make_theme,
    make_user,
)
from tests.factories.financing import (
    make_agreement,
    make_bonus_line,
    make_budget_line,
    make_calendar_date,
    make_declaration,
    make_facility,
    make_grant,
    make_instalment,
    make_rate,
    make_scenario,
    make_scenario_line,
)
from tests.factories.governance import (
    make_agenda_item,
    make_attendance,
    make_committee,
    make_decision,
    make_meeting,
    make_review,
    make_seat,
)

OURS = ("accounts", "mail", "convention", "actions", "financing", "governance")


def strategic_objective(convention):
    stake = make_stake(convention)
    return StrategicObjective.objects.create(stake=stake, code="1", title="Objectif")


def indicator_value(convention):
    answer = contribution(convention)
    return IndicatorValue.objects.create(
        indicator=make_indicator(answer.action), year=2022, contribution=answer, value=1
    )


def contribution(convention):
    campaign = make_campaign(convention, year())
    return make_contribution(campaign, make_action(convention), make_organization())


def meeting(convention):
    return make_meeting(make_committee(convention, theme=make_theme(convention)))


def bonus_line(convention):
    return make_bonus_line(make_facility(convention, manager=make_organization()))


def personal_link(convention):
    campaign = make_campaign(convention, year())
    links.issue(campaign, make_organization(), address="a@example.org")
    return PersonalLink.objects.first()


def synthesis(convention):
    review = make_review(convention, year())
    return StakeSynthesis.objects.create(review=review, stake=make_stake(convention))


def year(number=2000):
    return number + next(serial) % 7000


# One row of each model, with relations of its own: a query per row would be seen.
MAKERS = {
    User: lambda c: make_user(),
    Organization: lambda c: make_organization(),
    Commune: lambda c: make_commune(convention=c),
    Convention: lambda c: make_convention(
        f"c-{next(serial)}", follows=make_convention(f"c-{next(serial)}")
    ),
    Theme: lambda c: make_theme(c),
    Principle: lambda c: Principle.objects.create(convention=c, text="Co-construction"),
    Milestone: lambda c: Milestone.objects.create(convention=c, label="Signature"),
    Signature: lambda c: Signature.objects.create(
        convention=c, organization=make_organization(), signed_on=date(2020, 3, 2)
    ),
    Document: lambda c: Document.objects.create(
        convention=c, title="Portrait", file="documents/p.pdf", added_by=make_user()
    ),
    Amendment: lambda c: Amendment.objects.create(convention=c, number=next(serial), subject="X"),
    Membership: lambda c: make_member(c, organization=make_organization()).memberships.get(),
    JournalEntry: lambda c: record("x", c, convention=c, by=make_user(), summary="Fait"),
    Finding: lambda c: Finding.objects.create(convention=c, text="Constat"),
    Audience: lambda c: Audience.objects.create(convention=c, label=f"Public {next(serial)}"),
    Stake: lambda c: make_stake(c),
    StrategicObjective: strategic_objective,
    OperationalObjective: lambda c: make_objective(c, make_stake(c)),
    Action: lambda c: make_action(c, pilot=make_organization(), ends_on=date(2024, 12, 31)),
    ActionStep: lambda c: ActionStep.objects.create(action=make_action(c), title="Étape"),
    ActionPartner: lambda c: make_action(c, pilot=make_organization()).partners.get(),
    Indicator: lambda c: make_indicator(make_action(c)),
    IndicatorValue: indicator_value,
    Campaign: lambda c: make_campaign(c, year()),
    Contribution: contribution,
    ActionReview: lambda c: make_action_review(make_action(c), consolidated_by=make_user()),
    Facility: lambda c: make_facility(c, commune=make_commune(), manager=make_organization()),
    FundingAgreement: lambda c: make_agreement(make_facility(c)),
    Rate: lambda c: make_rate(convention=c),
    BonusLine: bonus_line,
    Instalment: lambda c: make_instalment(bonus_line(c)),
    Declaration: lambda c: make_declaration(bonus_line(c), declared_by=make_user()),
    CalendarDate: lambda c: make_calendar_date(c, "balance", date(2023, 7, 1), year()),
    Scenario: lambda c: make_scenario(c, created_by=make_user()),
    ScenarioLine: lambda c: make_scenario_line(make_scenario(c), make_facility(c)),
    ScenarioRate: lambda c: make_scenario(c).rates.create(kind="alsh_floor", amount=1),
    Grant: lambda c: make_grant(c, granted_by=make_organization()),
    BudgetLine: lambda c: make_budget_line(make_action(c), funder=make_organization()),
    Committee: lambda c: make_committee(c, theme=make_theme(c)),
    CommitteeMember: lambda c: make_seat(make_committee(c), make_organization()),
    Meeting: meeting,
    AgendaItem: lambda c: make_agenda_item(meeting(c)),
    Attendance: lambda c: make_attendance(meeting(c), make_organization()),
    Decision: lambda c: make_decision(
        meeting(c), owner=make_organization(), due_on=date(2023, 6, 30)
    ),
    AnnualReview: lambda c: make_review(c, year(), published_by=make_user()),
    StakeSynthesis: synthesis,
    PersonalLink: personal_link,
    CalendarFeed: lambda c: CalendarFeed.objects.create(person=make_user()),
    ReminderDate: lambda c: ReminderDate.objects.create(
        campaign=make_campaign(c, year()), on=date(2023, 1, 16)
    ),
    Reminder: lambda c: Reminder.objects.create(
        campaign=make_campaign(c, year()), organization=make_organization(), address="a@example.org"
    ),
    ExceptionalAccess: lambda c: ExceptionalAccess.objects.create(
        campaign=make_campaign(c, year()),
        organization=make_organization(),
        until=date(2023, 3, 1),
        reason="Absence",
    ),
    Message: lambda c: Message.objects.create(address="a@example.org", kind=Kind.REMINDER),
    RefusedAddress: lambda c: RefusedAddress.objects.create(address=f"{next(serial)}@example.org"),
    MutedKind: lambda c: mute(Kind.REMINDER, f"{next(serial)}@example.org"),
    KeptMail: lambda c: KeptMail.objects.create(to="a@example.org", subject="Bonjour", text="T"),
}
# Written by the verbs of the site.
READ_ONLY = (
    JournalEntry,
    ActionReview,
    Message,
    MutedKind,
    RefusedAddress,
    KeptMail,
    PersonalLink,
    Reminder,
    ReminderDate,
    ExceptionalAccess,
    CalendarFeed,
)
# Prepared, followed and undone on pages of the site; a person who helps uses the same pages.
KEPT_BY_PAGES = {
    AccessRequest,
    Adjustment,
    ApiToken,
    Archive,
    BulkChange,
    BulkLine,
    Correspondence,
    FinalEvaluation,
    FollowUp,
    Invitation,
    Overlap,
    PlanImport,
    Proposal,
    PublicSite,
    Publication,
    Rendering,
    ReviewLink,
    SavedView,
    SheetPrint,
}
MODELS = sorted(MAKERS, key=lambda model: model._meta.label)


def label(model):
    return model._meta.label_lower


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def support(db):
    client = Client()
    client.force_login(make_user("Administratrice", is_staff=True, is_superuser=True))
    return client


def test_every_model_is_registered():
    ours = {
        model
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.startswith("Historical") and not model._meta.auto_created
    }

    assert ours - set(admin.site._registry) == KEPT_BY_PAGES
    assert ours - set(MAKERS) == KEPT_BY_PAGES


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_list_answers_without_a_query_per_row(support, convention, model):
    url = address(model, "changelist")

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = support.get(url)
        assert response.status_code == 200
        return len(captured), response.context["cl"].result_count

    MAKERS[model](convention)
    support.get(url)
    before, rows = queries()
    MAKERS[model](convention)
    MAKERS[model](convention)
    after, more_rows = queries()

    assert more_rows >= rows + 2
    assert after == before


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_add_page_answers_without_a_query_per_row(support, convention, model):
    url = address(model, "add")
    expected = 403 if model in READ_ONLY else 200
    counts = []

    for new_rows in (1, 2):
        for _ in range(new_rows):
            MAKERS[model](convention)
        support.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert support.get(url).status_code == expected
        counts.append(len(captured))

    assert counts[0] == counts[1]


@pytest.mark.ignore_template_errors  # Django’s own password widget
@pytest.mark.parametrize("model", MODELS, ids=label)
def test_change_page_and_history_answer(support, convention, model):
    row = MAKERS[model](convention)

    for page in ("change", "history"):
        assert support.get(address(model, page, row.pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_search_answers(support, convention, model):
    MAKERS[model](convention)

    response = support.get(address(model, "changelist"), {"q": "a"})

    assert response.status_code == 200


@pytest.mark.parametrize("who", ["camille", "noa"])
def test_back_office_is_for_staff(client_of, who):
    response = client_of(who).get(reverse("admin:index"))

    assert (response.status_code, response.url) == (302, "/admin/login/?next=/admin/")


def test_back_office_speaks_french_and_says_its_name(support):
    page = support.get(reverse("admin:index")).content.decode()

    assert "Administration CTG" in page
    assert "Enjeux" in page


# People


def test_person_is_added_without_password(support):
    response = support.post(
        address(User, "add"),
        {"email": "Zoe@Example.org", "first_name": "Zoé", "usable_password": "false"},
    )

    person = User.objects.get(email="zoe@example.org")
    assert response.url == address(User, "change", person.pk)
    assert not person.has_usable_password()


def test_person_keeps_a_lower_case_address(support):
    person = make_user()
    data = {"email": "Autre@Example.org", "first_name": "Dominique", "is_active": "on"}

    support.post(address(User, "change", person.pk), data)

    person.refresh_from_db()
    assert person.email == "autre@example.org"


# What is only read, what is kept


@pytest.mark.parametrize("model", [JournalEntry, AnnualReview], ids=label)
def test_read_only_rows_refuse_a_change(support, convention, model):
    row = MAKERS[model](convention)

    assert support.post(address(model, "change", row.pk), {"year": 1999}).status_code == 403
    assert support.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_syntheses_of_a_published_review_are_read_only(support, convention):
    row = synthesis(convention)
    assert support.get(address(StakeSynthesis, "change", row.pk)).context["has_change_permission"]

    published = make_review(convention, 1999, published_by=make_user())
    StakeSynthesis.objects.filter(pk=row.pk).update(review=published)

    for page in (
        support.get(address(StakeSynthesis, "change", row.pk)),
        support.get(address(AnnualReview, "change", published.pk)),
    ):
        assert not page.context["has_change_permission"]
        assert b'name="_save"' not in page.content


def test_draft_review_can_be_changed(support, convention):
    draft = make_review(convention)

    page = support.get(address(AnnualReview, "change", draft.pk))

    assert b'name="_save"' in page.content


@pytest.mark.parametrize(
    "model", [Action, Stake, Contribution, Decision, BonusLine, Convention], ids=label
)
def test_the_archives_are_not_deleted(support, convention, model):
    row = MAKERS[model](convention)

    assert support.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def call(support, model, verb, *rows):
    data = {"action": verb, "_selected_action": [row.pk for row in rows]}
    return support.post(address(model, "changelist"), data, follow=True).content.decode()


@pytest.mark.parametrize("model", [Stake, StrategicObjective, OperationalObjective, Action])
def test_plan_lines_are_archived_and_restored_by_the_verbs(support, convention, model):
    row = MAKERS[model](convention)

    call(support, model, "archive", row)
    row.refresh_from_db()
    assert row.archived_at
    assert convention.journal.get().verb == f"{model._meta.model_name}.archived"

    call(support, model, "restore", row)
    row.refresh_from_db()
    assert row.archived_at is None


def test_archiving_a_stake_in_use_is_refused_in_words(support, convention):
    stake = make_action(convention).stake

    assert "contient encore des lignes du plan" in call(support, Stake, "archive", stake)


def test_document_remembers_who_added_it(support, convention, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "portrait.pdf").write_bytes(b"%PDF-1.7")

    with (tmp_path / "portrait.pdf").open("rb") as file:
        support.post(
            address(Document, "add"),
            {"convention": convention.pk, "title": "Portrait", "file": file},
        )

    document = Document.objects.get()
    assert document.added_by.first_name == "Administratrice"
    support.post(
        address(Document, "change", document.pk),
        {"convention": convention.pk, "title": "Portrait 2018"},
    )
    document.refresh_from_db()
    assert (document.title, document.added_by.first_name) == ("Portrait 2018", "Administratrice")


def test_another_conventions_choices_are_refused(support, convention):
    theirs = make_theme(make_convention("loin-2020-2024"))
    data = {"convention": convention.pk, "kind": "steering", "name": "Comité"}
    forms = {"members-TOTAL_FORMS": 0, "members-INITIAL_FORMS": 0}

    refused = support.post(address(Committee, "add"), data | forms | {"theme": theirs.pk})
    ours = make_theme(convention)
    support.post(address(Committee, "add"), data | forms | {"theme": ours.pk})

    assert refused.context["errors"] == [["Ce choix appartient à une autre convention."]]
    assert Committee.objects.get().theme == ours
