import type { Resource } from "../../framework/rule.ts";
import { at, elements, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { containers, podSpecs } from "./containers.ts";

/** Where a workload names an image. */
export interface NamedImage {
  /** Such as `containers.engine.image`. */
  readonly path: string;
  /** Such as `container engine`. */
  readonly where: string;
  readonly image: Value;
}

/** Every image of a workload: those that its containers run, and those that its pods mount. */
export function images(resource: Omit<Resource, "options">): readonly NamedImage[] {
  const run = containers(resource).map(
    ({ path, where, fields }): NamedImage => ({ path: `${path}.image`, where, image: at(fields, "image") }),
  );
  return [...run, ...podSpecs(resource).flatMap(({ prefix, spec }) => mounted(prefix, spec))];
}

function mounted(prefix: string, spec: Value): readonly NamedImage[] {
  // A pod that can't be read is there with its containers.
  if (spec === unknown) return [];
  return orUnknown(elements(at(spec, "volumes"))).flatMap((volume, index) => {
    const source = at(volume, "image");
    if (source === undefined) return [];
    const path = `${prefix}volumes.${index}.image.reference`;
    return [{ path, where: `volume ${index}`, image: at(source, "reference") }];
  });
}
