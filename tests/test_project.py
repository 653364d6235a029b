"""The rules of the house: what a person could forget, a test remembers."""

import re
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from actions.exchange.services import receive
from actions.models import BulkChange, ExceptionalAccess, Overlap, Proposal, SheetPrint
from ctg.convention.models import Amendment, Document
from ctg.convention.rights import Role
from governance.models import FinalEvaluation, ReviewLink
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_saved_view,
)
from tests.factories.ctg import make_member, make_user
from tests.factories.financing import (
    make_agreement,
    make_bonus_line,
    make_calendar_date,
    make_facility,
    make_grant,
    make_instalment,
    make_rate,
    make_scenario,
)
from tests.factories.governance import (
    make_agenda_item,
    make_attendance,
    make_committee,
    make_decision,
    make_meeting,
    make_review,
)

ROOT = Path(settings.BASE_DIR)
OURS = ("accounts", "mail", "convention", "operations", "actions", "financing", "governance")
LIBRARIES = tuple("account/ admin/ allauth/ django/ mfa/ socialaccount/ usersessions/".split())

EVERYONE = "camille malik sacha ines alix"
# Who may open each page of a convention, or send what it takes; the rest of the cast
# gets 403, or 404 where even the existence is not theirs to know (a review in preparation).
MAY = {
    "archive:archive": "camille",
    "archive:download": "camille",
    "governance:home": EVERYONE,
    "governance:changes": EVERYONE,
    "governance:follow": "camille",
    "governance:search": EVERYONE,
    "governance:life": EVERYONE,
    "governance:poster": EVERYONE,
    "governance:poster_pdf": EVERYONE,
    "governance:amendment": "camille",
    "governance:amendment_create": "camille",
    "governance:life_edit": "camille",
    "governance:committees": EVERYONE,
    "governance:committee": EVERYONE,
    "governance:committee_create": "camille",
    "governance:committee_edit": "camille",
    "governance:committee_close": "camille",
    "governance:meeting": EVERYONE,
    "governance:meeting_calendar": EVERYONE,
    "governance:paper": EVERYONE,
    "governance:register_pdf": EVERYONE,
    "governance:register_sheet": EVERYONE,
    "governance:meeting_create": "camille",
    "governance:meeting_edit": "camille",
    "governance:meeting_move": "camille",
    "governance:guest": "camille",
    "governance:guest_dismiss": "camille",
    "governance:minutes": "camille",
    "governance:reply": "camille sacha",
    "governance:agenda": "camille",
    "governance:agenda_add": "camille",
    "governance:agenda_item": "camille",
    "governance:agenda_order": "camille",
    "governance:agenda_remove": "camille",
    "governance:session": "camille",
    "governance:session_decide": "camille",
    "governance:session_presence": "camille",
    "governance:decisions": EVERYONE,
    "governance:decision": EVERYONE,
    "governance:decision_create": "camille",
    "governance:decision_edit": "camille",
    "governance:decision_apply": "camille",
    "governance:decision_drop": "camille",
    "governance:decision_reopen": "camille",
    "governance:decision_remove": "camille",
    "actions:plan": EVERYONE,
    "actions:former_search": EVERYONE,
    "actions:export": EVERYONE,
    "actions:imports": "camille",
    "actions:import": "camille",
    "actions:import_confirm": "camille",
    "actions:import_drop": "camille",
    "actions:import_undo": "camille",
    "actions:import_report": "camille",
    "actions:views": EVERYONE,
    "actions:sheets": EVERYONE,
    "actions:sheet_pdf": EVERYONE,
    "actions:sheet_print": "camille",
    "actions:sheet_print_file": "camille",
    "actions:view_change": "camille",
    "actions:view_delete": "camille",
    "actions:archives": "camille",
    "actions:detail": EVERYONE,
    "actions:history": EVERYONE,
    "actions:create": "camille",
    "actions:bulk": "camille malik",
    "actions:bulk_list": "camille",
    "actions:bulk_detail": "camille",
    "actions:bulk_undo": "camille",
    "actions:overlaps": "camille",
    "actions:overlaps_look_for": "camille",
    "actions:overlap": "camille",
    "actions:overlap_decide": "camille",
    "actions:edit": "camille malik",
    "actions:proposals": "camille malik sacha",
    "actions:propose": "camille malik sacha",
    "actions:proposal": "camille sacha",
    "actions:proposal_decide": "camille",
    "actions:order": "camille",
    "actions:codes": "camille",
    "actions:place": "camille",
    "actions:edit_section": "camille malik",
    "actions:cell": "camille malik",
    "actions:move": "camille malik",
    "actions:history_restore": "camille malik",
    "actions:archive": "camille",
    "actions:restore": "camille",
    "actions:level_create": "camille",
    "actions:level_edit": "camille",
    "actions:level_archive": "camille",
    "actions:level_restore": "camille",
    "progress:home": EVERYONE,
    "progress:mine": "camille malik sacha",
    "progress:answer": "camille sacha",
    "progress:nothing_new": "camille sacha",
    "progress:set_aside": "camille sacha",
    "progress:read": "camille malik sacha ines",
    "progress:answers": "camille malik sacha ines",
    "progress:year": "camille malik ines",
    "progress:queue": "camille",
    "progress:expected": "camille",
    "progress:expected_choose": "camille",
    "progress:ask_no_longer": "camille",
    "progress:access": "camille",
    "progress:end_access": "camille",
    "progress:reminders": "camille",
    "progress:reminder_dates": "camille",
    "progress:contact": "camille",
    "progress:revoke_links": "camille",
    "progress:accept_addresses": "camille",
    "progress:validate": "camille",
    "progress:correct": "camille",
    "progress:return": "camille",
    "progress:campaign": "camille",
    "progress:close": "camille",
    "progress:reopen": "camille",
    "progress:consolidate": "camille",
    "financing:overview": "camille malik ines alix",
    "financing:facility": "camille malik ines alix",
    "financing:action": "camille malik ines alix",
    "financing:rates": "camille malik ines alix",
    "financing:budgets": "camille malik ines alix",
    "financing:action_edit": "camille malik",
    "financing:scenarios": "camille malik ines alix",
    "financing:scenario": "camille malik ines alix",
    "financing:scenario_create": "camille",
    "financing:scenario_edit": "camille",
    "financing:scenario_adopt": "camille",
    "financing:scenario_archive": "camille",
    "financing:import": "camille",
    "financing:grants": "camille malik ines alix",
    "financing:grant_create": "camille",
    "financing:grant_edit": "camille",
    "financing:scdl": "camille malik ines alix",
    "financing:territories": "camille malik ines alix",
    "financing:rate_create": "camille",
    "financing:rate_edit": "camille",
    "financing:export": "camille malik ines alix",
    "financing:years": "camille malik ines alix",
    "financing:manager": "camille malik ines alix",
    "financing:facility_create": "camille",
    "financing:facility_edit": "camille",
    "financing:agreement_create": "camille",
    "financing:agreement_edit": "camille",
    "financing:agreement_document": "camille malik ines alix",
    "financing:declare": "camille malik",
    "financing:amounts": "camille ines",
    "financing:adopt": "camille",
    "financing:compute": "camille",
    "financing:payments": "camille malik ines alix",
    "financing:receive": "camille ines",
    "financing:payment_correct": "camille ines",
    "financing:calendar": "camille",
    "financing:deadlines": "camille malik ines alix",
    "financing:remind": "camille",
    "publication:home": "camille",
    "publication:open": "camille",
    "publication:close": "camille",
    "publication:stake": "camille",
    "publication:publish": "camille",
    "publication:unpublish": "camille",
    "publication:show_review": "camille",
    "publication:hide_review": "camille",
    "renewal:renew": "camille",
    "evaluation:detail": "camille malik ines",
    "evaluation:pdf": "camille malik ines",
    "evaluation:create": "camille",
    "evaluation:prepare": "camille",
    "evaluation:follow_ups": "camille",
    "evaluation:publish": "camille",
    "evaluation:publish_cancel": "camille",
    "evaluation:file": "camille malik ines",
    "evaluation:file_cancel": "camille",
    "evaluation:file_open": "camille malik ines",
    "evaluation:correct": "camille",
    "reviews:list": EVERYONE,
    "reviews:detail": "camille malik ines",
    "reviews:pdf": "camille malik ines",
    "reviews:file": "camille malik ines",
    "reviews:file_cancel": "camille",
    "reviews:file_open": "camille malik ines",
    "reviews:share": "camille",
    "reviews:share_revoke": "camille",
    "reviews:extract": "camille malik ines",
    "reviews:extract_pdf": "camille malik ines",
    "reviews:create": "camille",
    "reviews:prepare": "camille",
    "reviews:publish": "camille",
    "reviews:publish_cancel": "camille",
    "reviews:correct": "camille",
    "convention:settings": "camille",
    "convention:member_remove": "camille",
    "convention:members": "camille",
    "convention:document": EVERYONE,
    "convention:invitation_send_again": "camille",
    "convention:invitation_withdraw": "camille",
    "convention:access_grant": "camille",
    "convention:access_decline": "camille",
    "operations:service": "camille",
    "operations:send_trial": "camille",
}

