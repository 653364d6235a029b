"""Each process is killed in turn, whatever it was doing: nothing lost nor done twice."""

import hashlib
import itertools
import threading
import time
from collections import Counter

from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from actions.models import Contribution
from ctg.accounts.models import User
from ctg.convention.models import Convention
from ctg.convention.rights import Role
from ctg.mail.kinds import Kind
from ctg.mail.models import KeptMail, Message
from ctg.mail.services import deliver
from governance.models import AnnualReview
from tests.factories.actions import make_action, make_campaign, make_contribution
from tests.factories.ctg import make_commune, make_convention, make_member
from tests.machines.conftest import wait_for

IMPORTS, ROWS, MESSAGES = 5, 60, 150


def keep_killing(processes, every, until):
    """Each in turn, once the one before is back, so that there is always one that serves."""
    for victim in itertools.cycle(processes):
        if until.wait(every):
            break
        victim.kill()
        victim.start()
        while not (victim.serves() or until.wait(0.2)):
            pass
    connection.close()


def while_killing(processes, work, every):
    done = threading.Event()
    killer = threading.Thread(target=keep_killing, args=(processes, every, done))
    killer.start()
    try:
        return work()
    finally:
        done.set()
        killer.join()


def test_a_campaign_loses_no_answer_while_web_processes_die(machines, tell):
    convention = make_convention()
    campaign = make_campaign(convention)
    people = {}
    for number in range(6):
        commune = make_commune(f"Commune {number}", convention)
        person = make_member(convention, Role.CONTRIBUTOR, commune)
        answers = [
            make_contribution(campaign, make_action(convention, communes=[commune]), commune)
            for _ in range(5)
        ]
        people[machines.visitor(person)] = answers
    refused = []

    def answer_all(visitor, answers):
        for asked in answers:
            path = reverse("progress:answer", args=[convention.slug, asked.pk])
            said = {"status": "ongoing", "done": f"Réponse {asked.pk}.", "difficulty": ""}
            answer = visitor.send(path, said)
            if answer.status_code != 200:
                refused.append((path, answer.status_code))

    def campaign_day():
        threads = [threading.Thread(target=answer_all, args=one) for one in people.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    while_killing(machines.webs, campaign_day, every=0.5)

    sent = Contribution.objects.filter(campaign=campaign, state="submitted")
    kills = sum(web.kills for web in machines.webs)
    retries = sum(visitor.retries for visitor in people)
    tell(f"  campagne : 30 réponses, {kills} arrêts, {retries} reprises, 0 perdue")
    assert refused == []
    assert {said.done for said in sent} == {
        f"Réponse {asked.pk}." for answers in people.values() for asked in answers
    }
    assert all(visitor.is_signed_in(convention.get_absolute_url()) for visitor in people)
    assert kills > 0


def test_every_message_leaves_once_while_workers_die(machines, tell):
    messages = [
        Message.objects.create(address=f"personne{number}@example.org", kind=Kind.TRIAL)
        for number in range(MESSAGES)
    ]
    for message in messages:
        deliver.enqueue(message.pk)

    def all_told():
        """A message whose worker died in the middle waits for its claim to end."""
        return not Message.objects.waiting().filter(claimed_at=None).exists()

    while_killing(machines.workers, lambda: wait_for(all_told, 150), every=2)

    copies = Counter(KeptMail.objects.values_list("to", flat=True))
    kills = sum(worker.kills for worker in machines.workers)
    held = Message.objects.waiting().count()
    tell(f"  courriels : {MESSAGES}, {kills} arrêts, 0 double, {held} retenus dix minutes")
    assert max(copies.values()) == 1
    assert Message.objects.exclude(sent_at=None).count() + held == MESSAGES
    assert held <= kills


def test_imports_are_written_whole_while_web_processes_die(machines, tell):
    convention = make_convention()
    camille = machines.visitor(make_member(convention, Role.LEAD))
    path = reverse("actions:imports", args=[convention.slug])

    def import_files():
        for number in range(IMPORTS):
            lines = [f"Permanence {row} de {number};Enjeu" for row in range(ROWS)]
            file = "\n".join(["Action;Enjeu", *lines]).encode()
            camille.send(path, files={"file": (f"plan-{number}.csv", file, "text/csv")})
            sent = convention.plan_imports.filter(name=f"plan-{number}.csv").latest("pk")
            confirm = reverse("actions:import_confirm", args=[convention.slug, sent.pk])
            camille.send(confirm, page=path)

    while_killing(machines.webs, import_files, every=0.3)

    titles = Counter(convention.actions.values_list("title", flat=True))
    applied = convention.plan_imports.filter(state="applied").count()
    kills = sum(web.kills for web in machines.webs)
    tell(
        f"  imports : {IMPORTS} de {ROWS} lignes, {kills} arrêts, {camille.retries} reprises, "
        f"{IMPORTS * ROWS - len(titles)} ligne perdue, {titles.total() - len(titles)} doublée"
    )
    assert applied == IMPORTS
    assert titles == Counter(
        f"Permanence {row} de {n}" for n in range(IMPORTS) for row in range(ROWS)
    )
    assert camille.is_signed_in(path)
    assert kills > 0


def test_a_review_is_published_once_while_processes_die(machines, tell):
    call_command("load_demo", "--actions", "6", "--years", "2", "--no-publish", verbosity=0)
    convention = Convention.objects.get(slug="sicoval-2020-2024")
    camille = machines.visitor(User.objects.get(email="camille@demo.example"))
    year = AnnualReview.objects.filter(convention=convention).earliest("year").year
    path = reverse("reviews:publish", args=[convention.slug, year])

    assert camille.send(path, {"confirm": "on"}).status_code == 200
    victims = itertools.chain(*zip(machines.workers, machines.webs, strict=True))
    for victim in victims:
        time.sleep(1)
        victim.kill()
        victim.start()
        assert camille.is_signed_in(convention.get_absolute_url())
    published = AnnualReview.objects.filter(convention=convention, year=year)
    wait_for(published.exclude(published_at=None).exists, 150)

    review = published.get()
    with review.file.open() as file:
        whole = file.read()
    journal = convention.journal.filter(verb="review.published").count()
    kills = sum(process.kills for process in machines.workers + machines.webs)
    tell(f"  bilan : {kills} arrêts, publié {journal} fois, fichier entier")
    assert journal == 1
    assert whole.startswith(b"%PDF-") and whole.rstrip().endswith(b"%%EOF")
    assert hashlib.sha256(whole).hexdigest() == review.file_sha256


def test_a_database_that_restarts_is_found_again(machines):
    convention = make_convention()
    camille = machines.visitor(make_member(convention, Role.LEAD))
    path = convention.get_absolute_url()
    assert camille.ask("get", path).status_code == 200

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    wait_for(lambda: camille.ask("get", path).status_code == 200, 15)
    assert machines.workers[0].running.poll() is None
    assert machines.workers[1].running.poll() is None
