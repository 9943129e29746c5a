import { beforeAll, describe, expect, it } from "vitest";
import { difference, type ResourceChange } from "../../scripts/plan/difference.ts";
import type { Plan } from "../../scripts/plan/plan.ts";
import { fixturePlan, planWith } from "../support/plan.ts";

const traffic = (live: "blue" | "green", canaryPercent: number) =>
  planWith("dev", "models.chat.traffic", { live, canaryPercent });

/** Kind, name and changed fields of each difference. */
function changes(from: Plan, to: Plan): string[] {
  return difference(from, to).map(({ urn, kind, fields }: ResourceChange) => {
    const [type, name] = [urn.split("::").at(-2)?.split(":").at(-1), urn.split("::").at(-1)];
    return `${kind} ${type} ${name} ${fields.join(" ")}`.trimEnd();
  });
}

describe("a switch from blue to green", () => {
  let withCanary: Plan;
  beforeAll(async () => {
    withCanary = await traffic("blue", 10);
  });

  it("changes the weights in the model's live rule and nothing else", async () => {
    expect(changes(fixturePlan("dev"), await traffic("green", 0))).toEqual([
      "update ListenerRule chat-live actions",
    ]);
  });

  it("turns canary and live rule around when a canary runs, and nothing else", async () => {
    expect(changes(withCanary, await traffic("green", 10))).toEqual([
      "update ListenerRule chat-canary actions",
      "update ListenerRule chat-live actions",
    ]);
  });

  it("is undone by the same edit, reversed", async () => {
    expect(changes(fixturePlan("dev"), await traffic("blue", 0))).toEqual([]);
  });

  it("adds one rule when a canary begins, and changes only its pattern when it grows", async () => {
    expect(changes(fixturePlan("dev"), withCanary)).toEqual(["create ListenerRule chat-canary"]);
    expect(changes(withCanary, await traffic("blue", 25))).toEqual([
      "update ListenerRule chat-canary conditions",
    ]);
  });
});

describe("another model", () => {
  it("changes nothing of the one that is there", async () => {
    const models = fixturePlan("staging").config["gantry:models"] as Record<string, unknown>;
    const { code: _, ...alone } = models;
    const all = changes(await planWith("staging", "models", alone), fixturePlan("staging"));
    // Prometheus has its price, and the gateway learns of it, by documents and the annotation that replaces its pods one by one.
    const found = all.filter(
      (change) =>
        !/^update (?:(?:ConfigMap|Deployment) gateway|PrometheusRule monitoring-rules) /.test(change),
    );
    expect(found.every((change) => change.startsWith("create "))).toBe(true);
    expect(found).toContain("create Model code");
  });
});
