import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Colour } from "../../../components/serving/traffic.ts";
import { groupArns, type ListenerRule, plannedListenerRules } from "../../../scripts/local/listener-rules.ts";
import { LocalLoadBalancer, type Target } from "../../../scripts/local/load-balancer.ts";
import { SimulatedEngine } from "../../../scripts/local/simulated-engine.ts";
import { changed } from "../../support/changed.ts";
import { planFixture } from "../../support/plan-fixture.ts";
import { ask, events } from "./client.ts";

/** What the dev environment plans for its load balancer when this colour is live. */
async function plannedRules(live: Colour): Promise<readonly ListenerRule[]> {
  const { resources } = await planFixture({
    environment: "dev",
    edit: (config) => changed(config, ["gantry:models", "chat", "traffic", "live"], live) as typeof config,
    outputs: groupArns,
  });
  return plannedListenerRules(resources);
}

const tokens = 20;
/** Streams that flow, and that are open for as long as a busy machine needs. */
const slowly = { tokensPerSecond: 1, firstTokenSeconds: 0.05, errorRate: 0 };
const quickly = { ...slowly, tokensPerSecond: 200 };
const replicas = 2;

describe("a switch and a rollback with the planned listener rules", () => {
  let rules: Record<Colour, readonly ListenerRule[]>;
  let balancer: LocalLoadBalancer;
  let port: number;
  const engines: SimulatedEngine[] = [];

  beforeAll(async () => {
    const [blue, green] = await Promise.all([plannedRules("blue"), plannedRules("green")]);
    rules = { blue, green };
    balancer = new LocalLoadBalancer({
      rules: rules.blue,
      groups: { "chat-blue": await slot("blue"), "chat-green": await slot("green") },
      idleSeconds: 60,
    });
    port = await balancer.listen();
  });
  afterAll(async () => {
    await balancer.close();
    await Promise.all(engines.map((engine) => engine.close()));
  });

  it("cut none of 200 open streams, fail no request, and move new ones at once", async () => {
    const streams = Array.from({ length: 200 }, openStream);
    await Promise.all(streams.map(({ begun }) => begun));

    balancer.setRules(rules.green);
    const afterSwitch = Array.from({ length: 50 }, openStream);
    const shortAfterSwitch = await Promise.all(Array.from({ length: 20 }, () => short()));
    await Promise.all(afterSwitch.map(({ begun }) => begun));
    await sleep(1000 / slowly.tokensPerSecond);

    balancer.setRules(rules.blue);
    const afterRollback = Array.from({ length: 50 }, openStream);
    const shortAfterRollback = await Promise.all(Array.from({ length: 20 }, () => short()));
    await Promise.all(afterRollback.map(({ begun }) => begun));
    expect([...streams, ...afterSwitch].filter(({ ended }) => ended())).toEqual([]);
    for (const engine of engines) engine.behave(quickly);

    expect(await answeredBy(streams)).toEqual(["blue"]);
    expect(await answeredBy(afterSwitch)).toEqual(["green"]);
    expect(await answeredBy(afterRollback)).toEqual(["blue"]);
    expect(new Set(shortAfterSwitch)).toEqual(new Set(["green"]));
    expect(new Set(shortAfterRollback)).toEqual(new Set(["blue"]));
  });

  it("leave each slot's own host, what isn't the API, and other hosts where they were", async () => {
    for (const live of ["green", "blue"] as const) {
      balancer.setRules(rules[live]);
      for (const colour of ["blue", "green"])
        expect(await short(`chat-${colour}.models.internal`)).toBe(colour);
      expect(await ask({ port, path: "/metrics" })).toMatchObject({
        status: 404,
        body: '{"error":"no such model"}',
      });
      expect((await ask({ port, host: "code.models.internal" })).status).toBe(404);
    }
  });

  /** Engines of one colour. */
  async function slot(colour: Colour): Promise<Target[]> {
    const slot = Array.from(
      { length: replicas },
      (_, index) =>
        new SimulatedEngine({ name: `${colour}-${index}`, servedName: "chat", behaviour: slowly }),
    );
    engines.push(...slot);
    return Promise.all(
      slot.map(async (engine) => ({ host: "127.0.0.1", port: await engine.listen(), healthy: true })),
    );
  }

  function openStream() {
    let first = () => {};
    let over = false;
    const begun = new Promise<void>((begun) => {
      first = begun;
    });
    const body = { model: "chat", prompt: "hello", stream: true, max_tokens: tokens };
    const answer = ask({ port, body, onPiece: () => first() }).finally(() => {
      over = true;
      first();
    });
    // It is awaited later, and may fail before.
    answer.catch(() => undefined);
    return { begun, answer, ended: () => over };
  }

  /** The colour that gives an answer of one token. */
  async function short(host = "chat.models.internal"): Promise<string> {
    const { status, body } = await ask({
      port,
      host,
      body: { model: "chat", prompt: "hello", max_tokens: 1 },
    });
    expect(status).toBe(200);
    return colourOf(JSON.parse(body).id);
  }

  /** The colours that gave these answers, each of which has to be whole and of one engine. */
  async function answeredBy(opened: readonly ReturnType<typeof openStream>[]): Promise<string[]> {
    const whole = Array.from({ length: tokens }, (_, index) => (index === 0 ? "0" : ` ${index}`)).join("");
    const colours = new Set<string>();
    for (const { answer } of opened) {
      const { status, body } = await answer;
      expect(status).toBe(200);
      const said = events(body) as { id: string; choices: { text: string }[] }[];
      expect(said.map(({ choices }) => choices[0]?.text).join("")).toBe(whole);
      const ids = new Set(said.map(({ id }) => id));
      expect(ids.size).toBe(1);
      for (const id of ids) colours.add(colourOf(id));
    }
    return [...colours];
  }
});

/** As in `cmpl-blue-0-17`. */
function colourOf(id: string): string {
  return id.split("-")[1] ?? "";
}
