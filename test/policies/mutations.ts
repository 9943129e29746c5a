import { isDeepStrictEqual } from "node:util";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import { isObject, type Properties, type Wire } from "../../scripts/plan/wire.ts";

/** A mistake that someone could make in a resource, and the rules of which one at least has to find it. */
export interface Mistake {
  readonly what: string;
  /** The end of the resource's type, as `v1:Deployment`. */
  readonly type: string;
  /** Where, with `*` for every element or key; empty for the inputs as a whole. */
  readonly path: string;
  /** What stands there then; nothing takes it out. */
  readonly becomes?: (value: Wire) => Wire | undefined;
  /** The type that the whole resource is of then. */
  readonly as?: string;
  /** Only where this holds of the value, as for a bucket's policy among others. @param place its keys, from the inputs on */
  readonly where?: (value: Wire, resource: PlannedResource, place: readonly string[]) => boolean;
  /** What it brings along that no shipped environment has: finding it shows nothing about what environments exercise. */
  readonly adds?: string;
  readonly caughtBy: readonly string[];
}

/** The pods of a workload, and each of their containers, as paths of mistakes. */
export const pod = "spec.template.spec";
export const container = `${pod}.containers.*`;

/** Another value, whatever stood there. */
export const set = (value: Wire) => () => value;

/**
 * Only at an engine's pod, Service or load balancer: at the gateway and its public edge no rule looks for it, or it is
 * right there.
 */
export const ofModels = (_: Wire, { name }: PlannedResource) => !["gateway", "edge"].includes(name);

/** Only in an alert: beside it stand rules that record a series. */
export const ofAlerts = (_: Wire, { inputs }: PlannedResource, place: readonly string[]) =>
  child(valueAt(inputs, place.slice(0, place.indexOf("rules") + 2)), "alert") !== undefined;

/** Every place of a stack in which a mistake can be made, with the resource as it would then be. */
export function* mutants(
  { type, path, becomes = () => undefined, as, where = () => true }: Mistake,
  resources: readonly PlannedResource[],
): Generator<{ readonly at: string; readonly mutant: PlannedResource }> {
  for (const resource of resources.filter((one) => one.type.endsWith(type))) {
    for (const place of places(resource.inputs, path === "" ? [] : path.split("."))) {
      if (!where(valueAt(resource.inputs, place), resource, place)) continue;
      const inputs = put(resource.inputs, place, becomes) as Properties;
      // Set already, where it is right.
      if (as === undefined && isDeepStrictEqual(inputs, resource.inputs)) continue;
      yield {
        at: `${resource.name} ${place.join(".")}`,
        mutant: { ...resource, type: as ?? resource.type, inputs },
      };
    }
  }
}

/** The places that a path with `*` means; its last step need not exist yet. */
function places(value: Wire | undefined, [step, ...rest]: readonly string[]): readonly (readonly string[])[] {
  if (step === undefined) return [[]];
  if (step !== "*") {
    const inner = child(value, step);
    if (inner === undefined && rest.length > 0) return [];
    return places(inner, rest).map((place) => [step, ...place]);
  }
  const keys = Array.isArray(value)
    ? value.map((_, index) => String(index))
    : isObject(value)
      ? Object.keys(value)
      : [];
  return keys.flatMap((key) => places(child(value, key), rest).map((place) => [key, ...place]));
}

function child(value: Wire | undefined, key: string): Wire | undefined {
  if (Array.isArray(value)) return value[Number(key)] as Wire | undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function valueAt(value: Wire | undefined, place: readonly string[]): Wire {
  return place.reduce<Wire | undefined>((inner, key) => child(inner, key), value) ?? null;
}

/** A value with one place changed; nothing there takes it out. */
export function put(
  value: Wire | undefined,
  [key, ...rest]: readonly string[],
  becomes: (value: Wire) => Wire | undefined,
): Wire | undefined {
  if (key === undefined) return becomes(value ?? null);
  const inner = put(child(value, key), rest, becomes);
  if (Array.isArray(value))
    return value.flatMap((one: Wire, index) => (String(index) === key ? (inner ?? []) : [one])) as Wire;
  const { [key]: _, ...others } = isObject(value) ? value : {};
  return inner === undefined ? others : { ...others, [key]: inner };
}
