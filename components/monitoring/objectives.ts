/** TTFT that 90 of 100 answers stay below, in seconds. */
export const timeToFirstTokenSeconds = 2;

/** Seconds in the engine's queue that 90 of 100 requests stay below; a replica is added above it. */
export const queueSeconds = 2;

/** Share of the KV cache above which a replica is added, and the one above which requests are preempted. */
export const kvCacheShare = { scaleOut: 0.8, full: 0.95 } as const;

/** Seconds from a new pod to its first answer: a cold start of 7 to 10 minutes, twice. [data-on-eks, 2026-07] */
export const startSeconds = 1200;

/** Mean seconds from a request's arrival to its last token that a slot stays below. */
export const processingSeconds = 30;

/** Requests in the queue of one slot above which callers wait in vain. */
export const queueLength = 100;

/** The objectives of a route. */
export interface RouteObjective {
  /** Seconds to the first token that half of the streams stay below. */
  readonly firstTokenP50Seconds: number;
  /** Seconds to the first token that 99 of 100 streams stay below. */
  readonly firstTokenP99Seconds: number;
  /** Share of the requests that may fail through no fault of the caller. */
  readonly errorShare: number;
}

/** The default objectives of a route. */
export const routeObjective: RouteObjective = {
  firstTokenP50Seconds: 0.5,
  firstTokenP99Seconds: 5,
  errorShare: 0.01,
};

/** Failures or fallbacks in a window up to which a share isn't meaningful: at night one request may be all there is. */
export const fewEvents = 5;

/** Shares of a tenant's daily limit or monthly budget that raise an alert. */
export const limitShares = { near: 0.8, used: 1 } as const;

/**
 * vLLM takes 90 % of a GPU's memory unless a release overrides it, and keeps it. The rest is for what it doesn't plan:
 * 90 % of that in use leaves a hundredth of the GPU.
 */
export const gpuLimits = { memoryShare: 0.9 + 0.1 * 0.9, celsius: 88 } as const;

/** Share of a replica's own throughput of the day before below which something slows it down. */
export const throughputShare = 0.6;

/** Difference of the two colours' error shares that isn't chance any more. */
export const colourDifference = 0.01;
