"""Settings of peerhub: one file; what differs between places is read from the environment (docs/settings.md)."""

import sys
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from peerhub.embedded import paths
from peerhub.lib import env, keyring, logs, strength

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = paths.data_dir()
TESTING = "pytest" in sys.modules

# -- What kind of place this is -------------------------------------------------------------------------------------
# Production: served over https under real names. Without ALLOWED_HOSTS peerhub answers on this machine only.
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
HTTPS = env.flag("HTTPS", default=bool(env.text("ALLOWED_HOSTS")))
REAL_PLACE = HTTPS or bool(env.text("ALLOWED_HOSTS"))
DEMO = env.flag("PEERHUB_DEMO")
if DEMO and REAL_PLACE:
    raise ImproperlyConfigured(
        "PEERHUB_DEMO=1 does not go with ALLOWED_HOSTS or HTTPS: give the real place a DATA folder of its own."
    )
DEBUG = False
SECRET_KEY = env.text("SECRET_KEY") or paths.secret_key()
if weakness := strength.weakness_of_key(SECRET_KEY):
    raise ImproperlyConfigured(weakness)
SECURITY_CONTACT = env.words("SECURITY_CONTACT")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# Keys of sensitive notes; a place with servers of its own is given them, the embedded one makes the first by itself.
NOTES_KEYS = env.words("NOTES_KEYS")
NOTES_KEYS_FILE = Path(env.text("NOTES_KEYS_FILE") or DATA_DIR / "keys" / "notes.json")
NOTES_KEYS_MADE_HERE = not (REAL_PLACE and env.text("DATABASE_URL"))
if weakness := keyring.complaint(NOTES_KEYS, NOTES_KEYS_FILE, made_here=NOTES_KEYS_MADE_HERE):
    raise ImproperlyConfigured(weakness)
PUBLIC_URL = env.text("PUBLIC_URL", f"http://127.0.0.1:{env.text('PORT', '8000')}").rstrip("/")

