"""Asks one route for streams, at a rate that rises in stages, and writes one line of JSON about each answer.

`npm run load-test` starts it under Locust and judges the lines. A request begins when it is due, however long the ones
before it take, and is timed from then: slow answers can't lower the load under which they are measured.
"""

import hashlib
import hmac
import itertools
import json
import os
import random
import time
from urllib.parse import urlsplit

import gevent
from gevent.pool import Pool
from geventhttpclient import HTTPClient
from locust import User, events, task

with open(os.environ["GANTRY_LOAD"], encoding="utf-8") as file:
    LOAD = json.load(file)
ANSWERS = os.fdopen(3, "w", buffering=1)
WORDS = "river stone lamp paper garden window bridge letter winter market".split()


def due_times(stages):
    """Seconds from the start at which requests are due, each with its stage: evenly spread, each within its own part."""
    begin = 0.0
    for index, stage in enumerate(stages):
        count = int(stage["requestsPerSecond"] * stage["seconds"] + 0.5)
        part = stage["seconds"] / max(1, count)
        for number in range(count):
            yield begin + (number + random.random()) * part, index
        begin += stage["seconds"]


def callers(tenants):
    """Tenants in turn, as often as its share requires, cycling through its users."""
    due = {tenant["name"]: 0.0 for tenant in tenants}
    users = {tenant["name"]: itertools.cycle(range(tenant["users"])) for tenant in tenants}
    while True:
        for tenant in tenants:
            due[tenant["name"]] += tenant["share"]
        tenant = max(tenants, key=lambda one: due[one["name"]])
        due[tenant["name"]] -= 1
        yield tenant, f"load-test-{next(users[tenant['name']])}"


def headers(tenant, user):
    at = int(time.time())
    signature = hmac.new(tenant["signingKey"].encode(), f"{at}.{user}".encode(), hashlib.sha256).hexdigest()
    return {
        "authorization": f"Bearer {tenant['key']}",
        "content-type": "application/json",
        "x-gantry-user": user,
        "x-gantry-user-signature": f"t={at},v1={signature}",
    }


def body():
    """A prompt of its own, which no cache has an answer to."""
    text = f"{random.getrandbits(64):x} "
    while len(text) < LOAD["promptCharacters"]:
        text += random.choice(WORDS) + " "
    return json.dumps({
        "model": LOAD["route"],
        "messages": [{"role": "user", "content": text[: LOAD["promptCharacters"]]}],
        "max_tokens": LOAD["answerTokens"],
        "stream": True,
    })


def read(response, since):
    """What came back: when its first token did, what broke it off."""
    answer = {"status": response.status_code, "model": response.get("x-gantry-model")}
    if response.status_code != 200:
        return answer | {"code": code_of(bytes(response.read()))}
    while line := bytes(response.readline(b"\n")):
        if not line.startswith(b"data:"):
            continue
        data = line[5:].strip()
        if data == b"[DONE]":
            return answer
        event = json.loads(data)
        if "error" in event:
            return answer | {"code": code_of(data)}
        if "firstTokenSeconds" not in answer and any(one.get("delta", {}).get("content") for one in event["choices"]):
            answer["firstTokenSeconds"] = since()
    return answer | {"code": "broken_off"}


def code_of(text):
    try:
        return str(json.loads(text)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return "no_json"


class Callers(User):
    """All of them: who asks is drawn for each request."""

    fixed_count = 1

    def on_start(self):
        self.running = Pool()

    @task
    def ramp(self):
        url = urlsplit(self.host)
        self.client = HTTPClient.from_url(
            url.geturl(), concurrency=100_000, insecure=False, connection_timeout=10, network_timeout=LOAD["timeoutSeconds"]
        )
        begin = time.monotonic()
        for (due, stage), (tenant, user) in zip(due_times(LOAD["stages"]), callers(LOAD["tenants"])):
            gevent.sleep(max(0, begin + due - time.monotonic()))
            self.running.spawn(self.ask, begin + due, stage, tenant, user)
        self.running.join()
        gevent.spawn(self.environment.runner.quit)
        gevent.sleep(60)

    def on_stop(self):
        self.running.kill()

    def ask(self, due, stage, tenant, user):
        since = lambda: time.monotonic() - due  # noqa: E731
        answer = {"stage": stage, "tenant": tenant["name"], "lateSeconds": since()}
        response = None
        try:
            response = self.client.post("/v1/chat/completions", body(), headers(tenant, user))
            answer |= read(response, since)
        except (OSError, ValueError) as error:
            answer |= {"status": 0, "code": type(error).__name__}
        finally:
            if response is not None:
                response.release()
        self.tell(answer | {"seconds": since()})

    def tell(self, answer):
        """To the command that judges, and to Locust's own report with its plots."""
        ANSWERS.write(json.dumps(answer) + "\n")
        code = answer.get("code")
        fire = lambda name, seconds, error=None: events.request.fire(  # noqa: E731
            request_type="stream", name=name, response_time=1000 * seconds, response_length=0, exception=error, context={}
        )
        if answer["status"] == 429:
            fire(f"refused: {code}", answer["seconds"])
        else:
            fire("whole answer", answer["seconds"], code and RuntimeError(f"{answer['status']} {code}"))
        if "firstTokenSeconds" in answer:
            fire("first token", answer["firstTokenSeconds"])
