import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instanceType } from "../../../components/capacity/instances.ts";
import {
  cheapestNodes,
  type GpuDemand,
  limitHolds,
  nextLimit,
} from "../../../components/capacity/node-count.ts";

const types = (...names: string[]) => names.flatMap((name) => instanceType(name) ?? []);
const nodes = (replicas: number[], ...names: string[]) => {
  const found = cheapestNodes(types(...names), replicas);
  return found && `${found.count} × ${found.instance.name}`;
};

it.each([
  ["one replica on each small node", [1, 1, 1], ["g5.xlarge", "g5.2xlarge"], "3 × g5.xlarge"],
  [
    "several on a large one when that is cheaper",
    [1, 1, 1, 1, 1, 1, 1, 1],
    ["g5.16xlarge", "g5.48xlarge"],
    "1 × g5.48xlarge",
  ],
  ["no replica split over two nodes", [2, 2, 2, 2, 2], ["p5.48xlarge"], "2 × p5.48xlarge"],
  ["the small ones where the large ones leave room", [1, 3, 1, 3], ["g5.12xlarge"], "2 × g5.12xlarge"],
  ["no node for no replica", [], ["g5.xlarge"], "0 × g5.xlarge"],
  ["only types that hold the largest replica", [4], ["g5.xlarge", "g5.12xlarge"], "1 × g5.12xlarge"],
])("counts %s", (_name, replicas, names, expected) => {
  expect(nodes(replicas, ...names)).toBe(expected);
});

it("finds none where no type is large enough or has a price", () => {
  expect(nodes([2], "g5.xlarge")).toBeUndefined();
  expect(nodes([1], "p5e.48xlarge")).toBeUndefined();
});

describe("a pool's limit of GPUs", () => {
  it.each<[string, number, number[], GpuDemand[], boolean, number | undefined]>([
    ["starts no instance that is larger than it", 6, [8], [{ gpus: 1, pods: 1 }], false, 8],
    ["counts whole instances", 10, [8], [{ gpus: 1, pods: 10 }], false, 16],
    ["holds what one instance does", 8, [8], [{ gpus: 2, pods: 4 }], true, 8],
    ["counts what a replica leaves of an instance", 8, [4], [{ gpus: 3, pods: 3 }], false, 12],
    ["holds with small and large instances of one size of pods", 5, [1, 4], [{ gpus: 1, pods: 5 }], true, 5],
    ["expects the larger of two types that both fit", 4, [2, 4], [{ gpus: 2, pods: 2 }], true, 4],
    ["counts gaps that the larger type leaves", 8, [4, 5], [{ gpus: 4, pods: 2 }], false, 9],
    [
      "gives each size of pods nodes of its own",
      8,
      [8],
      [
        { gpus: 1, pods: 2 },
        { gpus: 4, pods: 1 },
      ],
      false,
      16,
    ],
    ["can't hold a pod that no type has the GPUs of", 64, [4], [{ gpus: 8, pods: 1 }], false, undefined],
    ["holds for no pods", 1, [8], [], true, 1],
  ])("%s", (_name, limit, types, demands, holds, next) => {
    expect(limitHolds(limit, types, demands)).toBe(holds);
    expect(nextLimit(limit, types, demands)).toBe(next);
  });

  /** Starts instances as Karpenter does, a random one of those that fit what is left, until no pod waits. */
  function started(
    limit: number,
    types: readonly number[],
    pods: readonly number[],
    pick: () => number,
  ): boolean {
    const nodes: number[] = [];
    let left = limit;
    for (const gpus of pods) {
      const node = nodes.findIndex((free) => free >= gpus);
      if (node >= 0) {
        nodes[node] = (nodes[node] ?? 0) - gpus;
        continue;
      }
      const startable = types.filter((type) => type >= gpus && type <= left);
      const type = startable[pick() % Math.max(1, startable.length)];
      if (type === undefined) return false;
      left -= type;
      nodes.push(type - gpus);
    }
    return true;
  }

  it("that holds is enough whatever Karpenter starts, in whichever order pods come", () => {
    const sizes = fc.uniqueArray(fc.constantFrom(1, 2, 4, 8), { minLength: 1, maxLength: 2 });
    const demand = sizes.chain((of) =>
      fc.tuple(...of.map((gpus) => fc.integer({ min: 1, max: 6 }).map((pods) => ({ gpus, pods })))),
    );
    const types = fc.uniqueArray(fc.constantFrom(1, 4, 8), { minLength: 1 });
    const picks = fc.infiniteStream(fc.nat());
    let held = 0;
    fc.assert(
      fc.property(demand, types, picks, fc.infiniteStream(fc.nat()), (demands, types, picks, order) => {
        const limit = nextLimit(1, types, demands);
        if (limit === undefined) return;
        held += 1;
        const pods = demands.flatMap(({ gpus, pods }) => Array.from({ length: pods }, () => gpus));
        const shuffled = pods
          .map((gpus) => ({ gpus, key: order.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ gpus }) => gpus);
        expect(started(limit, types, shuffled, () => picks.next().value as number)).toBe(true);
      }),
    );
    expect(held).toBeGreaterThan(5);
  });
});

it("counts millions as it counts few", () => {
  const many = Array.from({ length: 2_000_000 }, (_, at) => (at % 2 === 0 ? 2 : 1));
  expect(nodes(many, "p5.48xlarge")).toBe("375000 × p5.48xlarge");
});
