import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Plan } from "../../scripts/plan/plan.ts";
import { at, find, fixturePlans, planWith } from "../support/plan.ts";

interface Rule {
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Prices that Prometheus records, as `<labels>: <dollars>`. */
function recorded(plan: Plan, series: string): Record<string, number> {
  const groups = at(find(plan, "PrometheusRule", "monitoring-rules"), "spec.groups") as { rules: Rule[] }[];
  return Object.fromEntries(
    groups
      .flatMap(({ rules }) => rules)
      .filter(({ record }) => record === series)
      .map(({ expr, labels = {} }) => [
        [labels.model, labels.kind, labels.instance_type].filter(Boolean).join(" "),
        Number(/^vector\((.+)\)$/.exec(expr)?.[1]),
      ]),
  );
}

/** What the gateway's own configuration says a million tokens cost. */
function counted(plan: Plan): Record<string, number> {
  const documents = at(find(plan, "ConfigMap", "gateway"), "data") as Record<string, string>;
  const { model_list } = parse(documents["config.yaml"] ?? "") as {
    model_list: { model_name: string; model_info: Record<string, number> }[];
  };
  return Object.fromEntries(
    model_list
      .filter(({ model_name }) => !/-(?:blue|green)$/.test(model_name))
      .flatMap(({ model_name, model_info }) =>
        ["input", "output"].map((kind) => [
          `${model_name} ${kind}`,
          Number((1e6 * (model_info[`${kind}_cost_per_token`] ?? 0)).toPrecision(3)),
        ]),
      ),
  );
}

describe("prices as series", () => {
  it.each(fixturePlans().map((plan) => [plan.environment, plan] as const))(
    "are in %s those that the gateway counts budgets by",
    (_, plan) => {
      const found = recorded(plan, "model:usd_per_million_tokens:list");
      expect(Object.keys(found).length).toBeGreaterThan(0);
      expect(found).toEqual(counted(plan));
    },
  );

  it("follow the configuration, by the list price of each instance type", async () => {
    const plan = await planWith("dev", "pools.a10g.instanceTypes", ["g5.2xlarge"]);
    // [AWS price list, us-east-1, on demand]
    expect(recorded(plan, "instance_type:usd_per_hour:list")).toEqual({
      "g5.2xlarge": 1.212,
      "m7i.xlarge": 0.2016,
    });
    const dearer = await planWith("dev", "models.chat.usdPerMillion", { input: 1.5, output: 4 });
    expect(recorded(dearer, "model:usd_per_million_tokens:list")).toMatchObject({
      "chat input": 1.5,
      "chat output": 4,
    });
  });
});
