import { containerResourcesSet as rule } from "../../../../policies/rules/kubernetes/container-resources-set.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { deployment, inEveryWorkload } from "../../workload.ts";

const requests = { cpu: "500m", memory: "1Gi", "ephemeral-storage": "1Gi" };
const limits = { memory: "1Gi" };
const container = (resources: Wire, name = "engine") => ({ name, resources });
const asking = (resources: Wire) => deployment([container(resources)]);
const requesting = (more: { readonly [name: string]: Wire }) =>
  asking({ requests: { ...requests, ...more }, limits });
const limited = (limits: Wire, more: { readonly [name: string]: Wire } = {}) =>
  asking({ requests: { ...requests, ...more }, limits });
const finding = (field: string, path = "containers.engine") => `chat-blue#${path}.resources.${field}`;
const gpu = { "nvidia.com/gpu": "1" };
const all = ["requests.cpu", "requests.memory", "requests.ephemeral-storage", "limits.memory"];

cases(rule, {
  passes: [
    ["requests and the limit of memory", requesting({})],
    ["a limit of processors", limited({ ...limits, cpu: "2" })],
    ["the same amount in other units", limited({ memory: "1024Mi" })],
    ["numbers", requesting({ cpu: 1, "ephemeral-storage": 1e9 })],
    ["as many GPUs as requested", limited({ ...limits, "nvidia.com/gpu": 1 }, gpu)],
    ["GPUs by their limit alone", limited({ ...limits, ...gpu })],
    ["a secret", requesting({ cpu: secret("1") })],
    ["ephemeral containers, which can't ask", deployment([], { ephemeralContainers: [{ name: "debug" }] })],
  ],
  reports: [
    ["no processors", requesting({ cpu: null }), [finding("requests.cpu")]],
    ["none of them", requesting({ cpu: "0" }), [finding("requests.cpu")]],
    ["less than none", requesting({ cpu: -1 }), [finding("requests.cpu")]],
    ["an amount that can't be read", requesting({ cpu: "one" }), [finding("requests.cpu")]],
    [
      "an unknown amount",
      requesting({ "ephemeral-storage": unknown }),
      [finding("requests.ephemeral-storage")],
    ],
    ["a boolean", requesting({ cpu: true }), [finding("requests.cpu")]],
    ["no disk", requesting({ "ephemeral-storage": null }), [finding("requests.ephemeral-storage")]],
    [
      "memory without a request",
      requesting({ memory: null }),
      [finding("requests.memory"), finding("limits.memory")],
    ],
    ["memory without a limit", limited(null), [finding("limits.memory")]],
    ["a limit above the request", limited({ memory: "2Gi" }), [finding("limits.memory")]],
    ["a limit below the request", limited({ memory: "1G" }), [finding("limits.memory")]],
    ["an unknown limit", limited({ memory: unknown }), [finding("limits.memory")]],
    [
      "more GPUs than requested",
      limited({ ...limits, "nvidia.com/gpu": "4" }, gpu),
      [finding("limits.nvidia.com/gpu")],
    ],
    ["GPUs without a limit", limited(limits, gpu), [finding("limits.nvidia.com/gpu")]],
    ["unknown GPUs", limited({ ...limits, "nvidia.com/gpu": unknown }), [finding("limits.nvidia.com/gpu")]],
    ["nothing", deployment([{ name: "engine" }]), all.map((field) => finding(field))],
    ["unknown resources", asking(unknown), [...all, "limits.nvidia.com/gpu"].map((field) => finding(field))],
    [
      "each bad container, in both lists",
      deployment([container({ requests }), container({ requests, limits }, "good")], {
        initContainers: [container({ requests }, "stage")],
      }),
      [finding("limits.memory"), finding("limits.memory", "initContainers.stage")],
    ],
    [
      "every kind of workload",
      ...inEveryWorkload(
        { containers: [container({ requests })] },
        "containers.engine.resources.limits.memory",
      ),
    ],
  ],
});
