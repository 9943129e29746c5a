import type { Container } from "./containers.ts";
import { type EngineKind, engineKind, type engineSettings } from "./engine.ts";
import { isGateway } from "./gateway-container.ts";
import type { ConfigOf } from "./settings.ts";
import { type Unknown, unknown } from "./value.ts";

/**
 * What answers requests in a container: an engine, `other` where it is of no known kind, or the gateway; unknown where
 * it may be any of them, nothing where it is none.
 */
export function serverKind(
  container: Container,
  config: ConfigOf<typeof engineSettings>,
): EngineKind | "other" | "gateway" | Unknown | undefined {
  const engine = engineKind(container, config);
  if (engine !== undefined && engine !== unknown) return engine;
  const gateway = isGateway(container);
  if (gateway === true) return "gateway";
  // An image that hides whether it is an engine hides that it is the gateway as well.
  return gateway === unknown ? unknown : undefined;
}
