import { helmReleaseOutsideInference as rule } from "../../../../policies/rules/kubernetes/helm-release-outside-inference.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { chart, inNamespace } from "../../fixtures/kubernetes.ts";
import { deployment, engine, everyWorkload } from "../../workload.ts";

const engines = (namespace: Wire = "models") => inNamespace(deployment([engine]), namespace);
const gateway = (namespace: Wire) =>
  inNamespace(deployment([{ name: "gateway", image: "ghcr.io/berriai/litellm:v1.84.0" }]), namespace);
const tool = (namespace: Wire) =>
  inNamespace(deployment([{ name: "tool", image: "docker.io/tool" }]), namespace);
const finding = ["keda#namespace"];
const named = (name: Wire) => [engines(), chart({ chart: name, namespace: "tools" })];

cases(rule, {
  passes: [
    ["a release in a namespace of its own", [engines(), chart({ namespace: "keda" })]],
    ["a secret namespace", [engines(), chart({ namespace: secret("keda") })]],
    ["a release beside other pods", [engines(), tool("keda"), chart({ namespace: "keda" })]],
    ["a release in the default namespace without engines", [engines(), chart({})]],
    ["an unknown namespace where no engine runs anywhere", [tool("keda"), chart({ namespace: unknown })]],
    [
      "a v4 chart, whose objects are checked",
      [engines(), { ...chart({ namespace: "models" }), type: "kubernetes:helm.sh/v4:Chart" }],
    ],
    ["a name that holds another word", named("my-envllm-thing")],
  ],
  reports: [
    ["a release beside engines", [engines(), chart({ namespace: "models" })], finding],
    ["a release beside the gateway", [gateway("edge"), chart({ namespace: "edge" })], finding],
    ["no namespace, where engines run in the default one", [engines(null), chart({})], finding],
    ["an unknown namespace", [engines(), chart({ namespace: unknown })], finding],
    ["a namespace that is no text", [engines(), chart({ namespace: ["keda"] })], finding],
    ["engines in an unknown namespace", [engines(unknown), chart({ namespace: "keda" })], finding],
    [
      "a container that may be an engine",
      [inNamespace(deployment([{ image: unknown }]), "keda"), chart({ namespace: "keda" })],
      finding,
    ],
    [
      "pods that are unknown",
      [
        { ...tool("keda"), props: { metadata: { namespace: "keda" }, spec: unknown } },
        chart({ namespace: "keda" }),
      ],
      finding,
    ],
    ["a chart of an engine", named("vllm"), ["keda#chart"]],
    [
      "a chart whose name begins with an engine's",
      named("oci://example.com/charts/vllm-stack"),
      ["keda#chart"],
    ],
    ["a chart of the gateway", named("oci://ghcr.io/berriai/litellm-helm"), ["keda#chart"]],
    ["an unknown chart", named(unknown), ["keda#chart"]],
    ["no chart", named(null), ["keda#chart"]],
    [
      "each of several",
      [
        engines(),
        chart({ namespace: "models" }),
        { ...chart({ chart: "ollama", namespace: "models" }), name: "b" },
      ],
      ["keda#namespace", "b#namespace", "b#chart"],
    ],
    [
      "a chart that the environment adds",
      named("keda"),
      ["keda#chart"],
      { config: { engineCharts: ["keda"] } },
    ],
    [
      "a setting that lists nothing, and uses the default",
      named("vllm"),
      ["stack#configuration.engineCharts", "keda#chart"],
      { config: { engineCharts: { only: [] } } },
    ],
    ...everyWorkload({ containers: [engine] }).map((workload): [string, Given[], string[]] => [
      `a release beside engines of a ${workload.type.split(":").at(-1)}`,
      [inNamespace(workload, "models"), chart({ namespace: "models" })],
      finding,
    ]),
  ],
});
