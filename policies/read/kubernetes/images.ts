import type { Resource } from "../../framework/rule.ts";
import { at, elements, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { imageReference } from "../text/image-reference.ts";
import { type Container, containers, podSpecs } from "./containers.ts";

/** Where a workload names an image. */
export interface NamedImage {
  /** Such as `containers.engine.image`. */
  readonly path: string;
  /** Such as `container engine`. */
  readonly where: string;
  readonly image: Value;
}

/** Every image of a workload: those that its containers run or start others from, and those that its pods mount. */
export function images(resource: Omit<Resource, "options">): readonly NamedImage[] {
  const run = containers(resource).map(
    ({ path, where, fields }): NamedImage => ({ path: `${path}.image`, where, image: at(fields, "image") }),
  );
  return [
    ...run,
    ...containers(resource).flatMap(passedOn),
    ...podSpecs(resource).flatMap(({ prefix, spec }) => mounted(prefix, spec)),
  ];
}

/** Images that a controller gets by variables and flags, for the pods that it makes: `RUNNER_IMAGE`, `--sidecar-image`. */
function passedOn({ path, where, fields }: Container): readonly NamedImage[] {
  const list = (key: string) => elements(at(fields, key));
  const variables = list("env");
  const fromVariables = (variables === unknown ? [] : variables).flatMap((one) =>
    passed(at(one, "name"), at(one, "value")).map((image) => ({
      path: `${path}.env.${String(at(one, "name"))}`,
      where,
      image,
    })),
  );
  const words = ["command", "args"].flatMap((key) => {
    const all = list(key);
    return all === unknown ? [] : all;
  });
  const fromFlags = words.flatMap((word, index) => {
    const [, flag, value] = typeof word === "string" ? (/^--?([\w-]+)(?:=(.*))?$/.exec(word) ?? []) : [];
    return passed(flag, value ?? words[index + 1]).map((image) => ({
      path: `${path}.args.${flag}`,
      where,
      image,
    }));
  });
  return [...fromVariables, ...fromFlags];
}

/** The image that a setting of this name has; none for a path or a picture. */
function passed(name: Value, value: Value): readonly string[] {
  if (typeof name !== "string" || !/image$/i.test(name) || typeof value !== "string") return [];
  const isImage = /[/:@]/.test(value) && !/\.(?:png|jpe?g|gif|svg|webp|ico|qcow2|img|iso)$/i.test(value);
  return isImage && imageReference(value) !== undefined ? [value] : [];
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
