import { karpenterMetrics } from "../metrics.ts";
import type { Indicator, RecordingRule } from "./indicator.ts";

/** What the planner and the gateway calculate with, in US dollars. */
export interface ListPrices {
  /** Of a million tokens, by model, hosted ones too. */
  readonly models: Readonly<Record<string, { readonly input: number; readonly output: number }>>;
  /** Of an hour on demand, by instance type. */
  readonly instances: Readonly<Record<string, number>>;
}

const modelPrice = "model:usd_per_million_tokens:list";
const instancePrice = "instance_type:usd_per_hour:list";
const onDemand = `max by (instance_type) (${karpenterMetrics.offeringPrice}{capacity_type="on-demand"})`;

/** Prices as series, next to AWS's current ones. */
export const priceIndicators = {
  tokens: {
    unit: "currencyUSD",
    means: "Dollars for a million tokens of each model, by which the gateway counts budgets.",
    expr: modelPrice,
  },
  nodes: {
    unit: "currencyUSD",
    means: "Dollars for an hour of each instance type on demand, by the table that plans are made with.",
    expr: instancePrice,
  },
  nodesNow: {
    unit: "currencyUSD",
    means: "The same by what Karpenter reads from AWS now.",
    expr: `${onDemand} and on (instance_type) ${instancePrice}`,
  },
} as const satisfies Record<string, Indicator>;

/** One rule for each price. */
export function priceRules({ models, instances }: ListPrices): readonly RecordingRule[] {
  return [
    ...Object.entries(models).flatMap(([model, price]) =>
      (["input", "output"] as const).map((kind) => ({
        record: modelPrice,
        expr: `vector(${decimal(price[kind])})`,
        labels: { model, kind },
      })),
    ),
    ...Object.entries(instances).map(([name, usd]) => ({
      record: instancePrice,
      expr: `vector(${usd})`,
      labels: { instance_type: name },
    })),
  ];
}

/** In the three digits that the gateway's configuration has. */
function decimal(usdPerMillion: number): number {
  return Number(usdPerMillion.toPrecision(3));
}
