import { cloudMistakes } from "./mistakes/cloud.ts";
import { engineMistakes } from "./mistakes/engines.ts";
import { gatewayMistakes } from "./mistakes/gateway.ts";
import { gpuMistakes } from "./mistakes/gpus.ts";
import { networkMistakes } from "./mistakes/network.ts";
import { podMistakes } from "./mistakes/pods.ts";
import { secretsAndDataMistakes } from "./mistakes/secrets-and-data.ts";
import { trafficMistakes } from "./mistakes/traffic.ts";
import { watchMistakes } from "./mistakes/watch.ts";
import { workloadMistakes } from "./mistakes/workloads.ts";
import type { Mistake } from "./mutations.ts";

/**
 * Mistakes of an engine's pod, Service or load balancer: at the gateway and its public edge no rule looks for them, and
 * some are no mistake there.
 */
const ofModelsOnly = new Set([
  "a GPU more than is used",
  "a Service on every node",
  "a debug level",
  "a library before all others",
  "a model from another bucket",
  "a model from the hub without a commit",
  "a pool that isn't there",
  "a port of the node",
  "a release id cut short",
  "a second entrance",
  "a short rollout",
  "a short start-up",
  "a toleration of another value",
  "addresses of elsewhere",
  "all replicas replaced at once",
  "answers in the log",
  "connections that end first",
  "developer mode",
  "grace below the drain",
  "models before the whole internet, without a firewall, logs or closed paths",
  "models on the internet",
  "no release id",
  "no start-up probe",
  "no toleration",
  "pods under another label",
  "probes that end early",
  "service links",
  "unlimited answers",
]);
const outsideModels = ["gateway", "edge"];

/** Every kind of mistake that some rule has to find in the shipped environments. */
export const all: readonly Mistake[] = [
  ...workloadMistakes,
  ...engineMistakes,
  ...cloudMistakes,
  ...secretsAndDataMistakes,
  ...gatewayMistakes,
  ...networkMistakes,
  ...podMistakes,
  ...gpuMistakes,
  ...trafficMistakes,
  ...watchMistakes,
].map((mistake: Mistake): Mistake => {
  if (!ofModelsOnly.has(mistake.what)) return mistake;
  const { where = () => true } = mistake;
  return {
    ...mistake,
    where: (value, resource) => !outsideModels.includes(resource.name) && where(value, resource),
  };
});
