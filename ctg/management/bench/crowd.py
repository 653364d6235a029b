"""Fifty people at once on the site: 80 % read, 15 % enter, 5 % open long lists or export them.

On the database of DATABASE_URL when it is PostgreSQL (``pg_virtualenv``), else on SQLite. Each
reads for some seconds between two pages. BENCH_SECONDS says how long: 20 unless told.
"""

import csv
import os
import random
import re
import threading
import time
from pathlib import Path
from statistics import quantiles

from django.conf import settings
from django.urls import reverse

from ctg.management.bench.server import manage, processes
from ctg.management.bench.visitor import Visitor
from ctg.management.bench.workbench import CONVENTION

READS_FOR = 5.0  # seconds between an answer and the next request, on average
SAMPLES = 6  # of the memory, evenly over the time it lasts
LEADS = ["camille"] * 10
OTHERS = ["malik", "ines", "alix"] * 3
COMMUNES = 31  # Sicoval’s first ones, a correspondent each
# In the demonstration these correspondents have no one-click door: here they are given one.
OPEN_THE_DOOR = """
from django.db.models import F, Value
from django.db.models.functions import Replace
from ctg.accounts.models import User
shorter = Replace(F("email"), Value("@communes."), Value("@"))
User.objects.filter(email__endswith="@communes.demo.example").update(email=shorter)
"""


def within(name, *args):
    return reverse(name, args=[CONVENTION, *args])


def pages():
    plan = within("actions:plan")
    read = [
        within("governance:home"),
        plan,
        *(within("actions:detail", f"A-{number:02}") for number in range(1, 9)),
        within("progress:home"),
        within("governance:committees"),
        within("reviews:list"),
        f"{within('governance:search')}?q=parents",
    ]
    lists = [
        f"{plan}?vue=tableau&lignes=200",
        f"{plan}?vue=matrice",
        within("actions:export", "xlsx"),
        within("actions:export", "csv"),
    ]
    return read, lists


class Person(threading.Thread):
    """One person, with her own cookies and her own form to fill in, until the time is up."""

    def __init__(self, number, name, address):
        super().__init__()
        self.random = random.Random(number)
        self.visitor = Visitor(address)
        self.visitor.sign_in(f"{name}@demo.example")
        self.entry = self.own_form(number, name)
        self.read, self.lists = pages()
        self.asked = []  # (address, milliseconds, status)

    def own_form(self, number, name):
        """A lead rewrites an action, a commune its answer, the others what mail they want."""
        if name == "camille":
            return within("actions:edit_section", f"A-{number + 11}", "texte")
        links = self.visitor.read(within("progress:mine")).links
        answers = filter(re.compile(r"/[\w-]+/avancement/reponses/\d+/").fullmatch, links)
        return next(answers, reverse("mail:preferences"))

    def live(self, until):
        self.until = until
        self.start()

    def run(self):
        while time.monotonic() < self.until:
            time.sleep(self.random.uniform(0, 2 * READS_FOR))
            chance = self.random.random()
            if chance < 0.15:
                self.ask(self.entry, self.visitor.form(self.entry) | {"later": "1"})
            else:
                self.ask(self.random.choice(self.lists if chance < 0.20 else self.read))

    def ask(self, where, fields=None):
        start = time.perf_counter()
        status, _ = self.visitor.ask(where, fields)
        self.asked.append((where, 1000 * (time.perf_counter() - start), status))


def measure(bench):
    seconds = float(os.environ.get("BENCH_SECONDS", 20))
    env = bench.environment(120)
    manage(env, "shell", "--verbosity", 0, "--command", OPEN_THE_DOOR)
    names = LEADS + OTHERS + [f"referent.{code}" for code in commune_codes()[:COMMUNES]]
    with processes(env, 2) as (address, pids):
        crowd = [Person(number, name, address) for number, name in enumerate(names)]
        for person in crowd:
            person.live(time.monotonic() + seconds)
        held = [[memory(pid) for pid in pids]]
        for _ in range(SAMPLES):
            time.sleep(seconds / SAMPLES)
            held.append([memory(pid) for pid in pids])
        for person in crowd:
            person.join()
    tell(bench, [asked for person in crowd for asked in person.asked], seconds, held)


def tell(bench, asked, seconds, held):
    times = quantiles([milliseconds for _, milliseconds, _ in asked], n=20)
    bench.line("crowd_people", len(LEADS) + len(OTHERS) + COMMUNES, "people")
    bench.line("crowd_time", f"{seconds:.0f}", "s")
    bench.line("crowd_requests", len(asked), "requests")
    bench.line("crowd_rate", f"{len(asked) / seconds:.1f}", "requests/s")
    bench.line("crowd_errors", sum(status >= 400 for _, _, status in asked), "requests")
    bench.line("crowd_p50", f"{times[9]:.0f}", "ms")
    bench.line("crowd_p95", f"{times[18]:.0f}", "ms")
    for name, sample in (("first", 1), ("middle", SAMPLES // 2), ("last", SAMPLES)):
        bench.line(f"crowd_memory_{name}", f"{max(whole for whole, _ in held[sample]):.0f}", "MB")
    bench.line("crowd_memory_share", f"{max(share for _, share in held[-1]):.0f}", "MB")


def commune_codes():
    file = settings.BASE_DIR / "ctg/management/data/sicoval_communes.csv"
    with file.open(newline="") as lines:
        return sorted(line["insee_code"] for line in csv.DictReader(lines))


def memory(pid):
    """In MB: resident, then with what is shared between processes counted once for all."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {line.split()[0]: int(line.split()[1]) / 1024 for line in lines}
    return sizes["Rss:"], sizes["Pss:"]
