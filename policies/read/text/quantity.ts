import { type Unknown, unknown, type Value } from "../../framework/value.ts";

const factors: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * A Kubernetes quantity as a number of its unit, `500m` as 0.5 and `1Gi` as 1073741824; unknown for what is none.
 * [k8s.io/apimachinery/pkg/api/resource]
 */
export function quantity(value: Value): number | Unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : unknown;
  if (typeof value !== "string") return unknown;
  const match =
    /^([+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20}))(?:([eE][+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i))?$/.exec(
      value,
    );
  if (match === null) return unknown;
  const [, digits = "", exponent = "", suffix = ""] = match;
  return Number(digits + exponent) * (factors[suffix] ?? Number.NaN);
}
