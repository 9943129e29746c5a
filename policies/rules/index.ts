import type { Rule } from "../framework/rule.ts";
import { cluster } from "./cluster/index.ts";
import { cost } from "./cost/index.ts";
import { data } from "./data/index.ts";
import { edge } from "./edge/index.ts";
import { iam } from "./iam/index.ts";
import { kubernetes } from "./kubernetes/index.ts";
import { network } from "./network/index.ts";
import { nodes } from "./nodes/index.ts";
import { observability } from "./observability/index.ts";
import { pack } from "./pack/index.ts";
import { rateLimits } from "./rate-limits/index.ts";
import { secrets } from "./secrets/index.ts";
import { serving } from "./serving/index.ts";
import { supplyChain } from "./supply-chain/index.ts";
import { traffic } from "./traffic/index.ts";

/** Every rule of the pack by its area, in the order in which the catalogue shows them. */
export const areas: Readonly<Record<string, readonly Rule[]>> = {
  "supply-chain": supplyChain,
  "rate-limits": rateLimits,
  traffic,
  serving,
  nodes,
  cluster,
  network,
  edge,
  secrets,
  data,
  iam,
  kubernetes,
  observability,
  cost,
  pack,
};

export const rules: readonly Rule[] = Object.values(areas).flat();
