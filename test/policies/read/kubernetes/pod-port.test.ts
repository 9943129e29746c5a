import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { pods } from "../../../../policies/read/kubernetes/kubernetes.ts";
import { boundPort } from "../../../../policies/read/kubernetes/pod-port.ts";
import { stackResource } from "../../stack.ts";

const workload = stackResource("kubernetes:apps/v1:Deployment", {
  spec: {
    template: {
      spec: {
        containers: [
          { name: "engine", ports: [{ name: "http", containerPort: 8000 }, { containerPort: 9000 }] },
        ],
      },
    },
  },
});
const binding = (port: Value) =>
  stackResource("kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding", { spec: { serviceRef: { port } } });
const service = (...ports: readonly Value[]) =>
  stackResource("kubernetes:core/v1:Service", { spec: { ports } });

it.each<[string, Value, readonly Value[], Value, readonly Value[]]>([
  ["by name of both", "web", [{ name: "web", port: 80, targetPort: "http" }], 8000, ["http"]],
  ["by number of both", 80, [{ name: "web", port: 80, targetPort: 8000 }], 8000, ["http"]],
  ["the Service's own where no target is written", 9000, [{ port: 9000 }], 9000, [undefined]],
  [
    "one of two",
    "b",
    [
      { name: "a", port: 1 },
      { name: "b", port: 2, targetPort: 8000 },
    ],
    8000,
    ["http"],
  ],
  ["a number that no container lists", "web", [{ name: "web", port: 80, targetPort: 7000 }], 7000, []],
  ["a name that no container lists", "web", [{ name: "web", port: 80, targetPort: "grpc" }], undefined, []],
  ["a port that the Service hasn't", "web", [{ name: "other", port: 80 }], undefined, []],
  ["no port", undefined, [{ port: 80 }], undefined, []],
  ["an unknown target", "web", [{ name: "web", port: 80, targetPort: unknown }], unknown, []],
])("finds the pods' port: %s", (_, wanted, ports, number, names) => {
  const [some] = pods(workload);
  expect(some && boundPort(binding(wanted), service(...ports), some)).toEqual({ number, names });
});