WITHOUT_SIGN_IN = {
    "help",
    "accessibility",
    "legal",
    "shared:extract",
    "shared:extract_pdf",
    "shared:pdf",
    "shared:review",
    "privacy",
    "public:action",
    "public:data",
    "public:datapackage",
    "public:download",
    "public:extract",
    "public:home",
    "public:plan",
    "public:review",
    "public:review_pdf",
    "public:reviews",
    "public_index",
    "robots",
    "sitemap",
    "alive",
    "ready",
    "metrics",
    "invitation",
    "proconnect_login",
    "proconnect_callback",
    "socialaccount_login_cancelled",
    "demo_sign_in",
    "demo_mails",
    "demo_mail_html",
    "mail:unsubscribe",
    "calendar_feed",
    "link:mine",
    "link:answer",
    "link:read",
    "link:nothing_new",
    "link:set_aside",
    "account_login",
    "account_request_login_code",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "admin:login",
    "meeting_reply",
    "api:docs",
    "api:docs_resource",
    "api:schema",
}

# Pages of a library, named here so that the list stays short.
WRITES_ON_GET = {"account_email"}


@dataclass(frozen=True)
class Route:
    name: str
    arguments: tuple[str, ...]
    unnamed: int

    def address(self, values):
        """``values`` by argument name; "route.argument" tells apart what two routes call pk."""
        if self.unnamed:
            return reverse(self.name, args=["1"] * self.unnamed)
        named = {
            argument: values.get(f"{self.name}.{argument}", values.get(argument, "1"))
            for argument in self.arguments
        }
        return reverse(self.name, kwargs=named)


