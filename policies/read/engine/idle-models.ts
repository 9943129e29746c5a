import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
import { at } from "../../framework/value.ts";
import type { Pods } from "../kubernetes/kubernetes.ts";

/** Setting: the models that may scale to zero. */
export const idleSettings = {
  idleModels: strings(
    "Models that may scale to zero without requests, by their pods' label gantry.dev/model.",
    { pattern: "^[a-z](?:[a-z0-9-]*[a-z0-9])?$", default: [] },
  ),
} as const satisfies RuleSettings;

/** Whether pods serve a model that may have no replica. */
export function isIdle({ labels }: Pods, { idleModels }: ConfigOf<typeof idleSettings>): boolean {
  const model = at(labels, "gantry.dev/model");
  return idleModels.some((name) => name === model);
}
