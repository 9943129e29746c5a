import type { ConfigOf } from "../../framework/settings.ts";
import { containersOf } from "../kubernetes/containers.ts";
import type { Pods } from "../kubernetes/kubernetes.ts";
import { engineKind, type engineSettings } from "./engine.ts";

/** Whether pods run an engine, or may do so. */
export function mayRunEngine(pods: Pods, config: ConfigOf<typeof engineSettings>): boolean {
  return containersOf(pods).some((container) => engineKind(container, config) !== undefined);
}
