import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alerts } from "../../components/monitoring/alerts.ts";
import { routeObjective } from "../../components/monitoring/objectives.ts";
import { ruleGroups } from "../../components/monitoring/rule-groups.ts";
import { NoPython, pythonEnvironment } from "../../scripts/local/python-environment.ts";
import { Alertmanager, alertmanagerInstalled, type Held } from "../support/alertmanager.ts";
import { prometheusInstalled, startPrometheus } from "../support/prometheus.ts";
import { firing, type Series } from "../support/promtool.ts";
import { ask, question } from "./gateway/client.ts";
import { GatewayStack, metricsKey, release, route, tenant } from "./gateway/stack.ts";

const bin = await pythonEnvironment(console.warn).catch((reason) => {
  if (!(reason instanceof NoPython)) throw reason;
  console.warn(`skipped: the gateway can't be installed: ${reason.message}`);
  return undefined;
});

/**
 * A recorded second counts as this many, the interval in which a cluster is scraped. The rules stay as they are, with
 * their windows and durations; only rates, which no rule concerned here compares with a number, appear 15 times lower.
 */
const stretch = 15;
const healthySeconds = 5;
const faultySeconds = 60;
/** From the other faults to the loss of Redis, which has to count what a tenant used. */
const redisLostAfter = 20;

/** One route for each fault, so that all of them happen at the same time and each is told by its labels. */
const { hosted: _, ...selfHostedOnly } = route;
const uncached = { ...selfHostedOnly, cache: false } as const;
const routes = {
  healthy: { ...uncached, selfHosted: "chat" },
  slow: { ...uncached, selfHosted: "slow-engine" },
  // Longer than an answer of the other model takes on a busy machine, which would count as a second fault.
  frozen: {
    ...uncached,
    selfHosted: "frozen-engine",
    fallbacks: { ...route.fallbacks, any: ["chat"] },
    timeouts: { connectSeconds: 4, gapSeconds: 4, totalSeconds: 30 },
  },
  failing: { ...uncached, selfHosted: "failing-engine" },
  away: { ...uncached, strategy: "quality", selfHosted: "chat", hosted: "gpt-4o" },
} as const;
const askedPerSecond: Readonly<Record<keyof typeof routes, number>> = {
  healthy: 1,
  slow: 1,
  frozen: 1,
  // One of 20 fails, and the alert needs forty of the sixty seconds.
  failing: 4,
  away: 1,
};
/** Wide, since a busy machine isn't what is tested. */
const objective = { ...routeObjective, firstTokenP50Seconds: 4, firstTokenP99Seconds: 20 };
/** An answer of the other model comes after the frozen engine was waited for twice, and is no slow one. */
const objectives: Partial<Record<keyof typeof routes, typeof objective>> = {
  frozen: { ...objective, firstTokenP50Seconds: 20 },
};
const models = Object.keys(routes) as (keyof typeof routes)[];
const tenants = {
  web: { ...tenant, models },
  // A question costs four millionths of a dollar.
  spent: { ...tenant, models, monthlyBudgetUsd: 0.000_01 },
};

