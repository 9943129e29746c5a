/** The resources of a gateway pod. */
export interface GatewaySize {
  /** Processes, each of which fills a core with about 150 requests a second. */
  readonly workers: number;
  readonly millicpus: number;
  /** Set aside, and the limit. */
  readonly memoryMiB: number;
}

/** By the word in the configuration. */
export const gatewaySizes: Readonly<Record<"small" | "large", GatewaySize>> = {
  // Half a core is set aside, and what the node has to spare is used.
  small: { workers: 1, millicpus: 500, memoryMiB: 1536 },
  large: { workers: 2, millicpus: 1000, memoryMiB: 3072 },
};

/** A controller that starts anew takes no gateway pod's place, as it would without. */
export const gatewayPriority = "system-cluster-critical";

/** Processes that all pods have together. */
export function processes(size: GatewaySize, pods: number): number {
  return size.workers * pods;
}
