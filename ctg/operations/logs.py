"""How the server speaks to who runs it: one line an event, with the identifier of the request."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.dev import plain_traceback

SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]

# What follows these words in an address opens a door by itself.
SECRETS = re.compile(
    r"(/(?:lien|reunion|invitation|calendrier|bilan-partage|courriels/arreter"
    r"|compte/password/reset/key|compte/confirm-email)/)[^\s'\"<>]+"
)


def hide_secrets(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Whoever reads the journal must not be able to answer in somebody’s place."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = SECRETS.sub(r"\1…", value)
    return event


def logging_config(*, level: str, as_json: bool) -> dict[str, Any]:
    """The LOGGING setting; events of structlog and of the standard library come out alike."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last = (
        [
            structlog.processors.format_exc_info,
            hide_secrets,
            structlog.processors.JSONRenderer(),
        ]
        if as_json
        else [
            hide_secrets,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain_traceback),
        ]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {"pikepdf": {"level": "WARNING"}},  # it announces itself at each start
        "root": {"handlers": ["console"], "level": level},
    }