# -- Apps -----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "peerhub.embedded.apps.EmbeddedConfig",
    "peerhub.home.apps.HomeConfig",
    "peerhub.people.apps.PeopleConfig",
    "peerhub.notices.apps.NoticesConfig",
    "programmes.apps.ProgrammesConfig",
    "recruitment.apps.RecruitmentConfig",
    "training.apps.TrainingConfig",
    "matching.apps.MatchingConfig",
    "supervision.apps.SupervisionConfig",
    "evaluation.apps.EvaluationConfig",
    "peerhub.home.apps.Administration",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
]
MIDDLEWARE = [
    "peerhub.home.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # its files are compressed already
    "django.middleware.gzip.GZipMiddleware",  # pads each answer by chance; the token of a form is another each time
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # around the transaction: its letters go out when it is committed
    "programmes.access.behind_walls",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "peerhub.home.doors.Doors",
    "peerhub.home.second_factor.SecondFactor",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "peerhub.home.sessions.SessionLimits",
    "peerhub.home.drafts.Drafts",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "peerhub.urls"
WSGI_APPLICATION = "peerhub.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "peerhub.home.context.house",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# -- Database: the web role reads and writes rows; the owner migrates; the backup role copies ------------------------
DATABASE_WEB_ROLE = env.text("DATABASE_WEB_ROLE", "peerhub_web")
DATABASE_BACKUP_ROLE = env.text("DATABASE_BACKUP_ROLE", "peerhub_backup")
DATABASE_COMMON: dict[str, Any] = {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
}
WEB_DATABASE = env.postgres("DATABASE_URL", paths.postgres_params("web"))
OWNER_DATABASE = env.postgres(
    "DATABASE_OWNER_URL", WEB_DATABASE if env.text("DATABASE_URL") else paths.postgres_params("owner")
)
BACKUP_DATABASE = env.postgres(
    "DATABASE_BACKUP_URL", OWNER_DATABASE if env.text("DATABASE_URL") else paths.postgres_params("backup")
)
if REAL_PLACE and env.text("DATABASE_URL"):
    OWNER_NAMED = OWNER_DATABASE if env.text("DATABASE_OWNER_URL") else None
    if weakness := strength.weakness_of_roles(WEB_DATABASE, OWNER_NAMED, DATABASE_WEB_ROLE):
        raise ImproperlyConfigured(weakness)
DATABASES = {
    # Tests create one database as the owner; the web role then works in that same database.
    "default": {**DATABASE_COMMON, **WEB_DATABASE, "ATOMIC_REQUESTS": True, "TEST": {"MIRROR": "owner"}},
    "owner": {**DATABASE_COMMON, **OWNER_DATABASE, "CONN_MAX_AGE": 0, "TEST": {"DEPENDENCIES": []}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Log-in: e-mail and password for staff, an e-mailed code for peer supporters -------------------------------------
AUTH_USER_MODEL = "people.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the address is unique: in lower case, by a constraint of the database
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "peerhub.home.adapter.AccountAdapter"
ACCOUNT_FORMS = {"confirm_login_code": "peerhub.home.login_forms.MailedCode"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False  # a mailed link is no log-in: the second step would be stepped around
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # pages with fresh=True want a proof of identity that is younger
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Per account; per address peerhub.home.doors counts, where a proxy does not hide everybody behind one.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/5m/key",
    "request_login_code": "3/m/key,10/h/key",
    "reset_password": "3/m/key,10/h/key",
    "reset_password_from_key": None,
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 1 if env.flag("BEHIND_PROXY") else 0)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_ADAPTER = "peerhub.home.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "peerhub.home.login_forms.SecondStep",
    "reauthenticate": "peerhub.home.login_forms.SecondStepAgain",
    "authenticate_webauthn": "peerhub.home.login_forms.SecondStepByKey",
    "reauthenticate_webauthn": "peerhub.home.login_forms.SecondStepByKeyAgain",
    "login_webauthn": "peerhub.home.login_forms.Passkey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from a programme, not from a stranger who signs up
MFA_RATE_LIMITS = {"webauthn_login": None}
MFA_TOTP_ISSUER = "peerhub"
MFA_TOTP_TOLERANCE = 1  # phones and servers do not agree to the second
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Seconds without a sign of life, and seconds in all (why: docs/sessions.md).
SESSION_LIMITS = {
    "staff": (env.number("SESSION_IDLE_MINUTES", 30) * 60, env.number("SESSION_HOURS", 12) * 3600),
    "peer": (env.number("SESSION_PEER_IDLE_HOURS", 12) * 3600, env.number("SESSION_PEER_DAYS", 14) * 86400),
}
SHORTEST_IDLE = 5 * 60  # the warning comes two minutes before the end
if any(not SHORTEST_IDLE <= idle <= whole for idle, whole in SESSION_LIMITS.values()):
    raise ImproperlyConfigured("A session lasts at least 5 minutes without a sign of life, and not longer than in all.")
SESSION_COOKIE_AGE = max(whole for _idle, whole in SESSION_LIMITS.values())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-peerhub" if HTTPS else "peerhub"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True  # forms carry the token themselves
LANGUAGE_COOKIE_NAME = "__Host-language" if HTTPS else "django_language"
LINK_COOKIE_NAME = "__Host-link" if HTTPS else "link"  # of whoever opened a one-time link; no log-in
LEAVE_TO = env.text("LEAVE_TO", "https://www.wikipedia.org/")
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # they name people: no cookie for them
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

# -- Headers ---------------------------------------------------------------------------------------------------------
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "script-src": [SELF],
        "script-src-attr": [NONE],
        "worker-src": [SELF],
        "style-src": [SELF],
        "frame-src": [NONE],
        "media-src": [NONE],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        **({"upgrade-insecure-requests": True} if HTTPS else {}),
    }
}

# -- Broker, cache, worker (why these numbers: docs/adr/0004) --------------------------------------------------------
REDIS_URL = env.text("REDIS_URL")
REDIS_PREFIX = env.text("REDIS_PREFIX", "peerhub")  # two peerhubs that share a server must not take each other's tasks
CELERY_BROKER_URL = REDIS_URL or paths.broker_url()
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "health_check_interval": 25,
    "socket_connect_timeout": 2,
    "global_keyprefix": f"{REDIS_PREFIX}:",
}
CELERY_BEAT_SCHEDULE = {
    "send-notices": {"task": "peerhub.notices.tasks.send_notices", "schedule": 60, "options": {"expires": 55}},
    "sweep": {"task": "matching.tasks.sweep", "schedule": 900, "options": {"expires": 840}},
    "agreements": {"task": "matching.tasks.print_agreements", "schedule": 60, "options": {"expires": 55}},
    "summaries": {"task": "supervision.tasks.write_summaries", "schedule": 900, "options": {"expires": 840}},
    "sessions": {"task": "supervision.tasks.remind_of_sessions", "schedule": 900, "options": {"expires": 840}},
    "pending-searches": {"task": "matching.tasks.search_pending", "schedule": 60, "options": {"expires": 55}},
    "pending-reports": {"task": "evaluation.tasks.render_pending", "schedule": 60, "options": {"expires": 55}},
    "forget-drafts": {"task": "peerhub.people.tasks.forget_old_drafts", "schedule": 3600, "options": {"expires": 3500}},
    "heartbeat": {"task": "peerhub.notices.tasks.heartbeat", "schedule": 30, "options": {"expires": 25}},
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL or paths.cache_url(),
        "KEY_PREFIX": f"{REDIS_PREFIX}-cache",
    }
}

