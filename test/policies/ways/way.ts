import type { Properties, Wire } from "../../../scripts/plan/wire.ts";
import type { Addition } from "../additions.ts";
import { set } from "../mutations.ts";

/** A way to get something past the rules, by one resource that is added or by one value that is changed. */
export interface Way {
  readonly kind: string;
  readonly what: string;
  readonly adds?: readonly Addition[];
  readonly changes?: {
    readonly type: string;
    readonly name?: string;
    readonly path: string;
    readonly becomes: (value: Wire) => Wire | undefined;
  };
  /** Rules of which one at least has to refuse it. */
  readonly caughtBy: readonly string[];
}

/** Several shapes of one kind, each an added resource. */
export function added(
  kind: string,
  caughtBy: readonly string[],
  shapes: Readonly<Record<string, Addition>>,
): readonly Way[] {
  return Object.entries(shapes).map(([what, one]) => ({ kind, what, adds: [one], caughtBy }));
}

/** Several shapes of one kind, each another value in a resource that is there. */
export function changed(
  kind: string,
  caughtBy: readonly string[],
  shapes: Readonly<
    Record<string, readonly [type: string, path: string, value: Wire | ((value: Wire) => Wire)]>
  >,
): readonly Way[] {
  return Object.entries(shapes).map(([what, [type, path, value]]) => ({
    kind,
    what,
    changes: { type, path, becomes: typeof value === "function" ? value : set(value) },
    caughtBy,
  }));
}

export function object(type: string, spec: Properties = {}, more: Properties = {}): Addition {
  return {
    type: `kubernetes:${type}`,
    name: "way",
    inputs: { metadata: { name: "way", namespace: "way" }, spec, ...more },
  };
}

export function aws(type: string, inputs: Properties = {}): Addition {
  return { type: `aws:${type}`, name: "way", inputs };
}
