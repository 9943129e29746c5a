import { at, isFields, isList, type Unknown, unknown, type Value } from "../../framework/value.ts";

/** Resources of a container that are not accelerators. [Kubernetes, extended resources; VPC resource controller] */
const plainResource = /^(?:[^/]+|vpc\.amazonaws\.com\/[\w-]+)$/;

/** What every node of a GPU pool offers. */
const wholeGpu = "nvidia.com/gpu";

/**
 * GPUs that a container requests by its limit, which decides: Kubernetes accepts no other request with it. Shares and
 * slices of GPUs don't count as GPUs.
 */
export function gpusAsked(container: Value): number | Unknown {
  const shares = acceleratorsAsked(container).some(
    (name) => name !== wholeGpu && name.startsWith("nvidia.com/"),
  );
  return shares ? unknown : gpuCount(at(container, "resources", "limits", wholeGpu));
}

/** The accelerators that a container requests, under any name: all that is neither a native resource nor a network interface. */
export function acceleratorsAsked(container: Value): readonly string[] {
  const named = ["requests", "limits"].flatMap((kind) => {
    const asked = at(container, "resources", kind);
    if (asked === undefined) return [];
    if (!isFields(asked)) return [wholeGpu];
    return Object.entries(asked).flatMap(([name, count]) =>
      plainResource.test(name) || count === undefined || count === 0 || count === "0" ? [] : [name],
    );
  });
  // Dynamic resource allocation names a claim in place of a resource. [Kubernetes API, ResourceRequirements]
  const claims = at(container, "resources", "claims");
  const claimed = claims !== undefined && !(isList(claims) && claims.length === 0);
  return [...new Set(claimed ? [...named, "claims"] : named)];
}

/** A count of GPUs, as a number or in digits; none where it is unset. Fractions can be written but not meant. */
export function gpuCount(value: Value): number | Unknown {
  if (value === undefined) return 0;
  if (typeof value === "string" && /^\d{1,9}$/.test(value)) return Number(value);
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : unknown;
}
