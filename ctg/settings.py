"""Everything that changes from one installation to the next comes from the environment."""

import os
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from ctg.operations.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# DEMO opens the fictional territory and its one-click sign-in; it is off unless asked for.
DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEMO else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECRET_KEY = env.str("SECRET_KEY", default="demonstration-only" if DEMO else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY est vide : une clé longue, ou DEMO=1 pour essayer.")
if DEMO and any(host not in ("127.0.0.1", "localhost", "testserver") for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("DEMO=1 ouvre des comptes sans mot de passe : machine locale seule.")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "django_filters",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "django_tasks",
    "django_tasks_db",
    "drf_spectacular",
    "rest_framework",
    "simple_history",
    "template_partials",
    "ctg.accounts",
    "ctg.mail",
    "ctg.accounts.proconnect",
    "ctg.convention",
    "ctg.operations",
    "actions",
    "financing",
    "governance",
    "ctg",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ctg.accounts.kept.SignInMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "ctg.convention.middleware.ConventionMiddleware",
    "ctg.accounts.kept.KeptFormMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "ctg.urls"
WSGI_APPLICATION = "ctg.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                f"ctg.templatetags.{name}"
                for name in ("choices", "components", "drawings", "typography")
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ctg.convention.context.site",
                "actions.context.navigation",
                "financing.context.navigation",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
    # A file, so that each thread of a tested site has its own connection, as in service.
    DATABASES["default"]["TEST"] = {"NAME": BASE_DIR / "test.sqlite3"}
else:
    DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Limits of attempts are counted here: several processes must share it (« createcachetable »).
CACHES = {
    "default": env.cache("CACHE_URL", "locmemcache://" if DEMO else "dbcache://ctg_cache"),
    # The public pages, apart: whoever asks for many of them must not push the limits out.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}
# A worker gives six signs of life in this time; silent for as long, its tasks go to another.
WORKER_SILENCE = timedelta(seconds=env.int("WORKER_SILENCE", default=60))
# What the worker does by itself once a day, after this hour: {path of a task: hour}.
DAILY_TASKS = {
    "ctg.operations.retention.purge": 3,
    "ctg.mail.services.deliver_late": 7,
    "governance.reminders.remind_of_overdue_decisions": 8,
    "actions.reminders.remind_today": 8,
    "financing.deadlines.remind_on_time": 8,
}
# What else goes over to the kept sheet when two actions are merged, said by the apps above.
TAKEN_OVER = ("financing.merging.take_over", "governance.merging.take_over")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_ADAPTER = "ctg.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# Sign-up is closed by the adapter; naming a password here keeps signing in by password possible.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "CTG"
SOCIALACCOUNT_ADAPTER = "ctg.accounts.adapter.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
PROCONNECT = {
    "client_id": env.str("PROCONNECT_CLIENT_ID", default=""),
    "secret": env.str("PROCONNECT_SECRET", default=""),
    "settings": {"server_url": env.str("PROCONNECT_URL", default="")},
}
SOCIALACCOUNT_PROVIDERS = {"proconnect": {"APPS": [PROCONNECT]}} if PROCONNECT["client_id"] else {}

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_THOUSAND_SEPARATOR = False
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "media")))
# The chapters of PDFs already drawn: a cache, always on this machine. Without processes, a PDF is
# drawn by whoever asks for it.
PDF_STORE = MEDIA_ROOT / "pdf"
PDF_PROCESSES = env.int("PDF_PROCESSES", default=os.cpu_count() or 1)
STORAGES = {
    "default": {
        # Several machines share their files in a bucket, which AWS_… variables name.
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"querystring_auth": True, "file_overwrite": False},
    }
    if env.str("AWS_STORAGE_BUCKET_NAME", default="")
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO or DEBUG

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
if DEMO and "EMAIL_URL" not in env.ENVIRON:
    EMAIL_BACKEND = "ctg.mail.backend.KeepingBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="CTG <ne-pas-repondre@localhost>")
ACCESSIBILITY_CONTACT = env.str("ACCESSIBILITY_CONTACT", default="")  # shown on /accessibilite/
# Where the links of our messages lead; the first allowed host unless told.
SITE_URL = env.str(
    "SITE_URL",
    default=f"http://127.0.0.1:{env.str('PORT', default='8000')}"
    if DEMO or DEBUG
    else f"https://{''.join(ALLOWED_HOSTS[:1])}",
)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
HTTPS = not (DEMO or DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

PERMISSIONS_POLICY = {feature: [] for feature in ("camera", "geolocation", "microphone", "usb")}
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # what Prometheus shows; empty: no metrics

LOGGING = logging_config(
    level=env.str("LOG_LEVEL", default="WARNING" if DEMO or DEBUG else "INFO"),
    as_json=not (DEMO or DEBUG),
)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # an address is personal data, and of no use here

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "ctg.convention.api.authentication.TokenAuthentication",
        "ctg.convention.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "ctg.convention.api.authentication.WithinScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["ctg.rest.throttles.PerKey", "ctg.rest.throttles.PerAddress"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["ctg.rest.filtering.PageFilters", "ctg.rest.filtering.Ordering"],
    "DEFAULT_PAGINATION_CLASS": "ctg.rest.paging.Pages",
    "DEFAULT_SCHEMA_CLASS": "ctg.rest.schema.Schema",
    "EXCEPTION_HANDLER": "ctg.rest.problems.handle",
    "NUM_PROXIES": env.int("NUM_PROXIES", default=0 if DEMO or DEBUG else 1),
}
# How much the API answers, by token (or person) and by network address.
API_RATES = {
    "key": env.str("API_RATE_KEY", default="600/min"),
    "address": env.str("API_RATE_ADDRESS", default="1200/min"),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "API de la convention territoriale globale",
    "DESCRIPTION": "Ce que montrent les pages, avec les mêmes droits et les mêmes actes.",
    "VERSION": "1",
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": "ctg.rest.schema.in_order",
    "POSTPROCESSING_HOOKS": ["ctg.rest.schema.tidy"],
}
