"""What an installation relies on: settings that refuse to start wrong, files that say it all."""

import re
import runpy
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(settings.BASE_DIR)
LONG = "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]


@pytest.fixture
def start(monkeypatch):
    """start(DEMO="1"): the settings of an installation with this environment and no other."""
    for name in ("DEMO", "DEBUG", "ALLOWED_HOSTS", "SECRET_KEY", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def settings_with(**environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "ctg" / "settings.py"))

    return settings_with


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({}, "SECRET_KEY"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"DEMO": "1", "ALLOWED_HOSTS": "ctg.example.org"}, "machine locale"),
        ({"DEMO": "1", "ALLOWED_HOSTS": "*"}, "machine locale"),
        ({"DEMO": "1", "ALLOWED_HOSTS": "localhost,10.0.0.4", "SECRET_KEY": LONG}, "machine"),
    ],
    ids=str,
)
def test_the_site_refuses_to_start(start, environment, reason):
    with pytest.raises(ImproperlyConfigured, match=reason):
        start(**environment)


def test_an_installation_is_closed_by_default(start):
    found = start(SECRET_KEY=LONG, ALLOWED_HOSTS="ctg.example.org")

    assert (found["DEMO"], found["DEBUG"], found["ALLOWED_HOSTS"]) == (
        False,
        False,
        ["ctg.example.org"],
    )
    assert found["SESSION_COOKIE_SECURE"] and found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_SSL_REDIRECT"] and found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert found["METRICS_TOKEN"] == ""
    assert "unsafe" not in str(found["CONTENT_SECURITY_POLICY"])


def test_every_variable_is_explained():
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_0-9]+)"', (ROOT / "ctg/settings.py").read_text()))
    told = (ROOT / "docs/production.md").read_text()

    assert {name for name in read if f"`{name}`" not in told} == set()


def test_compose_runs_two_of_each_behind_a_proxy():
    assert SERVICES["web"]["deploy"]["replicas"] == SERVICES["worker"]["deploy"]["replicas"] == 2
    assert "healthcheck" in SERVICES["database"]
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["proxy"]
    assert SERVICES["web"]["depends_on"] == SERVICES["worker"]["depends_on"]
    assert "prepare" in SERVICES["web"]["depends_on"]
    for name, one in SERVICES.items():
        assert set(one.get("depends_on", ())) <= set(SERVICES), name


def test_compose_keeps_its_data_and_holds_no_secret():
    mounted = {mount.split(":")[0] for one in SERVICES.values() for mount in one.get("volumes", ())}
    given = [
        str(value) for one in SERVICES.values() for value in one.get("environment", {}).items()
    ]
    secrets = [line for line in given if re.search("PASSWORD|SECRET|TOKEN|URL", line)]
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    example = (ROOT / ".env.example").read_text()

    assert mounted == set(COMPOSE["volumes"]), "named volumes only: nothing of the host"
    assert all("${" in value for value in secrets)
    assert {name for name in asked if not re.search(rf"^#? ?{name}=", example, re.M)} == set()
    assert not re.search(r"^(SECRET_KEY|POSTGRES_PASSWORD|METRICS_TOKEN)=\S", example, re.M)


def test_the_image_runs_as_nobody_in_particular_and_copies_no_data():
    image = (ROOT / "Dockerfile").read_text()
    left_out = (ROOT / ".dockerignore").read_text().split()

    assert re.findall(r"^USER (\w+)$", image, re.M)[-1] == "ctg"
    assert "HEALTHCHECK" in image and "--require-hashes" in image
    assert {".git", ".env", "media", "db.sqlite3*"} <= set(left_out)
