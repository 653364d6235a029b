# The site and its worker: one image, two commands (see compose.yaml).
FROM debian:12-slim AS build
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt .
RUN python3 -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM debian:12-slim
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends \
       python3 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-inter \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /app ctg \
    && install -d -o ctg /data
WORKDIR /app
COPY --from=build /app/.venv .venv
COPY . .
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=2 MEDIA_ROOT=/data/media
# Static files are named after their content once and for all; no secret is needed for that.
RUN SECRET_KEY=build python3 manage.py collectstatic --noinput --verbosity 0
USER ctg
EXPOSE 8000
HEALTHCHECK CMD ["python3", "-c", "import urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:8000/healthz', headers={'X-Forwarded-Proto': 'https'}))"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "ctg.wsgi"]
