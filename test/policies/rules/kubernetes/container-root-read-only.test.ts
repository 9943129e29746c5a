import { containerRootReadOnly as rule } from "../../../../policies/rules/kubernetes/container-root-read-only.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { deployment, engine, inEveryWorkload } from "../../workload.ts";

const tool = (readOnlyRootFilesystem: Wire) => ({
  name: "tool",
  image: "registry.example.com/tool",
  securityContext: { readOnlyRootFilesystem },
});
const writable = tool(false);
const finding = (path: string) => `chat-blue#${path}.securityContext.readOnlyRootFilesystem`;
const ofTool = [finding("containers.tool")];

cases(rule, {
  passes: [
    ["a root that is only read", deployment([tool(true)])],
    ["a secret", deployment([tool(secret(true))])],
    ["an engine, whose GPU needs a writable one", deployment([engine])],
    [
      "a GPU container of another kind",
      deployment([{ ...writable, resources: { limits: { "nvidia.com/gpu": 1 } } }]),
    ],
    [
      "an engine with a read-only root, where engines count",
      deployment([{ ...engine, securityContext: { readOnlyRootFilesystem: true } }]),
      { config: { engines: true } },
    ],
  ],
  reports: [
    ["a root that can be written", deployment([writable]), ofTool],
    ["an unset one", deployment([tool(null)]), ofTool],
    ["an unknown one", deployment([tool(unknown)]), ofTool],
    ["a text", deployment([tool("true")]), ofTool],
    [
      "the pod's context, which has no such field",
      deployment([tool(null)], { securityContext: { readOnlyRootFilesystem: true } }),
      ofTool,
    ],
    ["the container beside an engine", deployment([engine, writable]), ofTool],
    ["a container that may be an engine", deployment([{ ...writable, image: unknown }]), ofTool],
    [
      "a writable root in every list",
      deployment([writable], { initContainers: [writable], ephemeralContainers: [writable] }),
      ["containers", "initContainers", "ephemeralContainers"].map((list) => finding(`${list}.tool`)),
    ],
    [
      "an engine, where engines count",
      deployment([engine]),
      [finding("containers.engine")],
      { config: { engines: true } },
    ],
    [
      "a setting that is no boolean, and uses the default",
      deployment([engine]),
      ["chat-blue#configuration.engines"],
      { config: { engines: "no" } },
    ],
    [
      "every kind of workload",
      ...inEveryWorkload(
        { containers: [writable] },
        "containers.tool.securityContext.readOnlyRootFilesystem",
      ),
    ],
  ],
});
