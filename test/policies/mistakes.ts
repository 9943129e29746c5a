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
];
