import type { Rule } from "../../lib/rule.ts";
import { clusterEndpointNotOpen } from "./cluster-endpoint-not-open.ts";

export const cluster: readonly Rule[] = [clusterEndpointNotOpen];
