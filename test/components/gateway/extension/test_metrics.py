"""Metrics of a pod with several workers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[4] / "components/gateway/extension"
WORKER = """
from gantry_gateway import metrics
from gantry_gateway.exchange import Exchange
for _ in range({count}):
    metrics.count(Exchange(code="{code}"))
metrics.REDIS_LOST.set({lost})
"""


def run(code: str, folder: Path) -> str:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder), "PYTHONPATH": str(PACKAGE)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def test_one_scrape_shows_all_workers(tmp_path: Path) -> None:
    folder = tmp_path / "made by the first"
    run(WORKER.format(count=2, code="ok", lost=1), folder)
    run(WORKER.format(count=3, code="ok", lost=0), folder)
    shown = run("from gantry_gateway import metrics; print(metrics.exposition().decode())", folder)
    labels = 'cache="none",code="ok",model="none",route="none",tenant="unknown"'
    assert f"gantry_gateway_requests_total{{{labels}}} 5.0" in shown
    assert "gantry_gateway_redis_lost 0.0" in shown
    assert "pid=" not in shown
