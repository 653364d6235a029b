"""New demonstrations, and a real server in front of each."""

import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.management.base import CommandError
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

ONE = ("--workers", "1", "--threads", "1")


@csrf_exempt
@login_not_required
def bare(request, size):
    return HttpResponse(b"x" * size)


def site():
    """What gunicorn serves here: the site, the bare view, and how many queries each answer took."""
    application = get_wsgi_application()
    import_module(settings.ROOT_URLCONF).urlpatterns.insert(0, path("bare/<int:size>/", bare))

    def counted(environ, start_response):
        queries = []

        def note(execute, *arguments):
            queries.append(1)
            return execute(*arguments)

        def start(status, headers, *rest):
            return start_response(status, [*headers, ("X-Queries", str(len(queries)))], *rest)

        with ExitStack() as stack:
            stack.enter_context(connection.execute_wrapper(note))
            return application(environ, start)

    return counted


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
        "DATABASE_URL": database(folder),
        "MEDIA_ROOT": f"{folder}/media",
        "PYTHONWARNINGS": "ignore",
        "MALLOC_ARENA_MAX": "2",  # as installed: see docs/production.md
    }
    manage(env, "migrate", "--verbosity", 0)
    manage(env, "load_sicoval")
    manage(env, "load_demo", "--actions", actions, "--years", 3, "--seed", 1, "--no-publish")
    return env


def database(folder):
    """A new one: beside the one of DATABASE_URL when that is PostgreSQL, else a file."""
    if connection.vendor != "postgresql":
        return f"sqlite:///{folder}/db.sqlite3"
    name = f"bench_{folder.name}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    return f"postgres:///{name}"


@contextmanager
def server(env, *options):
    """A real gunicorn, one process of one thread unless told, on a free port of the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        host = "{}:{}".format(*free.getsockname())
    words = [sys.executable, "-m", "gunicorn", "--bind", host, "--log-level", "warning"]
    words += [*(options or ONE), f"{__name__}:site()"]
    process = subprocess.Popen(words, env=env, cwd=settings.BASE_DIR)
    try:
        wait_for(host, process)
        yield f"http://{host}"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def processes(env, count):
    """A server of ``count`` processes of four threads: its address, and their identifiers."""
    with server(env, "--workers", str(count), "--worker-tmp-dir", "/dev/shm") as address:
        while len(pids := children()) < count:
            time.sleep(0.05)
        yield address, pids


def children():
    """The web processes of the server just started."""
    masters = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [
        pid
        for master in masters
        for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()
    ]


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
