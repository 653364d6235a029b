"""What `make bench` measures: one module a subject, each with ``measure(bench)``, listed below.

A subject asks the bench for demonstrations, servers and lines; it prints nothing itself. They are
imported by the command only: the measured server comes by this package before Django is ready.
"""

SUBJECTS = (
    "pages",
    "plan",
    "bulk",
    "search",
    "sheets",
    "campaign",
    "overlaps",
    "exchange",
    "financing",
    "public",
    "api",
    "pdf",
    "crowd",
)
