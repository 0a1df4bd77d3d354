"""The worker's engine. What is due stands in PostgreSQL; Celery only comes by and drains it."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerhub.settings")

app = Celery("peerhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
