"""Fifty people at once on the site: 80 % read, 15 % enter, 5 % open the largest lists.

On the database of DATABASE_URL when it is PostgreSQL (as in ``pg_virtualenv make bench``), else on
SQLite. BENCH_SECONDS says how long; twenty seconds unless told.
"""

import os
import random
import threading
import time
from pathlib import Path
from statistics import quantiles

from django.urls import reverse

from ctg.management.bench.server import processes
from ctg.management.bench.visitor import Visitor
from ctg.management.bench.workbench import CONVENTION, YEAR

PEOPLE = 50
PAUSE = 1.0  # seconds that a person takes to read, on average
READERS = ("camille", "malik", "sacha", "ines", "alix")


def addresses():
    def within(name, *args):
        return reverse(name, args=[CONVENTION, *args])

    plan = within("actions:plan")
    read = [
        within("governance:home"),
        plan,
        within("actions:detail", "A-01"),
        within("actions:detail", "A-02"),
        within("governance:committees"),
        within("reviews:list"),
    ]
    lists = [f"{plan}?vue=tableau&lignes=200", within("progress:year", YEAR)]
    return read, lists


class Person(threading.Thread):
    """One person, with her own cookies, until the time is up."""

    def __init__(self, number, address, until):
        super().__init__()
        name = READERS[number % len(READERS)]
        self.random = random.Random(number)
        self.until, self.may_list = until, name == "camille"
        self.visitor = Visitor(address)
        self.visitor.sign_in(f"{name}@demo.example")
        self.times, self.errors = [], []

    def run(self):
        read, lists = addresses()
        while time.monotonic() < self.until():
            chance = self.random.random()
            if self.may_list and chance < 0.25:  # one in five people: 5 % of all
                self.open(self.random.choice(lists))
            elif chance < 0.15:
                self.enter()
            else:
                self.open(self.random.choice(read))
            time.sleep(self.random.uniform(0, 2 * PAUSE))

    def open(self, where):
        start = time.perf_counter()
        status, _ = self.visitor.ask(where)
        self.note(where, start, status)

    def enter(self):
        """What one's own preferences of mail hold, sent again: a form that everyone has."""
        where = reverse("mail:preferences")
        fields = self.visitor.form(where)
        start = time.perf_counter()
        status, _ = self.visitor.ask(where, fields)
        self.note(where, start, status)

    def note(self, where, start, status):
        self.times.append(1000 * (time.perf_counter() - start))
        if status >= 400:
            self.errors.append(f"{status} {where}")


def measure(bench):
    seconds = float(os.environ.get("BENCH_SECONDS", 20))
    with processes(bench.environment(120), 2) as (address, pids):
        end = [0.0]
        crowd = [Person(number, address, lambda: end[0]) for number in range(PEOPLE)]
        before = [memory(pid) for pid in pids]
        end[0] = time.monotonic() + seconds
        for person in crowd:
            person.start()
        for person in crowd:
            person.join()
        after = [memory(pid) for pid in pids]
    times = [one for person in crowd for one in person.times]
    bench.line("crowd_requests", len(times), "requests")
    bench.line("crowd_errors", sum(len(person.errors) for person in crowd), "requests")
    bench.line("crowd_rate", f"{len(times) / seconds:.0f}", "requests/s")
    bench.line("crowd_p50", f"{quantiles(times, n=20)[9]:.0f}", "ms")
    bench.line("crowd_p95", f"{quantiles(times, n=20)[18]:.0f}", "ms")
    bench.line("crowd_memory_before", f"{max(before):.0f}", "MB")
    bench.line("crowd_memory_after", f"{max(after):.0f}", "MB")


def memory(pid):
    """Resident, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line) / 1024
