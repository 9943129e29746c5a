import { instanceType } from "../components/capacity/instances.ts";
import type { ListPrices } from "../components/monitoring/metrics/prices.ts";
import { modelPrice } from "./catalogue.ts";
import type { Config } from "./config.ts";

/** The prices of an environment's models and instance types; without those that no table has. */
export function listPrices(config: Config): ListPrices {
  const { models, hosted, pools, cluster } = config;
  const types = [
    ...Object.values(pools).flatMap(({ instanceTypes }) => instanceTypes),
    cluster.systemNodes.instanceType,
  ];
  const known = Object.entries(models).flatMap(([name, model]) => {
    const price = modelPrice(model, config);
    return price === undefined ? [] : [[name, price] as const];
  });
  const bought = Object.entries(hosted).map(([name, { usdPerMillion }]) => [name, usdPerMillion] as const);
  return {
    models: Object.fromEntries([...known, ...bought]),
    instances: Object.fromEntries(
      [...new Set(types)].flatMap((name) => {
        const usd = instanceType(name)?.usdPerHour;
        return usd === undefined ? [] : [[name, usd] as const];
      }),
    ),
  };
}
