import {
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";

/** The health of one group's targets, as the load balancer reports it. */
export interface TargetHealth {
  readonly healthy: number;
  /** All of them by state, as AWS names it: healthy, initial, draining, unhealthy and so on. */
  readonly states: Readonly<Record<string, number>>;
}

export async function targetHealth(
  client: Pick<ElasticLoadBalancingV2Client, "send">,
  targetGroupArn: string,
): Promise<TargetHealth> {
  const answer = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }));
  const states: Record<string, number> = {};
  for (const { TargetHealth } of answer.TargetHealthDescriptions ?? []) {
    const state = TargetHealth?.State ?? "unknown";
    states[state] = (states[state] ?? 0) + 1;
  }
  return { healthy: states.healthy ?? 0, states };
}

/** Between the two looks: one health check of the target group, so that both are of different checks. */
const betweenLooksSeconds = 10;

/**
 * Why a group can't be trusted with traffic, or undefined when it had enough healthy targets in two looks.
 * @param look one look at the group
 */
export async function unreadiness(
  look: () => Promise<TargetHealth>,
  minimum: number,
  sleep: (seconds: number) => Promise<void>,
): Promise<string | undefined> {
  for (const number of [1, 2]) {
    if (number === 2) await sleep(betweenLooksSeconds);
    const { healthy, states } = await look();
    if (healthy >= minimum) continue;
    const found = Object.entries(states).map(([state, count]) => `${count} ${state}`);
    return `${healthy} healthy of the ${minimum} targets needed (${found.join(", ") || "none registered"})`;
  }
  return undefined;
}
