import { containersOf } from "./containers.ts";
import { engineKind, type engineSettings } from "./engine.ts";
import type { Pods } from "./kubernetes.ts";
import type { ConfigOf } from "./settings.ts";

/** Whether pods run an engine, or may do so. */
export function mayRunEngine(pods: Pods, config: ConfigOf<typeof engineSettings>): boolean {
  return containersOf(pods).some((container) => engineKind(container, config) !== undefined);
}
