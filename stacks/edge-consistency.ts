import { cacheNodeTypes } from "../components/capacity/cache-nodes.ts";
import type { Problem } from "../components/shared/problems.ts";
import { suggestion } from "../components/shared/problems.ts";
import { repeated } from "./network-consistency.ts";
import type { Settings } from "./schema.ts";

/** Whether the edge and the cache can be made where the environment is. */
export function edgeProblems({ edge, network, cache }: Settings, region: string): Problem[] {
  return [...publicProblems(edge, network, region), ...cacheProblems(cache)];
}

function publicProblems(edge: Settings["edge"], network: Settings["network"], region: string): Problem[] {
  if (edge.internal) return [];
  const { certificateArn, allowedOrigins } = edge;
  const problems = repeated("edge.allowedOrigins", allowedOrigins);
  const certificateRegion = certificateArn?.split(":")[3];
  if (certificateRegion !== undefined && certificateRegion !== region) {
    const message = `a load balancer in ${region} takes no certificate of ${certificateRegion}; request one in ${region}, or give edge.zoneId`;
    problems.push({ path: "edge.certificateArn", value: certificateArn, message });
  }
  if (network.existing && network.existing.publicSubnetIds === undefined) {
    const message =
      "a public edge needs public subnets: name one of each zone, or choose edge: { internal: true }";
    problems.push({ path: "network.existing.publicSubnetIds", value: undefined, message });
  }
  return problems;
}

function cacheProblems(cache: Settings["cache"]): Problem[] {
  if (cache.existing) return [];
  const { nodeType } = cache.create;
  const known = Object.keys(cacheNodeTypes);
  if (known.includes(nodeType)) return [];
  const message = `not in the table of node types${suggestion(nodeType, known)}`;
  return [{ path: "cache.create.nodeType", value: nodeType, message }];
}
