/** TTFT that 90 of 100 answers stay below, in seconds. */
export const timeToFirstTokenSeconds = 2;

/** Seconds in the engine's queue that 90 of 100 requests stay below; a replica is added above it. */
export const queueSeconds = 2;

/** Share of the KV cache above which a replica is added, and the one above which requests are preempted. */
export const kvCacheShare = { scaleOut: 0.8, full: 0.95 } as const;

/** Seconds from a new pod to its first answer: a cold start of 7 to 10 minutes, twice. [data-on-eks, 2026-07] */
export const startSeconds = 1200;
