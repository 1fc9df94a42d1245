# The packages are built in a stage of their own: the image that runs has no compiler and no pip cache.
FROM python:3.11-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt .
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /home/police police \
    && install -d -o police -g police /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    POLICE_HR_DATA=/data
USER police
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "police_hr.wsgi:application", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=4", "--threads=4", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
