"""Fails when vLLM has requests and has not computed a step since the last look.

    python3 engine_progress.py <port> <memory>

A server can answer that it is well while the engine behind it hangs (vllm#45094, #36451). With every step at least one
of the figures below moves: tokens while it generates, the share of the cache while it reads a long prompt. One look
that fails may be a slow step; Kubernetes counts how many there are in a row. The memory of the last look is a file,
and where it is older than the engine the figures differ. An engine without requests, or with other figures in a later
version, passes as long as its server says that it is well.

The figures are those of the last step: an engine that hangs on the first request after a pause still says that it has
none [vllm v1/engine/async_llm.py, output_handler]. The server's own count of open requests knows better, but isn't
reliable enough to end an engine: a request whose images are being fetched is counted, and one that ends in an error
while it streams may stay counted [vllm entrypoints/serve/utils/api_utils.py, load_aware_call]. So while that count
alone says that there are requests, one token is requested from the engine.
"""

import http.client
import json
import os
import pathlib
import sys

REQUESTS = ("vllm:num_requests_running", "vllm:num_requests_waiting")
PROGRESS = (
    "vllm:iteration_tokens_total_count",
    "vllm:generation_tokens_total",
    "vllm:prompt_tokens_total",
    "vllm:kv_cache_usage_perc",
)


def ask(port: str, path: str, body: dict | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=4)
    headers = {"Authorization": f"Bearer {os.environ.get('VLLM_API_KEY', '')}", "Content-Type": "application/json"}
    connection.request("GET" if body is None else "POST", path, body and json.dumps(body), headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def get(port: str, path: str) -> str:
    status, text = ask(port, path)
    if status != 200:
        sys.exit(f"{path} answers {status}")
    return text.decode()


def open_requests(port: str) -> int:
    status, text = ask(port, "/load")
    return json.loads(text).get("server_load", 0) if status == 200 else 0


def computes_a_token(port: str) -> bool:
    status, text = ask(port, "/v1/models")
    if status == 200:
        model = json.loads(text)["data"][0]["id"]
        try:
            status, _ = ask(port, "/v1/completions", {"model": model, "prompt": [1], "max_tokens": 1})
        except TimeoutError:
            return False
    # 503 is a full queue. What the server itself refuses says nothing of the engine.
    return status != 503


def main(port: str, memory: str) -> None:
    get(port, "/health")
    samples = [line.rpartition(" ") for line in get(port, "/metrics").splitlines()]
    figures = {name: value for name, _, value in samples if name.split("{")[0] in REQUESTS + PROGRESS}
    has_requests = any(float(value) > 0 for name, value in figures.items() if name.startswith(REQUESTS))
    file = pathlib.Path(memory)
    before = file.read_text() if file.exists() else ""
    file.write_text(str(figures))
    if not figures or before != str(figures):
        return
    if has_requests:
        sys.exit("there are requests, and no step was computed since the last look")
    if open_requests(port) > 0 and not computes_a_token(port):
        sys.exit("the server has requests, and the engine behind it computes none")


main(*sys.argv[1:])
