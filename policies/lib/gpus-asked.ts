import { at, type Unknown, unknown, type Value } from "./value.ts";

/** GPUs that a container asks for by its limit, which decides: Kubernetes takes no other request beside it. */
export function gpusAsked(container: Value): number | Unknown {
  return gpuCount(at(container, "resources", "limits", "nvidia.com/gpu"));
}

/** A count of GPUs, as a number or in digits; none where it is unset. Fractions can be written but not meant. */
export function gpuCount(value: Value): number | Unknown {
  if (value === undefined) return 0;
  if (typeof value === "string" && /^\d{1,9}$/.test(value)) return Number(value);
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : unknown;
}