describe.runIf(bin !== undefined && prometheusInstalled() && alertmanagerInstalled())("six faults", () => {
  let held: readonly Held[];
  let stack: GatewayStack;

  beforeAll(async () => {
    stack = await GatewayStack.start(
      bin ?? "",
      { tenants, routes, models: ["slow-engine", "frozen-engine", "failing-engine"] },
      1,
    );
    const { series, seconds } = await recorded();
    const found = firing({
      groups: ruleGroups({
        alerts: alerts({ monthlyUsd: 4000, reservations: [] }),
        routes: Object.fromEntries(models.map((name) => [name, objectives[name] ?? objective])),
        runbookBase: "https://git.example.com/docs/runbooks",
      }),
      series: [series],
      intervalSeconds: stretch,
      minute: (seconds * stretch) / 60,
    });
    await using alertmanager = await Alertmanager.start();
    await alertmanager.post(found);
    held = await alertmanager.held("people");
  });
  afterAll(() => stack?.stop());

  /** Alerts of a severity that people get, each with what it is about. */
  function told(severity: string): string[] {
    return held
      .filter(({ labels, status }) => labels.severity === severity && status.state === "active")
      .map(
        ({ labels }) => `${labels.alertname} ${labels.route ?? labels.model ?? labels.tenant ?? labels.pod}`,
      )
      .sort();
  }

  it("page for what stands still, and for nothing else", () => {
    // The frozen engine, and Redis away.
    expect(told("critical")).toEqual(["EngineStalled frozen-engine", "LimitsWithoutRedis gateway-0"]);
  });

  it("warn of the other four, each with its own alert", () => {
    expect(told("warning")).toEqual([
      // The provider is away, and what froze is answered by another model.
      "FallbackInUse away",
      "FallbackInUse frozen",
      // One of 20 answers breaks off.
      "RouteErrors failing",
      // The slow engine, as its callers and as its own histogram see it.
      "RouteFirstTokenSlow slow",
      "TenantAtLimit spent",
      "TimeToFirstTokenHigh slow-engine",
    ]);
  });

  /** What a real Prometheus reads of the gateway and the engines, healthy at first, as promtool's series. */
  async function recorded(): Promise<{ series: Series; seconds: number }> {
    // The first reading takes seconds, since LiteLLM loads what it needs then.
    await Promise.all(stack.gateways.map(readMetrics));
    await using prometheus = await startPrometheus({ config: scraping() });
    const callers = [...models.map((model) => calling(model, "web")), calling("healthy", "spent")];
    await sleep(1000 * healthySeconds);
    await breakAll();
    await sleep(1000 * redisLostAfter);
    await stack.stopRedis();
    await sleep(1000 * (faultySeconds - redisLostAfter));
    const answer = await fetch(
      `${prometheus.address}/api/v1/query?${new URLSearchParams({
        query: `{__name__=~"vllm:.+|http_requests_total|gantry_gateway_.+"}[${healthySeconds + faultySeconds}s]`,
      })}`,
    );
    for (const caller of callers) clearInterval(caller);
    const { data } = (await answer.json()) as { data: { result: readonly Matrix[] } };
    const times = data.result.flatMap(({ values }) => values.map(([at]) => at));
    const [from, until] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
    const seconds = Math.round(until - from);
    return {
      series: Object.fromEntries(data.result.map((one) => notation(one, from, seconds))),
      seconds,
    };
  }

  async function readMetrics({ address }: { readonly address: string }) {
    const { status } = await fetch(`${address}/metrics`, {
      headers: { authorization: `Bearer ${metricsKey}` },
    });
    expect(status).toBe(200);
  }

  /** A caller of a route, at its rate. */
  function calling(model: keyof typeof routes, tenant: string): NodeJS.Timeout {
    return setInterval(
      () =>
        void ask(stack.gateways[0] as never, question({ model, stream: true }), { tenant }).catch(
          () => undefined,
        ),
      1000 / askedPerSecond[model],
    );
  }

  async function breakAll() {
    const { models, hosted } = stack;
    models["slow-engine"]?.engine.behave({ tokensPerSecond: 500, firstTokenSeconds: 8, errorRate: 0 });
    models["frozen-engine"]?.engine.behave({ tokensPerSecond: 0, firstTokenSeconds: 0, errorRate: 0 });
    await models["failing-engine"]?.faulty.break("cut", 20);
    await hosted.break("refused");
  }

  /** As the Prometheus operator's configuration: the pods' addresses and labels, the gateway's key. */
  function scraping(): object {
    const target = (address: string, labels: object) => ({
      targets: [address.replace("http://", "")],
      labels: { environment: "test", ...labels },
    });
    return {
      global: { scrape_interval: "1s", scrape_timeout: "1s" },
      scrape_configs: [
        {
          job_name: "models/engines",
          static_configs: Object.entries(stack.models).map(([model, { enginePort }]) =>
            target(`127.0.0.1:${enginePort}`, {
              ...{ namespace: "models", pod: `${model}-blue-0`, model, colour: "blue", release },
            }),
          ),
        },
        {
          job_name: "gateway/gateway",
          // Its monitor names no interval: the chart's are 30 s.
          scrape_interval: "2s",
          scrape_timeout: "2s",
          authorization: { credentials: metricsKey },
          static_configs: stack.gateways.map(({ address }, index) =>
            target(address, { namespace: "gateway", pod: `gateway-${index}` }),
          ),
        },
      ],
    };
  }
});

interface Matrix {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

/** A series of seconds, with a gap where a scrape was late. */
function notation({ metric, values }: Matrix, from: number, length: number): [string, string] {
  const { __name__: name, ...labels } = metric;
  const seconds: string[] = Array.from({ length: length + 1 }, () => "_");
  for (const [at, value] of values) seconds[Math.round(at - from)] = value;
  const written = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return [`${name}{${written.join(",")}}`, seconds.join(" ")];
}
