"""A campaign: opened, followed, answered, reminded."""

import time
from statistics import median

from django.urls import reverse

from ctg.emails import make_message
from ctg.management.bench.workbench import CONVENTION, ROUNDS, YEAR

LETTERS = 2000
# What one reader is written at most: see actions.notifications.LINES.
LETTER = {
    "first_name": "Sacha",
    "convention": "CTG Sicoval",
    "year": YEAR,
    "actions": "6 actions",
    "actions_wait": "6 actions attendent",
    "closes_on": "31 janvier 2023",
    "url": "https://ctg.example.org/lien/jeton/",
    "account_url": "https://ctg.example.org/sicoval-2020-2024/avancement/a-saisir/",
    "several": False,
    "sections": [
        {
            "name": "Labège",
            "url": "https://ctg.example.org/lien/jeton/",
            "more": 3,
            "lines": [
                {
                    "heading": f"A-{rank} · Ouvrir des permanences",
                    "returned": "",
                    "before": "2021 : en cours",
                    "choices": [
                        {"label": label, "url": "https://ctg.example.org/lien/jeton/1/"}
                        for label in ("À venir", "En cours", "Réalisée", "Suspendue")
                    ],
                }
                for rank in range(6)
            ],
        }
    ],
}


def measure(bench):
    lead = bench.visitor(120)
    home = reverse("progress:home", args=[CONVENTION])
    bench.compare("campaign_followed", lead, home)
    bench.compare("campaign_reminders", lead, reverse("progress:reminders", args=[CONVENTION]))
    answer_saved(bench)
    bench.line("campaign_opened_time", f"{opened(lead):.0f}", "ms")
    start = time.process_time()
    for _ in range(LETTERS):
        make_message("reminder", to=["sacha@example.org"], context=LETTER)
    bench.line(f"reminders_{LETTERS}_cpu_time", f"{time.process_time() - start:.1f}", "s")


def answer_saved(bench):
    """A draft kept again and again, beside a bare view."""
    sacha = bench.visitor(120, "sacha@demo.example")
    mine = reverse("progress:mine", args=[CONVENTION])
    address = sacha.first_link(mine, f"/{CONVENTION}/avancement/reponses/")
    saved, beside = [], []
    for turn in range(ROUNDS + 1):
        fields = sacha.form(address) | {"done": f"Texte {turn}", "later": "1"}
        seconds, size = sacha.time(address, fields, expected=302)
        saved.append(seconds)
        beside.append(sacha.time(f"/bare/{size}/", fields)[0])
    bench.line("answer_saved_time", f"{1000 * median(saved[1:]):.1f}", "ms")
    bench.line("answer_saved_ratio", f"{median(saved[1:]) / median(beside[1:]):.1f}", "x")


def opened(lead):
    """The next year’s: who owes what is computed, asked, and each reader is written to."""
    closing = reverse("progress:close", args=[CONVENTION, YEAR])
    fields = next(form for form in lead.read(closing).forms if "csrfmiddlewaretoken" in form)
    lead.time(closing, fields, expected=302)
    opening = reverse("progress:campaign", args=[CONVENTION])
    return 1000 * lead.time(opening, lead.form(opening) | {"open": "1"}, expected=302)[0]
