import { containerNonRoot as rule } from "../../../../policies/rules/kubernetes/container-non-root.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { deployment, inEveryWorkload } from "../../workload.ts";

const user = { runAsNonRoot: true, runAsUser: 2000 };
const ofPod = (securityContext: Wire) => deployment([{ name: "engine" }], { securityContext });
const ofContainer = (securityContext: Wire, pod: Wire = user) =>
  deployment([{ name: "engine", securityContext }], { securityContext: pod });
const finding = (field: string, path = "containers.engine") => `chat-blue#${path}.securityContext.${field}`;
const root = { name: "engine", securityContext: { ...user, runAsUser: 0 } };

cases(rule, {
  passes: [
    ["the pod's user", ofPod(user)],
    ["the container's user", ofContainer(user, null)],
    ["a user of each", ofContainer({ runAsUser: 1 }, { runAsNonRoot: true })],
    ["a container that leaves root behind", ofContainer(user, { runAsUser: 0 })],
    ["nulls of a container", ofContainer({ runAsNonRoot: null, runAsUser: null })],
    ["a secret", ofPod({ runAsNonRoot: true, runAsUser: secret(2000) })],
  ],
  reports: [
    ["root by number", ofPod({ runAsNonRoot: true, runAsUser: 0 }), [finding("runAsUser")]],
    ["root in a container", ofContainer({ runAsUser: 0 }), [finding("runAsUser")]],
    ["root allowed in a container", ofContainer({ runAsNonRoot: false }), [finding("runAsNonRoot")]],
    ["the image's own user", ofPod({ runAsNonRoot: true }), [finding("runAsUser")]],
    ["a user alone", ofPod({ runAsUser: 2000 }), [finding("runAsNonRoot")]],
    ["nothing", ofPod(null), [finding("runAsNonRoot"), finding("runAsUser")]],
    [
      "texts",
      ofPod({ runAsNonRoot: "true", runAsUser: "2000" }),
      [finding("runAsNonRoot"), finding("runAsUser")],
    ],
    ["a fraction", ofPod({ runAsNonRoot: true, runAsUser: 0.5 }), [finding("runAsUser")]],
    ["less than zero", ofPod({ runAsNonRoot: true, runAsUser: -1 }), [finding("runAsUser")]],
    ["an unknown user", ofPod({ runAsNonRoot: true, runAsUser: unknown }), [finding("runAsUser")]],
    ["an unknown context", ofPod(unknown), [finding("runAsNonRoot"), finding("runAsUser")]],
    [
      "the bad one of two",
      deployment([root, { name: "side" }], { securityContext: user }),
      [finding("runAsUser")],
    ],
    [
      "root in every list",
      deployment([root], { initContainers: [root], ephemeralContainers: [root] }),
      ["containers", "initContainers", "ephemeralContainers"].map((list) =>
        finding("runAsUser", `${list}.engine`),
      ),
    ],
    [
      "every kind of workload",
      ...inEveryWorkload({ containers: [root] }, "containers.engine.securityContext.runAsUser"),
    ],
  ],
});
