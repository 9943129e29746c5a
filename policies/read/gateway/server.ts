import type { ConfigOf } from "../../framework/settings.ts";
import { type Unknown, unknown } from "../../framework/value.ts";
import { type EngineKind, engineKind, type engineSettings } from "../engine/engine.ts";
import { type Container, containersOf } from "../kubernetes/containers.ts";
import type { Pods } from "../kubernetes/kubernetes.ts";
import { isGateway } from "./gateway-container.ts";

/**
 * The server in a container: an engine, `other` where it is of no known kind, or the gateway; unknown where
 * it may be any of them, undefined where it is none.
 */
export function serverKind(
  container: Container,
  config: ConfigOf<typeof engineSettings>,
): EngineKind | "other" | "gateway" | Unknown | undefined {
  const engine = engineKind(container, config);
  if (engine !== undefined && engine !== unknown) return engine;
  const gateway = isGateway(container);
  if (gateway === true) return "gateway";
  // An image that may be an engine may also be the gateway.
  return gateway === unknown ? unknown : undefined;
}

/** Whether an engine or the gateway runs, or may run, in pods. */
export function mayAnswer(pods: Pods, config: ConfigOf<typeof engineSettings>): boolean {
  return containersOf(pods).some((container) => serverKind(container, config) !== undefined);
}