# -- Travel: the dotted path of a class of one's own that knows real routes; without it minutes are estimated here -----
TRAVEL_SERVICE = env.text("TRAVEL_SERVICE")

# -- E-mail ----------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST")
if not EMAIL_HOST:  # no mail server named: letters are kept as files, so that nothing goes out by accident
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "peerhub@localhost")

# -- Text messages and notifications on the phone (docs/notices.md) ---------------------------------------------------
SMS = {
    "URL": env.text("SMS_URL"),
    "METHOD": env.one_of("SMS_METHOD", ("POST", "GET", "PUT")),
    "FORMAT": env.one_of("SMS_FORMAT", ("json", "form", "query")),
    "TOKEN": env.text("SMS_TOKEN"),
    "TOKEN_HEADER": env.text("SMS_TOKEN_HEADER", "Authorization"),
    "TOKEN_PREFIX": env.text("SMS_TOKEN_PREFIX", "Bearer").strip() + " ",
    "FIELD_TO": env.text("SMS_FIELD_TO", "to"),
    "FIELD_TEXT": env.text("SMS_FIELD_TEXT", "text"),
    "FIELD_FROM": env.text("SMS_FIELD_FROM", "from"),
    "FIELD_ID": env.text("SMS_FIELD_ID", "id"),
    "FROM": env.text("SMS_FROM"),
}
if REAL_PLACE and SMS["URL"] and not SMS["URL"].startswith("https://"):
    raise ImproperlyConfigured("SMS_URL begins with https:// in a real place: it carries telephone numbers.")
VAPID_PRIVATE_KEY = env.text("VAPID_PRIVATE_KEY")
PUSH_HOSTS = env.words("PUSH_HOSTS", "fcm.googleapis.com,push.services.mozilla.com,notify.windows.com,push.apple.com")

# -- Languages, time, files ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
# Dutch and French join when their catalogues are whole; half a translation confuses more than none.
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.text("STATIC_ROOT") or DATA_DIR / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "media"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = TESTING
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["peerhub.lib.uploads.BoundedUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FILES = 5

LOGGING = logs.logging_config(env.text("LOG_LEVEL", "INFO"))
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # worker and beat write through the same formatter
