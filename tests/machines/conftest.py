"""Two web processes and two workers on one PostgreSQL, as processes that can be killed.

Tests of several machines are left out on SQLite, whose file is never shared by two of them.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone

from ctg.operations.models import WorkerBeat

SILENCE = 3  # seconds before a worker that beats no more is held for dead


def pytest_collection_modifyitems(config, items):
    if connection.vendor == "postgresql":
        return
    ours = [item for item in items if "machines" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=ours)
    items[:] = [item for item in items if item not in ours]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """One web server or one worker, started again under the same name after each kill."""

    def __init__(self, command, environment, port=None):
        self.command, self.environment, self.port = command, environment, port
        self.kills = 0
        self.start()

    def start(self):
        self.started_at = timezone.now()
        self.running = subprocess.Popen(
            self.command, env=self.environment, start_new_session=True, stdout=subprocess.DEVNULL
        )

    def kill(self):
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()
        self.kills += 1

    def serves(self):
        """A web server answers; a worker has given a sign of life since it started."""
        if self.port:
            return self.answers()
        return WorkerBeat.objects.filter(at__gt=self.started_at).count() > 1

    def answers(self):
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).ok
        except requests.RequestException:
            return False


class Machines:
    def __init__(self, media):
        self.environment = os.environ | {
            "DEMO": "1",
            "DATABASE_URL": f"postgres:///{connection.settings_dict['NAME']}",
            "MEDIA_ROOT": str(media),
            "WORKER_SILENCE": str(SILENCE),
            "LOG_LEVEL": "CRITICAL",
        }
        self.webs = [self._web() for _ in range(2)]
        self.workers = [self._worker() for _ in range(2)]
        wait_for(lambda: all(one.serves() for one in self.webs + self.workers), 60)

    def _web(self):
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"]
        command += ["--workers", "1", "--log-level", "critical", "ctg.wsgi"]
        return Process(command, self.environment, port)

    def _worker(self):
        command = [sys.executable, "manage.py", "worker", "--no-startup-delay"]
        command += ["--interval", "0.2", "--verbosity", "0"]
        return Process(command, self.environment)

    def stop(self):
        for process in self.webs + self.workers:
            if process.running.poll() is None:
                process.kill()

    def visitor(self, person):
        return Visitor(self, person)


class Visitor:
    """One person in her browser: when a server does not answer, she tries again, at the other."""

    def __init__(self, machines, person):
        self.machines = machines
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
        session["_auth_user_hash"] = person.get_session_auth_hash()
        session.save()
        self.http = requests.Session()
        self.http.cookies.set(settings.SESSION_COOKIE_NAME, session.session_key)
        self.retries = 0

    def ask(self, method, path, **sent):
        for attempt in range(200):
            web = self.machines.webs[attempt % 2]
            try:
                answer = self.http.request(
                    method, f"http://127.0.0.1:{web.port}{path}", timeout=30, **sent
                )
            except requests.RequestException:
                self.retries += 1
                time.sleep(0.25)
            else:
                return answer
        raise AssertionError(f"Nobody answers {path}")

    def send(self, path, data=None, page=None, **sent):
        """Post a form found on ``page``, which is its own address unless told."""
        self.ask("get", page or path)
        token = {"csrfmiddlewaretoken": self.http.cookies["csrftoken"]}
        return self.ask("post", path, data=(data or {}) | token, **sent)

    def is_signed_in(self, path):
        """Still, and where she was: her session outlived the process that knew it."""
        return urlsplit(self.ask("get", path).url).path == path


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"Not within {seconds} s")


@pytest.fixture
def machines(transactional_db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    started = Machines(settings.MEDIA_ROOT)
    yield started
    started.stop()
