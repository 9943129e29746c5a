/** The maximum number of monitored nodes and engines. */
export interface MonitoredCounts {
  readonly nodes: number;
  /** Engines' pods. */
  readonly engines: number;
}

/** Of the cluster itself: the API server, the controllers, kube-state-metrics, rules. */
const baseSeries = 60_000;
/** node-exporter, kubelet and cAdvisor with the pods of a node; GPUs add a hundred. */
const seriesPerNode = 4_000;
/** vLLM's histograms, and pods that come and go: a series stays in memory for up to three hours after its pod. */
const seriesPerEngine = 2_000;

/**
 * What a series takes in the head with its labels, index and chunks, at a reading every 15 s. While the log is read at
 * a start it takes twice as much.
 * [Robust Perception, How much RAM does Prometheus 2.x need for cardinality and ingestion?]
 */
const kiBPerSeries = 8;
const queriesMiB = 256;
const smallestMiB = 1024;

/**
 * What Prometheus takes for an environment at its largest: an estimate, for twice as much as a start needs. In powers
 * of two, so that a model or a pool that comes or goes seldom restarts it.
 */
export function prometheusMemory({ nodes, engines }: MonitoredCounts): {
  readonly requestMiB: number;
  readonly limitMiB: number;
} {
  const series = baseSeries + nodes * seriesPerNode + engines * seriesPerEngine;
  const neededMiB = Math.max(smallestMiB, (series * kiBPerSeries) / 1024 + queriesMiB);
  const requestMiB = 2 ** Math.ceil(Math.log2(neededMiB));
  return { requestMiB, limitMiB: 2 * requestMiB };
}
