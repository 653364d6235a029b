"""The small installation: one machine, one file, ten people who enter at the same moment."""

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest
import requests
from django.urls import reverse

from ctg.mail.kinds import SWITCHABLE
from tests.machines.conftest import Process, free_port, wait_for

PEOPLE, TIMES = 10, 8
EMAILS = [f"personne{number}@demo.example" for number in range(PEOPLE)]
MAKE_PEOPLE = f"""
from ctg.accounts.models import User
for email in {EMAILS}:
    User.objects.create_user(email, first_name="Dominique")
"""


@pytest.fixture
def small(tmp_path):
    environment = os.environ | {
        "DEMO": "1",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "MEDIA_ROOT": str(tmp_path / "media"),
        "LOG_LEVEL": "CRITICAL",
    }
    for command in (["migrate", "--verbosity", "0"], ["shell", "--command", MAKE_PEOPLE]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "5"]
    command += ["--log-level", "critical", "ctg.wsgi"]
    server = Process(command, environment, port)
    wait_for(server.answers, 30)
    yield f"http://127.0.0.1:{port}", tmp_path / "db.sqlite3"
    server.kill()


class Writer(threading.Thread):
    """One person who changes her mail preferences over and over: each time, rows are written."""

    def __init__(self, address, email):
        super().__init__()
        self.address, self.answers = address, []
        self.http = requests.Session()
        self.http.get(f"{address}/compte/login/code/")
        self.send("/demo/connexion/", {"email": email})

    def send(self, path, data):
        data = data | {"csrfmiddlewaretoken": self.http.cookies["csrftoken"]}
        return self.http.post(self.address + path, data=data, timeout=30, allow_redirects=False)

    def run(self):
        for turn in range(TIMES):
            wanted = ["campaign_opened"] if turn % 2 else []
            answer = self.send(reverse("mail:preferences"), {"wanted": wanted})
            self.answers.append(answer.status_code)


def test_ten_people_enter_at_once_without_a_locked_database(small, tell):
    address, file = small
    writers = [Writer(address, email) for email in EMAILS]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    answers = [answer for writer in writers for answer in writer.answers]
    with closing(sqlite3.connect(file)) as base:
        refused = dict(
            base.execute("SELECT address, COUNT(*) FROM mail_mutedkind GROUP BY address")
        )
    tell(f"  SQLite : {PEOPLE} personnes, {len(answers)} saisies, 0 refusée")
    assert answers == [302] * (PEOPLE * TIMES)
    assert set(refused) == set(EMAILS)
    assert set(refused.values()) == {len(SWITCHABLE) - 1}
