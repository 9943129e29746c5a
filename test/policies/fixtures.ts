import { cluster } from "./fixtures/cluster.ts";
import { cost } from "./fixtures/cost.ts";
import { data } from "./fixtures/data.ts";
import { edge } from "./fixtures/edge.ts";
import type { Fixture } from "./fixtures/fixture.ts";
import { gateway } from "./fixtures/gateway.ts";
import { iam } from "./fixtures/iam.ts";
import { kubernetes } from "./fixtures/kubernetes.ts";
import { network } from "./fixtures/network.ts";
import { nodes } from "./fixtures/nodes.ts";
import { observability } from "./fixtures/observability.ts";
import { outside } from "./fixtures/outside.ts";
import { pack } from "./fixtures/pack.ts";
import { rateLimits } from "./fixtures/rate-limits.ts";
import { secrets } from "./fixtures/secrets.ts";
import { serving } from "./fixtures/serving.ts";
import { supplyChain } from "./fixtures/supply-chain.ts";
import { traffic } from "./fixtures/traffic.ts";

/** For each rule, what it accepts and what it reports. */
export const fixtures: Readonly<Record<string, Fixture>> = {
  ...supplyChain,
  ...gateway,
  ...rateLimits,
  ...traffic,
  ...serving,
  ...nodes,
  ...cluster,
  ...network,
  ...edge,
  ...secrets,
  ...data,
  ...iam,
  ...kubernetes,
  ...observability,
  ...cost,
  ...outside,
  ...pack,
};

/** @throws Error for a rule that has none */
export function fixture(rule: string): Fixture {
  const found = fixtures[rule];
  if (found === undefined) throw new Error(`no fixture for ${rule}`);
  return found;
}
