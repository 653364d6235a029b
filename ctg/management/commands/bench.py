"""Measure the site from outside, as a browser meets it: one figure a line, ``name value unit``.

Each page is timed beside a bare view that answers as many bytes from the same server, so that
the ratio says what our own work costs whatever the machine.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from statistics import median
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, build_opener

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt
from pypdf import PdfReader

CONVENTION = "sicoval-2020-2024"
YEAR = 2022
ROUNDS = 30
SIZES = (48, 120)


@csrf_exempt
@login_not_required
def bare(request, size):
    return HttpResponse(b"x" * size)


def site():
    """What gunicorn serves here: the site, and the bare view."""
    application = get_wsgi_application()
    import_module(settings.ROOT_URLCONF).urlpatterns.insert(0, path("bare/<int:size>/", bare))
    return application


class Command(BaseCommand):
    help = "Mesure les pages et les PDF sur une démonstration neuve."

    def handle(self, **options):
        with tempfile.TemporaryDirectory() as folder:
            small, large = (demonstration(Path(folder, str(size)), size) for size in SIZES)
            with server(small) as address:
                self.measure_pages(Visitor(address))
            for size, env in zip(SIZES, (small, large), strict=True):
                self.measure_pdf(size, env, Path(folder, f"{size}.pdf"))

    def measure_pages(self, visitor):
        visitor.sign_in("camille@demo.example")
        plan = reverse("actions:plan", args=[CONVENTION])
        action = visitor.first_link(plan, f"{plan}actions/A")
        self.compare("plan_page", visitor, plan)
        self.compare("action_page", visitor, action)
        self.compare("save", visitor, f"{action}modifier/", saves=True)
        self.compare("review_page", visitor, reverse("reviews:detail", args=[CONVENTION, YEAR]))

    def compare(self, name, visitor, address, *, saves=False):
        """The page and the bare view by turns; the first round warms up and is not counted."""
        page, beside, size = [], [], 0
        for turn in range(ROUNDS + 1):
            fields = visitor.form(address) | {"title": f"Intitulé {turn}"} if saves else None
            seconds, size = visitor.time(address, fields, expected=302 if saves else 200)
            page.append(seconds)
            beside.append(visitor.time(f"/bare/{size}/", fields)[0])
        page_time, beside_time = 1000 * median(page[1:]), 1000 * median(beside[1:])
        self.line(f"{name}_size", size, "B")
        self.line(f"{name}_time", f"{page_time:.1f}", "ms")
        self.line(f"{name}_bare_time", f"{beside_time:.1f}", "ms")
        self.line(f"{name}_ratio", f"{page_time / beside_time:.1f}", "x")

    def measure_pdf(self, size, env, file):
        start = time.perf_counter()
        review = ("build_review", YEAR, "--convention", CONVENTION, "--output", file)
        megabytes = manage(env, *review)
        self.line(f"pdf_{size}_time", f"{time.perf_counter() - start:.1f}", "s")
        self.line(f"pdf_{size}_pages", len(PdfReader(file).pages), "pages")
        self.line(f"pdf_{size}_memory", f"{megabytes:.0f}", "MB")

    def line(self, name, value, unit):
        self.stdout.write(f"{name} {value} {unit}")


def manage(env, *command):
    """Run one command in its own process; the peak memory of its largest process, in MB."""
    words = [sys.executable, "manage.py", *map(str, command)]
    process = subprocess.Popen(words, env=env, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise CommandError(f"{command[0]} a échoué.")
    return usage.ru_maxrss / 1024


def demonstration(folder, actions):
    """The environment of a new demonstration of so many actions, kept in ``folder``."""
    folder.mkdir()
    env = os.environ | {
        "DEMO": "1",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "MEDIA_ROOT": f"{folder}/media",
        "PYTHONWARNINGS": "ignore",
    }
    manage(env, "migrate", "--verbosity", 0)
    manage(env, "load_sicoval")
    manage(env, "load_demo", "--actions", actions, "--years", 3, "--seed", 1)
    return env


@contextmanager
def server(env):
    """A real gunicorn with one worker, on a free port of the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        host = "{}:{}".format(*free.getsockname())
    words = [sys.executable, "-m", "gunicorn", "--bind", host, "--no-control-socket"]
    words += ["--log-level", "warning", f"{__name__}:site()"]
    process = subprocess.Popen(words, env=env, cwd=settings.BASE_DIR)
    try:
        wait_for(host, process)
        yield f"http://{host}"
    finally:
        process.terminate()
        process.wait()


def wait_for(host, process):
    name, port = host.split(":")
    for _ in range(300):
        try:
            return socket.create_connection((name, int(port)), timeout=1).close()
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise CommandError("Le serveur n’a pas démarré.")


class StayHere(HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


class Visitor:
    """A browser without images: cookies, forms, no redirection followed."""

    def __init__(self, address):
        self.address = address
        self.opener = build_opener(HTTPCookieProcessor(), StayHere())

    def time(self, where, fields=None, expected=200):
        start = time.perf_counter()
        status, body = self.ask(where, fields)
        seconds = time.perf_counter() - start
        if status != expected:
            raise CommandError(f"{where} répond {status} au lieu de {expected}.")
        return seconds, len(body)

    def ask(self, where, fields=None):
        data = urlencode(fields, doseq=True).encode() if fields else None
        try:
            with self.opener.open(self.address + where, data, timeout=60) as response:
                return response.status, response.read()
        except HTTPError as answer:
            with answer:
                return answer.code, answer.read()

    def read(self, where):
        page = Page()
        page.feed(self.ask(where)[1].decode())
        return page

    def sign_in(self, email):
        token = self.form(reverse("account_request_login_code"))["csrfmiddlewaretoken"]
        fields = {"email": email, "csrfmiddlewaretoken": token}
        self.time(reverse("demo_sign_in"), fields, expected=302)

    def form(self, where):
        """What the largest form of the page would send as it stands."""
        return max(self.read(where).forms, key=len)

    def first_link(self, where, start):
        return next(link for link in self.read(where).links if link.startswith(start))


class Page(HTMLParser):
    """The links of a page and, form by form, the values it would send."""

    def __init__(self):
        super().__init__()
        self.links, self.forms = [], []
        self.select = self.textarea = None

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        match tag:
            case "a":
                self.links.append(found.get("href") or "")
            case "form":
                self.forms.append({})
            case "input":
                self.keep_input(found)
            case "textarea":
                self.textarea = found.get("name")
                self.keep(self.textarea, "")
            case "select":
                self.select = found.get("name")
            case "option" if "selected" in found:
                self.keep(self.select, found.get("value") or "")

    def keep_input(self, found):
        if found.get("type") not in ("checkbox", "radio"):
            self.keep(found.get("name"), found.get("value") or "")
        elif "checked" in found:
            self.keep(found.get("name"), found.get("value", "on"))

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.textarea = None

    def handle_data(self, text):
        if self.textarea:
            self.forms[-1][self.textarea][-1] += text.removeprefix("\n")

    def keep(self, name, value):
        if name and self.forms:
            self.forms[-1].setdefault(name, []).append(value)
