import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../scripts/local/faults.ts";
import { groupArns, matching, plannedListenerRules } from "../../scripts/local/listener-rules.ts";
import { NoPython, pythonEnvironment } from "../../scripts/local/python-environment.ts";
import { changed } from "../support/changed.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { bucketsOf } from "./gateway/buckets.ts";
import { ask, question, said } from "./gateway/client.ts";
import { languages, runExample } from "./gateway/examples.ts";
import {
  faultyModels,
  GatewayStack,
  keyOf,
  masterKey,
  metricsKey,
  release,
  route,
  tenant,
} from "./gateway/stack.ts";

const bin = await pythonEnvironment(console.warn).catch((reason) => {
  if (!(reason instanceof NoPython)) throw reason;
  console.warn(`skipped: the gateway can't be installed: ${reason.message}`);
  return undefined;
});

const signingKey = "signing-key-of-web";
/** What no body may tell. */
const secrets = /10\.9\.8\.7|127\.0\.0\.1|secret|Traceback|litellm|sk-|[0-9a-f]{64}/i;
const tenants = {
  web: {
    ...tenant,
    models: [...tenant.models, "lone", "resting", ...faultyModels.map((model) => `only-${model}`)],
  },
  minute: { ...tenant, requestsPerMinute: 60 },
  tokens: { ...tenant, tokensPerMinute: 400 },
  day: { ...tenant, requestsPerDay: 5 },
  dayTokens: { ...tenant, tokensPerDay: 100 },
  // A question of 15 tokens with 5 of answer costs 87 millionths of a dollar at most, and 4 at the engine.
  budget: { ...tenant, monthlyBudgetUsd: 0.0002 },
  dayKept: { ...tenant, requestsPerDay: 5 },
  // Less than any request may cost.
  budgetKept: { ...tenant, monthlyBudgetUsd: 0.000_1 },
  parallel: { ...tenant, parallelRequests: 2 },
  users: { ...tenant, users: { requestsPerMinute: 3 } },
  away: { ...tenant, requestsPerMinute: 60 },
  changing: { ...tenant, models: ["chat"] },
};
const { hosted: _, ...selfHostedOnly } = route;
const { selfHosted: __, ...hostedOnly } = route;
const routes = {
  assistant: route,
  lone: selfHostedOnly,
  resting: { ...hostedOnly, hosted: "hosted-none" },
  ...Object.fromEntries(faultyModels.map((hosted) => [`only-${hosted}`, { ...hostedOnly, hosted }])),
};

