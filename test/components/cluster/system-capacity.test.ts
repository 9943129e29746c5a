import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type SystemCapacity,
  type SystemDemand,
  shortage,
  unplaced,
} from "../../../components/cluster/system-capacity.ts";

const capacity: SystemCapacity = { nodes: 2, zones: 2, millicpus: 1000, memoryMiB: 1000, pods: 12 };
const pod = (name: string, settings: Partial<SystemDemand> = {}): SystemDemand => ({
  name,
  replicas: 1,
  millicpus: 100,
  memoryMiB: 100,
  ...settings,
});
const critical = { priorityClassName: "system-cluster-critical" } as const;

describe("pods on system nodes", () => {
  it.each([
    ["whose others leave room for each on one node at least", [pod("a", { replicas: 19 })], []],
    ["whose others could close both nodes to each", [pod("a", { replicas: 20 })], ["a"]],
    [
      "of which a large one finds its room in pieces",
      [pod("small", { replicas: 10, memoryMiB: 0 }), pod("large", { millicpus: 501 })],
      ["large"],
    ],
    [
      "of which a large one finds room, as the small ones can't close both nodes",
      [pod("small", { replicas: 10, memoryMiB: 0 }), pod("large", { millicpus: 500 })],
      [],
    ],
    [
      "that close one node by CPU and the other by memory",
      [
        pod("cpus", { millicpus: 700, memoryMiB: 0, ...critical }),
        pod("memory", { millicpus: 0, memoryMiB: 700, ...critical }),
        pod("large", { millicpus: 400, memoryMiB: 400 }),
      ],
      ["large"],
    ],
    [
      "of which those without a priority give way",
      [pod("plain", { replicas: 9 }), pod("large", { millicpus: 600, ...critical })],
      [],
    ],
    [
      "of which those with a priority are in the way of the others",
      [pod("critical", { replicas: 10, ...critical }), pod("large", { millicpus: 600 })],
      ["large"],
    ],
    ["that never share a node, one for each", [pod("apart", { replicas: 2, apart: true })], []],
    ["that never share a node and are more than there are", [pod("a", { replicas: 3, apart: true })], ["a"]],
    [
      "that never share a node, of which the second finds only one open",
      [pod("others", { millicpus: 950, ...critical }), pod("apart", { replicas: 2, apart: true })],
      ["apart"],
    ],
    [
      "that take nodes by turns, of which the second finds only one open",
      [pod("others", { millicpus: 950, ...critical }), pod("spread", { replicas: 2, spread: true })],
      ["spread"],
    ],
    [
      "that take nodes by turns, of which the third finds both open",
      [pod("others", { millicpus: 650, ...critical }), pod("spread", { replicas: 3, spread: true })],
      [],
    ],
    [
      "that take nodes by turns, and so never close one together",
      [
        pod("spread", { replicas: 4, millicpus: 350, spread: true, ...critical }),
        pod("last", { millicpus: 300 }),
      ],
      [],
    ],
    [
      "whose disk is in a zone with one node",
      [pod("others", { millicpus: 950, ...critical }), pod("disk", { zonal: true })],
      ["disk"],
    ],
    [
      "that are as many as the nodes take",
      [pod("tiny", { replicas: 24, millicpus: 1, memoryMiB: 1 }), pod("last")],
      ["tiny", "last"],
    ],
    [
      "that are one fewer than that",
      [pod("tiny", { replicas: 23, millicpus: 1, memoryMiB: 1 }), pod("last")],
      [],
    ],
    [
      "that close one node by their number and the other by CPU",
      [
        pod("tiny", { replicas: 12, millicpus: 0, memoryMiB: 0 }),
        pod("large", { millicpus: 950 }),
        pod("last"),
      ],
      ["large", "last"],
    ],
    ["larger than a node", [pod("a", { memoryMiB: 1001 })], ["a"]],
  ] as const)("%s", (_, demands, expected) => {
    expect(unplaced(demands, capacity).map(({ name }) => name)).toEqual(expected);
  });

  it.each([
    ["when all pods start", [pod("a", { millicpus: 600, replicas: 3 })]],
    ["during a rolling update", [pod("a", { millicpus: 600, replicas: 2 })]],
    [
      "while one node is lost",
      [
        pod("a", { millicpus: 500, apart: true, ...critical }),
        pod("b", { millicpus: 501, apart: true, ...critical }),
      ],
    ],
    [undefined, [pod("a", { millicpus: 300 }), pod("job", { millicpus: 500, ends: true })]],
  ] as const)("lack room %s", (when, demands) => {
    expect(shortage(demands, capacity)?.when).toBe(when);
  });

  it("of a kind that takes nodes by turns: one node has as many as came to it before the last", () => {
    const spread = { replicas: 9, millicpus: 300, memoryMiB: 0, spread: true } as const;
    const on = (millicpus: number) =>
      unplaced([pod("spread", { ...spread, millicpus })], { ...capacity, nodes: 3, zones: 3 });
    expect(on(333)).toEqual([]);
    expect(on(334).map(({ name }) => name)).toEqual(["spread"]);
  });

  it("all find a node in every order and on every choice of nodes, where none is reported", () => {
    const demand = fc.record({
      name: fc.string(),
      replicas: fc.integer({ min: 1, max: 9 }),
      millicpus: fc.integer({ min: 0, max: 400 }),
      memoryMiB: fc.integer({ min: 0, max: 400 }),
      among: fc.constantFrom({}, {}, { apart: true as const }, { spread: true as const }),
    });
    const law = fc.property(
      fc.array(demand, { maxLength: 6 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 12 }),
      fc.infiniteStream(fc.nat()),
      (kinds, nodes, pods, choices) => {
        const demands: SystemDemand[] = kinds.map(({ among, ...kind }) => ({ ...kind, ...among }));
        const room = { ...capacity, nodes, pods };
        if (unplaced(demands, room).length > 0) return;
        const arriving = demands.flatMap((one) => Array.from({ length: one.replicas }, () => one));
        const free = Array.from({ length: nodes }, () => ({
          millicpus: 1000,
          memoryMiB: 1000,
          pods,
          placed: [] as SystemDemand[],
        }));
        const placedOf = (kind: SystemDemand, { placed }: (typeof free)[number]) =>
          placed.filter((one) => one === kind).length;
        const lets = (node: (typeof free)[number], kind: SystemDemand) => {
          const count = placedOf(kind, node);
          if (kind.apart) return count === 0;
          return !kind.spread || count === Math.min(...free.map((other) => placedOf(kind, other)));
        };
        const choice = (below: number) => (choices.next().value ?? 0) % below;
        while (arriving.length > 0) {
          const [next] = arriving.splice(choice(arriving.length), 1);
          const open = free.filter(
            (node) =>
              next &&
              lets(node, next) &&
              node.millicpus >= next.millicpus &&
              node.memoryMiB >= next.memoryMiB &&
              node.pods > 0,
          );
          expect(open).not.toEqual([]);
          const node = open[choice(open.length)];
          if (node === undefined || next === undefined) return;
          node.millicpus -= next.millicpus;
          node.memoryMiB -= next.memoryMiB;
          node.pods -= 1;
          node.placed.push(next);
        }
      },
    );
    fc.assert(law, { numRuns: 2000 });
  });
});
