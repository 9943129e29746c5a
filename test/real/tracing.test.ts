import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tracingVariables } from "../../components/monitoring/tracing.ts";
import { NoPython, pythonEnvironment } from "../../scripts/local/python-environment.ts";
import { ask, question } from "./gateway/client.ts";
import { Collector } from "./gateway/collector.ts";
import { GatewayStack, tenant } from "./gateway/stack.ts";

const bin = await pythonEnvironment(console.warn).catch((reason) => {
  if (!(reason instanceof NoPython)) throw reason;
  console.warn(`skipped: the gateway can't be installed: ${reason.message}`);
  return undefined;
});

const tracing = { namespace: "tracing", service: "collector" };
/** What no span may say. */
const prompt = "the purple elephant's account number";

describe.runIf(bin !== undefined)("traces of the real gateway", () => {
  let stack: GatewayStack;
  let collector: Collector;

  beforeAll(async () => {
    collector = await Collector.start(bin ?? "");
    stack = await GatewayStack.start(
      bin ?? "",
      {
        tenants: { web: tenant, few: { ...tenant, requestsPerDay: 1 } },
        environment: {
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.address,
          ...tracingVariables(tracing, { service: "gateway", environment: "test" }),
          OTEL_BSP_SCHEDULE_DELAY: "100",
        },
      },
      1,
    );
  });
  afterAll(async () => {
    await stack?.stop();
    await collector?.stop();
  });

  const gateway = () => stack.gateways[0] as { readonly address: string };
  const asked = { messages: [{ role: "user", content: prompt }] };

  /** The spans of an answer, once its root has arrived. */
  async function spansOf(answer: { readonly headers: Headers }) {
    const id = answer.headers.get("x-request-id");
    await expect.poll(() => collector.of(id).length, { timeout: 10_000 }).toBeGreaterThan(0);
    await expect.poll(() => collector.of(id)[0]?.parent, { timeout: 10_000 }).toBe("");
    return collector.of(id);
  }

  it("has the request's id, the figures of its record, and the engine's part below the model's", async () => {
    const answer = await ask(gateway(), question({ ...asked, stream: true }), {
      headers: { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` },
    });
    expect(answer.code).toBe("ok");
    const [root, chat, ...others] = await spansOf(answer);
    expect(others).toEqual([]);
    expect(root).toMatchObject({
      ...{ name: "POST /v1/chat/completions", kind: 2, parent: "", failed: false, path: "/v1/traces" },
      resource: { "service.name": "gateway", "deployment.environment.name": "test" },
    });
    expect(chat).toMatchObject({ name: "chat chat", kind: 3, parent: root?.span, failed: false });
    const line = new RegExp(`.*"request_id":"${root?.trace}".*`);
    const record = JSON.parse(line.exec(stack.gateways[0]?.output ?? "")?.[0] ?? "{}");
    expect(root?.attributes).toMatchObject({
      "gantry.tenant": "web",
      "gantry.route": "assistant",
      "gantry.model": "chat",
      "gantry.slot": "blue",
      "gantry.code": "ok",
      "gantry.cost_usd": record.cost_usd,
      "gantry.first_token_ms": record.first_token_ms,
    });
    expect(stack.chat.faulty.last).toMatchObject({
      traceparent: `00-${root?.trace}-${chat?.span}-01`,
      "x-request-id": root?.trace,
    });
  });

  it("shows which model failed and which answered, and tells a provider nothing", async () => {
    await stack.chat.faulty.break("server error");
    const answer = await ask(gateway(), question(asked));
    await stack.chat.faulty.break("none");
    expect(answer.headers.get("x-gantry-model")).toBe("gpt-4o");
    const [root, ...models] = await spansOf(answer);
    expect(root?.failed).toBe(false);
    expect(models.map(({ name, failed }) => [name, failed])).toEqual([
      ["chat chat", true],
      ["chat gpt-4o", false],
    ]);
    expect(stack.hosted.last).not.toHaveProperty("traceparent");
    expect(stack.hosted.last).not.toHaveProperty("x-request-id");
  });

  it("covers what never reaches a model", async () => {
    await ask(gateway(), question(asked), { tenant: "few" });
    const refused = await ask(gateway(), question({ ...asked, max_tokens: 4 }), { tenant: "few" });
    expect(refused.code).toBe("daily_limit");
    const [root, ...models] = await spansOf(refused);
    expect([root?.attributes["gantry.code"], root?.failed, models]).toEqual(["daily_limit", false, []]);
  });

  it("says no word of a prompt, an answer or a user", async () => {
    await ask(gateway(), question({ model: "nothing", ...asked }));
    const all = collector.spans.map(({ whole }) => whole).join("\n");
    expect(all).toContain("gantry.tenant");
    expect(all).not.toMatch(/purple|elephant|gantry\.user|sk-/);
  });
});