def walk(resolver, namespace="", arguments=()):
    for entry in resolver.url_patterns:
        found = entry.pattern.regex.groupindex
        names = arguments + tuple(found)
        if isinstance(entry, URLResolver):
            inside = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from walk(entry, inside, names)
        elif entry.name:
            unnamed = entry.pattern.regex.groups - len(found)
            yield Route(f"{namespace}{entry.name}", names, unnamed)


ROUTES = sorted(walk(get_resolver()), key=lambda route: route.name)
IN_CONVENTION = [route for route in ROUTES if "convention" in route.arguments]
OUTSIDE = [route for route in ROUTES if "convention" not in route.arguments]


def by_name(route):
    return route.name


@pytest.fixture
def values(convention, cast, labege, settings, tmp_path):
    """A row of each kind an address may ask for; Malik’s organisation pilots the action."""
    settings.MEDIA_ROOT = tmp_path
    action = make_action(convention, pilot=convention.epci, communes=[labege])
    campaign = make_campaign(convention)
    make_campaign(convention, campaign.year + 1, is_open=False)
    committee = make_committee(convention)
    leaving = make_member(convention, Role.READER, labege, first_name="Dominique")
    review = make_review(convention, campaign.year)
    FinalEvaluation.objects.create(convention=convention)
    view = make_saved_view(convention, cast["camille"], is_shared=True)
    invited = convention.invitations.create(
        email="invitee@example.org", first_name="Frédérique", organization=labege, role=Role.READER
    )
    asked = convention.access_requests.create(user=make_user(), organization=labege)
    printed = SheetPrint.objects.create(
        convention=convention, by=cast["camille"], file=ContentFile(b"pdf", "fiches.pdf")
    )
    rows = {
        "progress:end_access": ExceptionalAccess.objects.create(
            campaign=campaign, organization=labege, until=campaign.closes_on, reason="Absence"
        ),
        "progress:contact": labege,
        "progress:revoke_links": labege,
        "progress:accept_addresses": labege,
        "convention:document": Document.objects.create(
            convention=convention, title="Délibération", file=ContentFile(b"texte", "note.txt")
        ),
        "convention:member_remove": leaving.memberships.get(),
        "convention:invitation_send_again": invited,
        "convention:invitation_withdraw": invited,
        "convention:access_grant": asked,
        "convention:access_decline": asked,
        **funding_rows(convention),
        "reviews:share_revoke": ReviewLink.objects.create(
            review=review, label="Presse", token_hash="0", expires_on=date(2022, 12, 31)
        ),
        "actions:sheet_print": printed,
        "actions:sheet_print_file": printed,
        "actions:view_change": view,
        "actions:view_delete": view,
        "governance:committee": committee,
        "governance:committee_edit": committee,
        "governance:committee_close": committee,
        "governance:meeting_create": committee,
        "governance:amendment": Amendment.objects.create(convention=convention, number=1),
    }
    published = make_review(convention, campaign.year - 1, published_by=cast["camille"])
    rows["publication:show_review"] = rows["publication:hide_review"] = published
    change = BulkChange.objects.create(convention=convention, summary="lancer")
    other = make_action(convention)
    pair = Overlap.objects.create(first=action, second=other, score="0.80")
    proposal = Proposal.objects.create(convention=convention, organization=labege, title="Idée")
    rows["actions:proposal"] = rows["actions:proposal_decide"] = proposal
    rows["actions:overlap"] = rows["actions:overlap_decide"] = pair
    rows["actions:bulk_detail"] = rows["actions:bulk_undo"] = change
    meeting = make_meeting(committee, state="held")
    expected, item = make_attendance(meeting, labege), make_agenda_item(meeting)
    decision = make_decision(meeting)
    for name in ("meeting", "minutes", "guest", "reply", "agenda", "session", "paper"):
        rows |= {
            route.name: meeting
            for route in IN_CONVENTION
            if route.name.startswith(f"governance:{name}") and route.name not in rows
        }
    for name in ("", "_edit", "_apply", "_drop", "_reopen", "_remove"):
        rows[f"governance:decision{name}"] = decision
    rows["governance:decision_create"] = meeting
    sent = receive(convention, BytesIO(b"Action;Pilote\nForum;Caf"), "plan.csv", by=cast["camille"])
    for name in ("import", "import_confirm", "import_drop", "import_undo", "import_report"):
        rows[f"actions:{name}"] = sent
    contribution = make_contribution(campaign, action, labege)
    for name in (
        "answer",
        "nothing_new",
        "set_aside",
        "ask_no_longer",
        "correct",
        "read",
        "validate",
        "return",
    ):
        rows[f"progress:{name}"] = contribution
    return {
        "convention": convention.slug,
        "code": action.code,
        "verb": "abandonner",
        "section": "texte",
        "kind": "enjeux",
        "cell": "titre",
        "version": action.history.latest().pk,
        "level": "enjeux",
        "extension": "csv",
        "stage": "reel",
        "pk": action.stake.pk,
        "year": campaign.year,
        "extract": "essentiel",
        "reviews:file.name": "projet",
        "reviews:file_cancel.name": "projet",
        "reviews:file_open.name": "projet",
        "evaluation:file.name": "projet",
        "evaluation:file_cancel.name": "projet",
        "evaluation:file_open.name": "projet",
        "governance:meeting_move.verb": "adopter",
        "governance:paper.kind": "ordre-du-jour",
        "governance:life_edit.part": "signatures",
        "governance:register_sheet.form": "csv",
        "attendance": expected.pk,
        "item": item.pk,
        "actions:overlap_decide.verb": "lier",
        "actions:proposal_decide.verb": "accepter",
    } | {f"{name}.pk": row.pk for name, row in rows.items()}


