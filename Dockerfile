# One image for every process of the production mode: web, live, worker, beat and the migration.

FROM node:22-bookworm-slim AS browser
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY static ./static
RUN npm run build

FROM python:3.13-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --upgrade "pip>=25"
COPY requirements.txt requirements.lock ./
# The runtime's packages only, in the versions and with the hashes of the lock.
RUN /opt/venv/bin/pip install --require-hashes -r requirements.txt -c requirements.lock

FROM python:3.13-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    MILLRACE_HOME=/srv/millrace/var \
    STATIC_ROOT=/srv/millrace/static-published \
    PORT=8000
RUN useradd --system --uid 10001 --home-dir /srv/millrace millrace \
    && install -d -o millrace -g millrace /srv/millrace /srv/millrace/var
WORKDIR /srv/millrace
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=browser /build/static/build ./static/build
# The settings want a complete environment; these values are used for this one command and kept nowhere.
RUN SECRET_KEY=only-to-collect-the-static-files-000000 ALLOWED_HOSTS=localhost \
    DATABASE_URL=postgres://millrace@localhost/millrace REDIS_URL=redis://localhost/0 \
    python manage.py collectstatic --noinput
USER millrace
VOLUME /srv/millrace/var
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://localhost:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["sh", "-c", "exec gunicorn config.wsgi --bind 0.0.0.0:$PORT --workers 2 --threads 8 --worker-tmp-dir /dev/shm --timeout 120 --access-logfile -"]
