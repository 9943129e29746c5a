import { expect, it } from "vitest";
import { instanceType } from "../../../components/capacity/instances.ts";
import { cheapestNodes } from "../../../components/capacity/node-count.ts";

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