def funding_rows(convention):
    """Each page of the money and the row it is about."""
    facility = make_facility(convention)
    signed = Document.objects.create(
        convention=convention, title="COF", file=ContentFile(b"texte", "cof.txt"), is_private=True
    )
    agreement = make_agreement(facility, document=signed)
    scenario = make_scenario(convention)
    return {
        "financing:facility": facility,
        "financing:manager": convention.epci,
        "financing:facility_edit": facility,
        "financing:agreement_create": facility,
        "financing:agreement_edit": agreement,
        "financing:agreement_document": agreement,
        "financing:rate_edit": make_rate(convention=convention),
        "financing:grant_edit": make_grant(convention),
        "financing:payment_correct": make_instalment(make_bonus_line(facility)),
        **{f"financing:scenario{page}": scenario for page in ("", "_edit", "_adopt", "_archive")},
        "financing:remind": make_calendar_date(convention, "actual", date(2023, 3, 31)),
    }


@pytest.mark.parametrize("route", ROUTES, ids=by_name)
def test_every_page_asks_for_sign_in(route, client, db):
    answer = client.get(route.address({"app_label": "auth"}))

    to_sign_in = ("/compte/login/", "/admin/login/")
    asked = answer.status_code == 401 or (
        answer.status_code == 302 and answer.url.startswith(to_sign_in)
    )
    assert asked == (route.name not in WITHOUT_SIGN_IN)


