import { workloadKindKnown as rule } from "../../../../policies/rules/kubernetes/workload-kind-known.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { kindOf } from "../../fixtures/kubernetes.ts";
import { engine, everyWorkload } from "../../workload.ts";

const pod = { containers: [engine] };
const template = { spec: { template: { spec: pod } } };
const finding = ["chat-blue#kind"];
const listed = { config: { knownKinds: ["example.com/v1:Team"] } };

cases(rule, {
  passes: [
    ["every kind of workload that the rules read", everyWorkload(pod)],
    [
      "a workload that is unknown, which its own rules report",
      kindOf("apps/v1:Deployment", { spec: unknown }),
    ],
    ["a kind without pods, unknown in part", kindOf("karpenter.sh/v1:NodePool", { spec: unknown })],
    [
      "a kind without pods that happens to name an image",
      kindOf("core/v1:ConfigMap", { data: { image: "vllm" } }),
    ],
    [
      "a monitor and rules",
      ["PodMonitor", "PrometheusRule"].map((kind) =>
        kindOf(`monitoring.coreos.com/v1:${kind}`, { spec: {} }),
      ),
    ],
    [
      "a release with images in its values",
      kindOf("helm.sh/v3:Release", { values: { containers: [engine] } }),
    ],
    ["an own kind that is listed", kindOf("example.com/v1:Team", { spec: { name: unknown } }), listed],
    ["an image that is null", kindOf("example.com/v1:Team", { spec: { image: null } }), listed],
    [
      "manifests of one commit",
      kindOf("yaml/v2:ConfigFile", {
        file: `https://raw.githubusercontent.com/a/b/${"0a".repeat(20)}/c.yaml`,
      }),
    ],
    ["manifests of the repository", kindOf("yaml/v2:ConfigFile", { file: "./manifests/a.yaml" })],
    ["a folder of the repository", kindOf("kustomize/v2:Directory", { directory: "manifests/base" })],
  ],
  reports: [
    [
      "manifests of a branch",
      kindOf("yaml/v2:ConfigFile", { file: "https://raw.githubusercontent.com/a/b/main/c.yaml" }),
      finding,
    ],
    ["an own kind that names no image", kindOf("example.com/v1:Team", { spec: { name: "a" } }), finding],
    ["a listed kind with an image", kindOf("example.com/v1:Team", { spec: { image: "a" } }), finding, listed],
    ["another version of a listed kind", kindOf("example.com/v2:Team", { spec: {} }), finding, listed],
    [
      "manifests from elsewhere",
      kindOf("yaml/v2:ConfigFile", { file: "https://example.com/a.yaml" }),
      finding,
    ],
    [
      "a folder of elsewhere",
      kindOf("kustomize/v2:Directory", { directory: "github.com/a/b?ref=main" }),
      finding,
    ],
    [
      "several, of which one isn't known",
      kindOf("yaml/v2:ConfigGroup", { files: ["a.yaml", unknown] }),
      finding,
    ],
    ["a chart of the older form", kindOf("helm.sh/v3:Chart", { chart: "vllm" }), finding],
    ["a patch", kindOf("apps/v1:DeploymentPatch", template), finding],
    ["a patch of something else than the image", kindOf("core/v1:PodPatch", { spec: {} }), finding],
    ["a list", kindOf("core/v1:PodList", { items: [{ spec: pod }] }), finding],
    ["a list that is unknown", kindOf("batch/v1:JobList", { items: unknown }), finding],
    ["an older group", kindOf("extensions/v1beta1:Deployment", template), finding],
    ["an older version", kindOf("batch/v1beta1:CronJob", { spec: unknown }), finding],
    ["an operator's kind with a pod template", kindOf("example.com/v1:Runner", template), finding],
    ["a job of KEDA's", kindOf("keda.sh/v1alpha1:ScaledJob", { spec: { jobTargetRef: pod } }), finding],
    ["an image by itself", kindOf("example.com/v1:Runner", { spec: { image: "vllm" } }), finding],
    ["an image that is unknown", kindOf("example.com/v1:Runner", { spec: { image: unknown } }), finding],
    ["an image that is secret", kindOf("example.com/v1:Runner", { spec: { image: secret("a") } }), finding],
    ["an image that is no text", kindOf("example.com/v1:Runner", { spec: [[{ image: 7 }]] }), finding],
    ["a part that is unknown", kindOf("example.com/v1:Runner", { spec: { pods: [unknown] } }), finding],
    ["a kind that only ends like one of a release", kindOf("helm.sh/v2:Release", { a: unknown }), finding],
    [
      "each of several",
      [
        { ...kindOf("apps/v1:StatefulSetPatch", template), name: "a" },
        { ...kindOf("serving.knative.dev/v1:Service", template), name: "b" },
      ],
      ["a#kind", "b#kind"],
    ],
  ],
});
