"""What `make bench` measures: one module a subject, each with ``measure(bench)``, listed below.

A subject asks the bench for demonstrations, servers and lines; it prints nothing itself.
"""

from ctg.management.bench import pages, pdf, plan

SUBJECTS = {"pages": pages.measure, "plan": plan.measure, "pdf": pdf.measure}