@pytest.mark.parametrize("route", IN_CONVENTION, ids=by_name)
def test_rights_table(route, values, client_of):
    """Who is let in, by page and by form; and whoever asks, a GET writes nothing."""
    refused, opened = set(), set()

    for person in EVERYONE.split():
        answers = {status(client_of(person), method, route, values) for method in ("get", "post")}
        (refused if answers - {405} <= {403, 404} else opened).add(person)
        assert 403 not in answers or person in refused, "GET and POST disagree"

    assert opened == set(MAY[route.name].split())


def read(answer):
    """To the end: a file is closed by that, and PostgreSQL's connection is not."""
    if answer.streaming:
        b"".join(answer)
    return answer


def status(client, method, route, values):
    """Of one request whose effect is undone; a GET has none to undo, or fails."""
    with ExitStack() as stack:
        if method == "get":
            stack.enter_context(connection.execute_wrapper(refuse_to_write))
        stack.enter_context(transaction.atomic())
        answer = read(getattr(client, method)(route.address(values)))
        transaction.set_rollback(True)
    return answer.status_code


def test_rights_table_has_no_row_too_many():
    assert set(MAY) == {route.name for route in IN_CONVENTION}


@pytest.mark.parametrize("route", IN_CONVENTION, ids=by_name)
def test_strangers_get_404(route, values, client_of):
    noa = client_of("noa")
    assert {status(noa, method, route, values) for method in ("get", "post")} == {404}


@pytest.mark.parametrize(
    "route",
    [route for route in IN_CONVENTION if {"pk", "code"} & set(route.arguments)],
    ids=by_name,
)
def test_rows_of_another_convention_are_out_of_reach(route, values, client_of):
    """Noa leads her own convention, and asks it for our rows."""
    noa, values = client_of("noa"), values | {"convention": "ailleurs-2021-2025"}
    answers = {status(noa, method, route, values) for method in ("get", "post")}
    assert answers - {405} == {404}


@pytest.mark.parametrize(
    "route",
    [
        route
        for route in OUTSIDE
        if not (route.arguments or route.unnamed) and route.name not in WRITES_ON_GET
    ],
    ids=by_name,
)
def test_get_never_writes_outside_conventions(route, db):
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    with connection.execute_wrapper(refuse_to_write):
        read(client.get(route.address({})))


def refuse_to_write(execute, sql, parameters, many, context):
    writes = re.match(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", sql, re.IGNORECASE)
    assert not writes or "django_session" in sql, f"un GET écrit : {sql}"
    return execute(sql, parameters, many, context)


def test_every_template_is_used():
    folder = ROOT / "templates"
    names = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    called_by_libraries = {
        name
        for name in names
        if name.startswith(LIBRARIES) or re.fullmatch(r"(403|403_csrf|404|500)\.html", name)
    }
    sources = [file for app in ("ctg", *OURS) for file in (ROOT / app).rglob("*.py")]
    sources += [file for file in folder.rglob("*") if file.is_file()]
    text = "\n".join(file.read_text() for file in sources)

    unused = {name for name in names - called_by_libraries if not is_mentioned(name, text)}

    assert unused == set()


def is_mentioned(name, text):
    """By its path, even built; a component by its tag; the files of an e-mail by their name."""
    word = Path(name).name.split(".")[0]
    if name.startswith("components/"):
        return f"{{% {word} " in text
    if name.startswith("emails/") and f'"{word}"' in text:
        return True
    built = (re.sub(r"{.*?}", "*", path) for path in re.findall(r'f"([^"]+\.html)', text))
    return f'"{name}' in text or f"'{name}" in text or any(fnmatch(name, path) for path in built)


def test_templates_obey_the_content_security_policy():
    """No style or script inside a page: the browser would refuse them."""
    forbidden = re.compile(r"<style|<script(?![^>]*\bsrc=)|\s(style|on[a-z]+)=[\"']")
    pages = (file for file in (ROOT / "templates").rglob("*.html") if file.parent.name != "emails")
    assert [str(file) for file in pages if forbidden.search(file.read_text())] == []


def test_verbose_names_start_in_lower_case():
    proper_nouns = ("Caf", "COF", "PDF", "SIREN")
    models = [
        model
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.startswith("Historical")
    ]
    names = [
        str(name)
        for model in models
        for name in (
            model._meta.verbose_name,
            model._meta.verbose_name_plural,
            *(field.verbose_name for field in model._meta.get_fields() if field.concrete),
        )
    ]

    capitals = {name for name in names if name[0].isupper() and name.split()[0] not in proper_nouns}

    assert capitals - {"ID"} == set()


def test_migrations_are_complete(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_requirements_name_no_host():
    for lock in ROOT.glob("requirements*.txt"):
        assert not re.search(r"://|^-", lock.read_text(), re.MULTILINE), lock.name
