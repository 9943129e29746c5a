import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coldStart } from "../../../components/capacity/cold-start.ts";
import {
  type InstanceType,
  instanceType,
  instanceTypeNames,
} from "../../../components/capacity/instances.ts";

function type(name: string): InstanceType {
  const found = instanceType(name);
  if (found === undefined) throw new Error(`no instance type ${name}`);
  return found;
}

describe("a cold start", () => {
  it("is node, GPU and image, then process, weights and graphs", () => {
    // 5 Gb/s are 596 MiB/s, so 16 GiB take 27.5 s.
    expect(coldStart(16, type("g6e.2xlarge"))).toEqual({ nodeSeconds: 263, engineSeconds: 203 });
  });

  it("reads weights no faster than S3 was seen to give them, however wide the network", () => {
    // 100 GiB at 860 MiB/s take 119 s.
    expect(coldStart(100, type("p5.48xlarge")).engineSeconds).toBe(295);
    expect(coldStart(100, type("g5.24xlarge"))).toEqual(coldStart(100, type("p5.48xlarge")));
  });

  it("takes longer with more weights and a narrower network, never with fewer or a wider one", () => {
    const types = fc.constantFrom(...instanceTypeNames().map(type));
    const weights = fc.double({ min: 0.5, max: 700, noNaN: true });
    fc.assert(
      fc.property(types, types, weights, weights, (a, b, x, y) => {
        const [narrow, wide] = a.networkGbps < b.networkGbps ? [a, b] : [b, a];
        const [light, heavy] = x < y ? [x, y] : [y, x];
        expect(coldStart(light, wide).engineSeconds).toBeLessThanOrEqual(
          coldStart(heavy, narrow).engineSeconds,
        );
        expect(coldStart(light, wide).nodeSeconds).toBe(coldStart(heavy, narrow).nodeSeconds);
      }),
    );
  });
});
