import { podNoHostAccess as rule } from "../../../../policies/rules/kubernetes/pod-no-host-access.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { deployment, engine, inEveryWorkload } from "../../workload.ts";

const node = { name: "node", hostPath: { path: "/" } };
const withVolumes = (volumes: Wire) => deployment([engine], { volumes });
const withPorts = (ports: Wire) => deployment([{ name: "engine", ports }]);
const volume = (spec: Given["props"]): Given => ({
  type: "kubernetes:core/v1:PersistentVolume",
  name: "chat-blue",
  props: { spec },
});
const finding = (path: string) => `chat-blue#${path}`;
const shared = ["hostNetwork", "hostPID", "hostIPC"];
const hostPort = { containerPort: 80, hostPort: 80 };

cases(rule, {
  passes: [
    ["a pod that says nothing", deployment([engine])],
    [
      "a pod that says no",
      deployment([engine], { hostNetwork: false, hostPID: false, hostIPC: secret(false) }),
    ],
    [
      "volumes of its own",
      withVolumes([
        { name: "tmp", emptyDir: {} },
        { name: "script", configMap: { name: unknown } },
        { name: "keys", projected: { sources: [{ secret: { name: "a" } }] } },
      ]),
    ],
    ["a null", withVolumes([{ name: "tmp", hostPath: null, emptyDir: {} }])],
    ["ports of the container", withPorts([{ containerPort: 8000 }, { containerPort: 80, hostPort: 0 }])],
    ["a volume of EBS", volume({ csi: { driver: "ebs.csi.aws.com" } })],
  ],
  reports: [
    ...shared.map((field): [string, Given, readonly string[]] => [
      `${field} of the node`,
      deployment([engine], { [field]: true }),
      [finding(field)],
    ]),
    ["a text", deployment([engine], { hostNetwork: "false" }), [finding("hostNetwork")]],
    ["an unknown", deployment([engine], { hostPID: unknown }), [finding("hostPID")]],
    [
      "a folder of the node",
      withVolumes([{ name: "tmp", emptyDir: {} }, node]),
      [finding("volumes.1.hostPath")],
    ],
    [
      "each of several",
      withVolumes([node, node]),
      [finding("volumes.0.hostPath"), finding("volumes.1.hostPath")],
    ],
    [
      "a folder that is projected with others",
      withVolumes([
        { name: "all", projected: { sources: [{ secret: { name: "a" } }, { hostPath: { path: "/" } }] } },
      ]),
      [finding("volumes.0.hostPath")],
    ],
    [
      "an unknown folder",
      withVolumes([{ name: "node", hostPath: unknown }]),
      [finding("volumes.0.hostPath")],
    ],
    [
      "an unknown volume beside one of the node",
      withVolumes([unknown, node]),
      [finding("volumes.0.hostPath"), finding("volumes.1.hostPath")],
    ],
    ["unknown volumes", withVolumes(unknown), [finding("volumes.0.hostPath")]],
    ["volumes that are a text", withVolumes("none"), [finding("volumes.0.hostPath")]],
    [
      "a port of the node",
      withPorts([{ containerPort: 80 }, hostPort]),
      [finding("containers.engine.ports.1.hostPort")],
    ],
    ["a port in a text", withPorts([{ hostPort: "80" }]), [finding("containers.engine.ports.0.hostPort")]],
    ["unknown ports", withPorts(unknown), [finding("containers.engine.ports.0.hostPort")]],
    [
      "a port of the node in every list",
      deployment([], {
        initContainers: [{ name: "engine", ports: [hostPort] }],
        ephemeralContainers: [{ name: "engine", ports: [hostPort] }],
      }),
      ["initContainers", "ephemeralContainers"].map((list) => finding(`${list}.engine.ports.0.hostPort`)),
    ],
    [
      "a pod that is unknown",
      { ...deployment([]), props: { spec: unknown } },
      [...shared, "volumes.0.hostPath", "containers.ports.0.hostPort"].map(finding),
    ],
    [
      "a volume for claims that is the node's",
      volume({ hostPath: { path: "/" } }),
      [finding("spec.hostPath")],
    ],
    ["a volume that is a disk of the node", volume({ local: { path: "/mnt" } }), [finding("spec.local")]],
    ["every kind of workload", ...inEveryWorkload({ volumes: [node] }, "volumes.0.hostPath")],
  ],
});
