"""The rules of the house: what a person could forget, a test remembers."""

import re
from fnmatch import fnmatch
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
OURS = ("accounts", "mail", "convention", "operations", "actions", "financing", "governance")
LIBRARIES = tuple("account/ admin/ allauth/ django/ mfa/ socialaccount/ usersessions/".split())


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
