"""Fails when vLLM has requests and has not computed a step since the last look.

    python3 computes.py <port> <memory>

A server can answer that it is well while the engine behind it hangs (vllm#45094, #36451). With every step at least one
of the figures below moves: tokens while it generates, the share of the cache while it reads a long prompt. One look
that fails may be a slow step; Kubernetes counts how many there are in a row. The memory of the last look is a file,
and where it is older than the engine the figures differ. An engine without requests, or with other figures in a later
version, passes as long as its server says that it is well.
"""

import http.client
import pathlib
import sys

REQUESTS = ("vllm:num_requests_running", "vllm:num_requests_waiting")
PROGRESS = (
    "vllm:iteration_tokens_total_count",
    "vllm:generation_tokens_total",
    "vllm:prompt_tokens_total",
    "vllm:kv_cache_usage_perc",
)


def get(port: str, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=4)
    connection.request("GET", path)
    answer = connection.getresponse()
    if answer.status != 200:
        sys.exit(f"{path} answers {answer.status}")
    return answer.read().decode()


def main(port: str, memory: str) -> None:
    get(port, "/health")
    samples = [line.rpartition(" ") for line in get(port, "/metrics").splitlines()]
    figures = {name: value for name, _, value in samples if name.split("{")[0] in REQUESTS + PROGRESS}
    has_requests = any(float(value) > 0 for name, value in figures.items() if name.startswith(REQUESTS))
    file = pathlib.Path(memory)
    before = file.read_text() if file.exists() else ""
    file.write_text(str(figures))
    if has_requests and before == str(figures):
        sys.exit("there are requests, and no step was computed since the last look")


main(*sys.argv[1:])
