/**
 * The seconds that have to fit together so that no answer is cut: the pod leaves its target group before it
 * stops, finishes what it is streaming, and only then is killed; idle connections are closed by the side that
 * won't be asked again.
 */
export interface Timeouts {
  /** Wait before SIGTERM, while the load balancer deregisters the pod. */
  readonly preStopSeconds: number;
  /** How long the engine processes running requests after SIGTERM. */
  readonly drainSeconds: number;
  /** When Kubernetes kills the pod: above preStop and drain together. */
  readonly graceSeconds: number;
  /** How long the load balancer keeps the connections of a target that left. */
  readonly deregistrationSeconds: number;
  /** The engine's own limit for idle connections: above the load balancer's, or clients see 502. */
  readonly keepAliveSeconds: number;
}

/** The longest answer of a release that doesn't set it. */
const defaultLongestStreamSeconds = 300;
/** The longest that a release can set: AWS keeps the connections of a target that left no longer. [ELB API] */
export const maxStreamSeconds = 3600;
/** Between the longest answer and the moment when the load balancer takes a silent connection for dead. */
const idleMarginSeconds = 60;

/** The longest answer that a client of this release may stream. */
export function longestStream({
  limits,
}: {
  readonly limits: { readonly longestStreamSeconds?: number | undefined };
}): number {
  return limits.longestStreamSeconds ?? defaultLongestStreamSeconds;
}

/** A target needs this long to leave an ALB: two health checks and the propagation to all its nodes. */
const deregistrationPropagationSeconds = 30;
/** Between the engine's last answer and the kill: closing sockets and GPU contexts. */
const slackSeconds = 20;
/** AWS takes a spot instance back two minutes after its warning. */
const spotWarningSeconds = 120;
/** For the node's termination handler to see the warning and evict the pods. */
const spotReactionSeconds = 15;

/**
 * An engine that closes an idle connection first would answer the load balancer's next request with a reset. Above
 * what any load balancer waits, so that it doesn't depend on which other models share that one.
 */
const keepAliveSeconds = maxStreamSeconds + idleMarginSeconds + 15;

/**
 * The times of a slot whose answers last up to `longestStreamSeconds`; on spot the drain ends before the node does.
 * preStop waits for the requests that the engine wouldn't finish after SIGTERM.
 */
export function slotTimeouts(args: {
  readonly longestStreamSeconds: number;
  /** How long the engine finishes running requests after the signal to stop. */
  readonly longestDrainSeconds: number;
  readonly spot: boolean;
}): Timeouts {
  const { longestStreamSeconds, spot } = args;
  const spotDrainSeconds = spotWarningSeconds - spotReactionSeconds - deregistrationPropagationSeconds;
  const streams = spot ? Math.min(longestStreamSeconds, spotDrainSeconds) : longestStreamSeconds;
  const drainSeconds = Math.min(streams, args.longestDrainSeconds);
  const preStopSeconds = deregistrationPropagationSeconds + streams - drainSeconds;
  return {
    preStopSeconds,
    drainSeconds,
    graceSeconds: preStopSeconds + drainSeconds + slackSeconds,
    deregistrationSeconds: Math.max(longestStreamSeconds, defaultLongestStreamSeconds),
    keepAliveSeconds,
  };
}

/**
 * After how long without a byte the load balancer closes a connection. An answer that isn't streamed is silent for
 * its whole length, so the longest answer behind the load balancer decides.
 */
export function idleTimeout(releases: readonly Parameters<typeof longestStream>[0][]): number {
  return Math.max(defaultLongestStreamSeconds, ...releases.map(longestStream)) + idleMarginSeconds;
}
