/**
 * The seconds that have to fit together so that no answer is cut: the pod leaves its target group before it
 * stops, finishes what it is streaming, and only then is killed; idle connections are closed by the side that
 * won't be asked again.
 */
export interface Times {
  /** Wait before the engine is told to stop, while the load balancer takes the pod out. */
  readonly preStopSeconds: number;
  /** How long the engine goes on with running requests after it was told to stop. */
  readonly drainSeconds: number;
  /** When Kubernetes kills the pod: above preStop and drain together. */
  readonly graceSeconds: number;
  /** How long the load balancer keeps the connections of a target that left. */
  readonly deregistrationSeconds: number;
  /** Connections without a byte for this long are closed by the load balancer. */
  readonly idleSeconds: number;
  /** The engine's own limit for idle connections: above the load balancer's, or clients see 502. */
  readonly keepAliveSeconds: number;
}

/** The longest answer of a release that says nothing else. */
export const defaultLongestStreamSeconds = 300;

/** A target needs this long to leave an ALB: two health checks and the propagation to all its nodes. */
const preStopSeconds = 30;
/** Between the engine's last answer and the kill: closing sockets and GPU contexts. */
const slackSeconds = 20;
/** AWS takes a spot instance back two minutes after its warning. */
const spotWarningSeconds = 120;
/** For the node's termination handler to see the warning and evict the pods. */
const spotReactionSeconds = 15;

/** The times of a slot whose answers last up to `longestStreamSeconds`; on spot the drain ends before the node does. */
export function slotTimes(args: { readonly longestStreamSeconds: number; readonly spot: boolean }): Times {
  const { longestStreamSeconds, spot } = args;
  const spotDrainSeconds = spotWarningSeconds - spotReactionSeconds - preStopSeconds;
  const drainSeconds = spot ? Math.min(longestStreamSeconds, spotDrainSeconds) : longestStreamSeconds;
  return {
    preStopSeconds,
    drainSeconds,
    graceSeconds: preStopSeconds + drainSeconds + slackSeconds,
    deregistrationSeconds: Math.max(longestStreamSeconds, defaultLongestStreamSeconds),
    ...idleTimes(longestStreamSeconds),
  };
}

/** Idle limits around a load balancer: a stream may be silent until its first token, at worst for its whole length. */
export function idleTimes(longestStreamSeconds: number): { idleSeconds: number; keepAliveSeconds: number } {
  const idleSeconds = Math.max(longestStreamSeconds, defaultLongestStreamSeconds) + 60;
  return { idleSeconds, keepAliveSeconds: idleSeconds + 15 };
}