describe.runIf(bin !== undefined)("the gateway, two real processes", () => {
  let stack: GatewayStack;
  const [first, second] = [() => stack.gateways[0] as never, () => stack.gateways[1] as never] as (() => {
    readonly address: string;
  })[];
  const either = (index: number) => (index % 2 === 0 ? first : second)?.() ?? { address: "" };

  beforeAll(async () => {
    stack = await GatewayStack.start(bin ?? "", {
      tenants,
      routes,
      signingKeys: { users: [signingKey], web: [signingKey] },
    });
  });
  afterAll(async () => {
    await stack?.stop();
  });

  /** Codes of many requests sent over both processes, with how often each came. */
  async function codes(count: number, tenant: string, fields: object = {}, pause = 0) {
    const all: Promise<string>[] = [];
    for (let index = 0; index < count; index++) {
      all.push(ask(either(index), question(fields), { tenant }).then(({ code }) => code));
      if (pause > 0) await sleep(pause);
    }
    const found: Record<string, number> = {};
    for (const code of await Promise.all(all)) found[code] = (found[code] ?? 0) + 1;
    return found;
  }

  /** Headers in which a tenant's server vouches for a user, by the gateway's clock: tests have one of their own. */
  async function signed(user: string, key = signingKey) {
    const ready = await fetch(`${either(0).address}/ready`);
    const at = Math.floor(Date.parse(ready.headers.get("date") ?? "") / 1000);
    const signature = createHmac("sha256", key).update(`${at}.${user}`).digest("hex");
    return { "x-gantry-user": user, "x-gantry-user-signature": `t=${at},v1=${signature}` };
  }

  it("answers, whole and in a stream", async () => {
    const whole = await ask(either(0));
    expect([whole.status, JSON.parse(whole.text).choices[0].message.content]).toEqual([200, "0 1 2 3 4"]);
    const streamed = await ask(either(1), question({ stream: true }));
    expect(said(streamed.text)).toBe("0 1 2 3 4");
    expect(streamed.text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect([...whole.headers.keys()].filter((name) => name.includes("litellm"))).toEqual([]);
  });

  const named = `"model":"chat","slot":"blue","release":"${release}"`;
  const text = { messages: undefined, prompt: "a text" };
  const responses = { messages: undefined, max_tokens: undefined, input: "a text", max_output_tokens: 5 };
  it.each([
    ["/v1/chat/completions", {}],
    ["/v1/chat/completions", { stream: true }],
    ["/v1/completions", text],
    ["/v1/completions", { ...text, stream: true }],
    ["/v1/responses", responses],
    ["/v1/responses", { ...responses, stream: true }],
  ])(
    "records what answered %s with %o, at a cost, and keeps the slot from the caller",
    async (path, fields) => {
      const answer = await ask(either(0), question({ model: "chat", ...fields }), { path });
      expect(answer.code).toBe("ok");
      expect(answer.text).not.toContain(release);
      const line = new RegExp(`"request_id":"${answer.headers.get("x-request-id")}".*`);
      const record = () => line.exec(stack.gateways[0]?.output ?? "")?.[0];
      await expect.poll(record).toContain(named);
      expect(record()).toMatch(/"output_tokens":5,"cost_usd":[1-9]/);
    },
  );

  describe("limits", () => {
    it("admit exactly the minute's requests at twice the rate, and leave other tenants alone", async () => {
      const [limited, others] = await Promise.all([codes(120, "minute", {}, 20), codes(20, "web", {}, 60)]);
      expect(limited).toEqual({ ok: 60, rate_limited: 60 });
      expect(others).toEqual({ ok: 20 });
    });

    it("hold a minute's tokens on streams", async () => {
      const found = await codes(60, "tokens", { stream: true });
      // 13 tokens of prompt at least as the engine counts them, 5 of answer.
      expect(found.ok).toBeGreaterThan(10);
      expect(found.ok).toBeLessThanOrEqual(Math.floor(400 / 18));
      expect(Object.keys(found).sort()).toEqual(["ok", "rate_limited"]);
    });

    it("hold a day's requests and tokens, and a month's budget", async () => {
      expect(await codes(8, "day")).toEqual({ ok: 5, daily_limit: 3 });
      const byTokens = await codes(12, "dayTokens");
      expect(byTokens.ok).toBeLessThanOrEqual(5);
      expect(byTokens.daily_limit).toBeGreaterThan(0);
      let spent = 0;
      while ((await ask(either(spent), question(), { tenant: "budget" })).code === "ok") spent++;
      // Reservations are given back: more requests fit than the first's reservation lets one expect.
      expect(spent).toBeGreaterThan(10);
      // The last reservation may still have been open.
      for (
        let refused = 0;
        refused < 3;
        refused = (await ask(either(0), question(), { tenant: "budget" })).code === "ok" ? 0 : refused + 1
      )
        await sleep(200);
      expect((await ask(either(1), question(), { tenant: "budget" })).code).toBe("budget_exceeded");
    });

    it("hold requests at the same time, streams too, and free their place", async () => {
      stack.chat.engine.behave({ tokensPerSecond: 5, firstTokenSeconds: 0.01, errorRate: 0 });
      const found = await codes(6, "parallel", { stream: true });
      stack.chat.engine.behave({ tokensPerSecond: 500, firstTokenSeconds: 0.01, errorRate: 0 });
      expect(found).toEqual({ ok: 2, parallel_limit: 4 });
      // A stream's place is free once the gateway has settled it, a moment after its last word.
      const again = async () => (await ask(either(0), question(), { tenant: "parallel" })).code;
      await expect.poll(again, { timeout: 300_000 }).toBe("ok");
    });

    it("hold each user's requests by a signature, and refuse a forged one", async () => {
      const found: string[] = [];
      for (let index = 0; index < 5; index++)
        found.push(
          (await ask(either(index), question(), { tenant: "users", headers: await signed("bob") })).code,
        );
      expect(found).toEqual(["ok", "ok", "ok", "user_rate_limited", "user_rate_limited"]);
      const eve = async (key?: string) =>
        (await ask(either(0), question(), { tenant: "users", headers: await signed("eve", key) })).code;
      expect([await eve(), await eve("forged")]).toEqual(["ok", "user_signature_invalid"]);
    });

    it("keep a key to its models", async () => {
      expect((await ask(either(0), question({ model: "lone" }), { tenant: "minute" })).code).toBe(
        "model_not_allowed",
      );
      expect((await ask(either(0), question({ model: "gpt-5" }))).code).toBe("model_not_found");
      expect((await ask(either(0), question({ fallbacks: ["lone"] }), { tenant: "changing" })).code).toBe(
        "invalid_request",
      );
    });
  });

  it.each(languages)("takes users that the docs' example in %s signs", async (language) => {
    const printed = await runExample(language, {
      GANTRY_URL: either(0).address,
      GANTRY_KEY: keyOf("web"),
      GANTRY_USER: "ann@example.com",
      GANTRY_SIGNING_KEY: signingKey,
    });
    expect(printed).toContain('"0 1 2 3 4"');
    await expect
      .poll(() => /"user":"[0-9a-f]{32}".*"code":"ok"/.test(stack.gateways[0]?.output ?? ""))
      .toBe(true);
  });

  it("refuses embeddings of a model of chats, which stays in use", async () => {
    for (const model of ["assistant", "gpt-4o"]) {
      const refused = await ask(either(0), { model, input: "hello" }, { path: "/v1/embeddings" });
      expect(refused.code).toBe("invalid_request");
      expect(refused.text).toContain("This model makes no embeddings.");
    }
    expect((await ask(either(0), question({ model: "gpt-4o" }))).code).toBe("ok");
  });

  it("sends the engine its bucket and drops the caller's, and never sends it to a provider", async () => {
    await ask(either(0), question(), { headers: { "x-gantry-bucket": "injected" } });
    expect(stack.chat.faulty.last["x-gantry-bucket"]).toMatch(/^\d\d$/);
    expect(stack.chat.faulty.last.authorization).toBe("Bearer engine-key");
    await ask(either(0), question({ model: "gpt-4o" }), { headers: { "x-gantry-bucket": "injected" } });
    expect(stack.hosted.last["x-gantry-bucket"]).toBeUndefined();
  });

  it("keeps each of 100,000 users on one side of a canary of 5, 25 and 50 %", async () => {
    const users = Array.from({ length: 100_000 }, (_, index) => `user-${index}@example.com`);
    const buckets = bucketsOf(bin ?? "", { salt: "test", tenant: "web", users });
    let before = new Set<string>();
    for (const percent of [5, 25, 50]) {
      const { resources } = await planFixture({
        environment: "dev",
        edit: (config) =>
          changed(config, ["gantry:models", "chat", "traffic", "canaryPercent"], percent) as typeof config,
        outputs: groupArns,
      });
      const rules = plannedListenerRules(resources);
      const isCanary = (bucket: string) => {
        const headers = { "x-gantry-bucket": bucket };
        const rule = matching(rules, { host: "chat.models.internal", url: "/v1/chat/completions", headers });
        // Each side of it is one group: nothing is left to chance.
        const groups = rule?.action.type === "forward" ? rule.action.forward.targetGroups : [];
        const sides = groups.filter(({ weight }) => weight > 0).map(({ arn }) => arn);
        expect(sides).toHaveLength(1);
        return sides[0] === "chat-green";
      };
      const taken = new Set([...new Set(buckets)].filter(isCanary));
      const canary = new Set(users.filter((_, index) => taken.has(buckets[index] ?? "")));
      // By chance 0.16 points at most are one standard deviation; of 10,000 users it would be 0.5.
      expect(Math.abs(canary.size / 1000 - percent)).toBeLessThanOrEqual(0.6);
      expect([...before].filter((user) => !canary.has(user))).toEqual([]);
      before = canary;
    }
    // The gateway's own header, with either of the tenant's processes.
    for (let index = 0; index < 20; index++) {
      const headers = await signed(users[index] ?? "");
      await ask(either(index), question(), { headers });
      expect([users[index], stack.chat.faulty.last["x-gantry-bucket"]]).toEqual([
        users[index],
        buckets[index],
      ]);
    }
  });

  it("gives each prompt of a list an answer, and refuses a stream of several, whose pieces LiteLLM mixes", async () => {
    const before = await stack.engineCount("vllm:generation_tokens_total");
    const fields = { messages: undefined, prompt: ["one text", "another"], model: "chat" };
    const path = "/v1/completions";
    const { code, text } = await ask(either(0), question(fields), { path });
    expect(code, text).toBe("ok");
    const { choices } = JSON.parse(text) as { choices: { index: number; text: string }[] };
    expect(choices.map(({ index, text }) => [index, text])).toEqual([
      [0, "0 1 2 3 4"],
      [1, "0 1 2 3 4"],
    ]);
    expect(await stack.engineCount("vllm:generation_tokens_total")).toBe(before + 10);
    const streamed = await ask(either(0), question({ ...fields, stream: true }), { path });
    expect([streamed.status, streamed.code]).toEqual([400, "invalid_request"]);
  });

  it("ends the generation when the caller leaves, streamed or not", async () => {
    stack.chat.engine.behave({ tokensPerSecond: 5, firstTokenSeconds: 0.01, errorRate: 0 });
    for (const stream of [true, false]) {
      const aborted = 'vllm:request_success_total{engine="0",model_name="chat",finished_reason="abort"}';
      const before = await stack.engineCount(aborted);
      const leaving = new AbortController();
      const open = ask(either(0), question({ stream, max_tokens: 60 }), { signal: leaving.signal }).catch(
        () => undefined,
      );
      await sleep(1500);
      leaving.abort();
      await open;
      await expect.poll(() => stack.engineCount(aborted), { timeout: 300_000 }).toBe(before + 1);
    }
    stack.chat.engine.behave({ tokensPerSecond: 500, firstTokenSeconds: 0.01, errorRate: 0 });
  });

  it("serves metrics to the key of metrics only, and nothing else beside the API", async () => {
    const get = async (path: string, key: string) =>
      (await fetch(`${either(0).address}${path}`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await get("/metrics", keyOf("web"))).toBe(401);
    expect(await get("/metrics", masterKey)).toBe(401);
    expect(await get("/metrics", metricsKey)).toBe(200);
    for (const tenant of ["web", "nobody"]) await ask(either(0), question(), { tenant });
    const text = await (
      await fetch(`${either(0).address}/metrics`, { headers: { authorization: `Bearer ${metricsKey}` } })
    ).text();
    expect(text).toMatch(/gantry_gateway_requests_total\{.*code="authentication_failed".*\} [1-9]/);
    expect(text).toMatch(/gantry_gateway_requests_total\{.*route="assistant".*\} [1-9]/);
    // LiteLLM's callback would add a series for each key and user, and costs each request milliseconds.
    expect(text).not.toMatch(/^litellm_.*(?:requested_model|api_key|user|team)/m);
    for (const path of [
      "/ui",
      "/key/generate",
      "/health",
      "/docs",
      "/v1/model/info",
      "/openapi.json",
      "/config/yaml",
    ])
      expect([path, await get(path, masterKey)]).toEqual([path, 404]);
  });

  it("holds day and budget after a restart of the gateway", async () => {
    const codeOf = async (tenant: string) => (await ask(either(0), question(), { tenant })).code;
    while ((await codeOf("dayKept")) === "ok");
    while ((await codeOf("budgetKept")) === "ok");
    await stack.restart(0);
    expect([await codeOf("dayKept"), await codeOf("budgetKept")]).toEqual(["daily_limit", "budget_exceeded"]);
    expect(await codeOf("web")).toBe("ok");
  });

  it("takes on, changes and revokes tenants while it runs, without losing a request", async () => {
    const end = Date.now() + 8000;
    const others: Promise<string>[] = [];
    const running = (async () => {
      for (let index = 0; Date.now() < end; index++) {
        others.push(ask(either(index)).then(({ code }) => code));
        await sleep(100);
      }
    })();
    const eventually = async (tenant: string, model: string, code: string) => {
      for (const index of [0, 1])
        await expect
          .poll(async () => (await ask(either(index), question({ model }), { tenant })).code, {
            timeout: 300_000,
          })
          .toBe(code);
    };
    stack.change({ tenants: { ...tenants, added: tenant, changing: tenant } });
    await eventually("added", "assistant", "ok");
    await eventually("changing", "assistant", "ok");
    stack.change({ tenants });
    await eventually("added", "assistant", "authentication_failed");
    await running;
    expect(new Set(await Promise.all(others))).toEqual(new Set(["ok"]));
  });

  it("counts by replica while Redis is away, and comes back by itself", async () => {
    await stack.stopRedis();
    const away = await codes(120, "away", {}, 20);
    expect(away.ok).toBeLessThanOrEqual(66);
    expect(away.ok).toBeGreaterThanOrEqual(54);
    expect(await codes(10, "web")).toEqual({ ok: 10 });
    await stack.startRedis();
    await sleep(3000);
    // What each replica let through was handed over: the minute isn't open again.
    expect((await codes(10, "away")).ok ?? 0).toBeLessThanOrEqual(6);
    expect(await codes(10, "web")).toEqual({ ok: 10 });
  });

  describe("while the first model is broken", () => {
    const outages: readonly Fault[] = [
      "refused",
      "silent",
      "rate limited",
      "server error",
      "cut before",
      "cut",
    ];
    /** Sixteen questions at once, three of four as streams. */
    const crowd = () =>
      Promise.all(
        Array.from({ length: 16 }, (_, index) => ask(either(index), question({ stream: index % 4 !== 0 }))),
      );
    /** Milliseconds to the first byte of the slowest stream. */
    const slowest = (answers: Awaited<ReturnType<typeof crowd>>) =>
      Math.max(...answers.filter((_, index) => index % 4 !== 0).map(({ firstByte }) => firstByte));

    it.each(outages)("%s: the next one answers, in time", async (fault) => {
      // What this machine takes for as many answers while nothing is broken.
      const usual = slowest(await crowd());
      await stack.chat.faulty.break(fault);
      const answers = await crowd();
      await stack.chat.faulty.break("none");
      expect(answers.filter(({ code }) => code !== "ok").map(({ text }) => text)).toEqual([]);
      expect(slowest(answers) - usual).toBeLessThanOrEqual(1000 * (route.timeouts.gapSeconds + 1));
    });
  });

  it("asks the last model again where it closed an idle connection just as it was used", async () => {
    await stack.chat.faulty.break("refused");
    await stack.hosted.break("connection closed");
    for (const stream of [true, true, false, false])
      expect((await ask(either(0), question({ stream }))).code).toBe("ok");
    await stack.hosted.break("none");
    await stack.chat.faulty.break("none");
  });

  describe("failures", () => {
    const expected: readonly (readonly [Fault, string])[] = [
      ["refused", "no_healthy_model"],
      ["silent", "timeout"],
      ["rate limited", "queue_full"],
      ["server error", "provider_error"],
      ["overloaded", "no_healthy_model"],
      ["queue full", "queue_full"],
      ["malformed", "malformed_output"],
      ["not JSON", "malformed_output"],
      ["context too long", "context_too_long"],
      ["filtered", "content_filtered"],
      ["unauthorized", "provider_error"],
      ["unknown model", "provider_error"],
    ];
    it.each(expected)("%s is %s, in one shape that tells nothing of the inside", async (fault, code) => {
      await stack.hosted.break(fault);
      const model = `only-hosted-${fault.replaceAll(" ", "-").toLowerCase()}`;
      // LiteLLM lets a model rest at once whose key or name is refused: the second request would find none.
      const resting = ["unauthorized", "unknown model"].includes(fault);
      for (const stream of resting ? [false] : [true, false]) {
        const found = await ask(either(0), question({ model, stream }));
        expect([stream, found.code]).toEqual([stream, code]);
        expect(found.text).not.toMatch(secrets);
      }
      await stack.hosted.break("none");
    });

    it("of a full engine say so, and when to try again", async () => {
      await stack.chat.faulty.break("queue full");
      for (const stream of [true, false]) {
        const found = await ask(either(0), question({ model: "lone", stream }));
        expect([found.status, found.code, found.headers.get("retry-after")]).toEqual([
          503,
          "queue_full",
          "5",
        ]);
      }
      await stack.chat.faulty.break("none");
    });

    it("of a hosted model let it rest once all of a minute failed, and it is asked again after that", async () => {
      const resting = question({ model: "resting" });
      const codeOf = async () => (await ask(either(0), resting)).code;
      await stack.hosted.break("server error");
      await expect.poll(codeOf, { timeout: 300_000 }).toBe("no_healthy_model");
      const { count } = stack.hosted;
      await stack.hosted.break("none");
      expect([await codeOf(), stack.hosted.count]).toEqual(["no_healthy_model", count]);
      await expect.poll(codeOf, { timeout: 300_000, interval: 1000 }).toBe("ok");
    });

    it("of a self-hosted model never do: its other replicas answer", async () => {
      await stack.chat.faulty.break("server error");
      const failed = await Promise.all(
        Array.from({ length: 12 }, () => ask(either(0), question({ model: "lone" }))),
      );
      await stack.chat.faulty.break("none");
      expect(new Set(failed.map(({ code }) => code))).toEqual(new Set(["provider_error"]));
      expect((await ask(either(0), question({ model: "lone" }))).code).toBe("ok");
    });
  });
});
