import type { Wire } from "../../../scripts/plan/wire.ts";
import { container, type Mistake, ofModels, pod, set } from "../mutations.ts";

const same = (value: Wire) => value;
const fields = (value: Wire) => value as { readonly [field: string]: Wire };
const inBoth = (mistake: Omit<Mistake, "type">): readonly Mistake[] =>
  ["v1:Deployment", "v1:Job"].map((type) => ({ ...mistake, type }));

/** What can be wrong with containers and their kinds, beside what is wrong with engines. */
export const podMistakes: readonly Mistake[] = [
  ...[
    "kubernetes:apps/v1:DeploymentPatch",
    "kubernetes:apps/v1beta1:Deployment",
    "kubernetes:core/v1:PodList",
    "kubernetes:example.com/v1:Runner",
  ].map(
    (as): Mistake => ({
      what: `a workload as ${as}`,
      type: "v1:Deployment",
      path: "",
      becomes: same,
      as,
      caughtBy: ["workload-kind-known"],
    }),
  ),
  ...[
    {
      what: "a container's own root",
      path: `${container}.securityContext.runAsUser`,
      becomes: set(0),
      caughtBy: ["container-non-root"],
    },
    {
      what: "no user",
      path: `${pod}.securityContext.runAsUser`,
      caughtBy: ["container-non-root"],
    },
    {
      what: "a container's own leave for all system calls",
      path: `${container}.securityContext.seccompProfile`,
      becomes: set({ type: "Unconfined" }),
      caughtBy: ["container-privileges-dropped"],
    },
    {
      what: "an unmasked /proc",
      path: `${container}.securityContext.procMount`,
      becomes: set("Unmasked"),
      caughtBy: ["container-privileges-dropped"],
    },
    {
      what: "capabilities in small letters",
      path: `${container}.securityContext.capabilities.drop`,
      becomes: set(["all"]),
      caughtBy: ["container-privileges-dropped"],
    },
    {
      what: "a port of the node",
      path: `${container}.ports`,
      becomes: set([{ name: "http", containerPort: 8000, hostPort: 8000 }]),
      caughtBy: ["pod-no-host-access"],
    },
    {
      what: "no processors",
      path: `${container}.resources.requests.cpu`,
      becomes: set("0"),
      caughtBy: ["container-resources-set"],
    },
    {
      what: "no disk",
      path: `${container}.resources.requests.ephemeral-storage`,
      caughtBy: ["container-resources-set"],
    },
    {
      what: "memory below the request",
      path: `${container}.resources.limits.memory`,
      becomes: set("1Mi"),
      caughtBy: ["container-resources-set"],
    },
    {
      what: "a token by a volume",
      path: `${pod}.volumes.*`,
      becomes: set({ name: "tmp", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }),
      caughtBy: ["pod-no-service-account-token"],
    },
  ].flatMap(inBoth),
  {
    what: "a root that can be written",
    type: "v1:Job",
    path: `${container}.securityContext.readOnlyRootFilesystem`,
    where: ofModels,
    becomes: set(false),
    caughtBy: ["container-root-read-only"],
  },
  {
    what: "one GPU more than requested",
    type: "v1:Deployment",
    path: `${container}.resources.requests`,
    becomes: (requests) => ({ ...fields(requests), "nvidia.com/gpu": "9" }),
    caughtBy: ["container-resources-set"],
  },
  {
    what: "readiness for liveness",
    type: "v1:Deployment",
    path: container,
    becomes: (one) => ({ ...fields(one), livenessProbe: fields(one).readinessProbe ?? null }),
    caughtBy: ["container-probes-set"],
  },
  {
    what: "a start-up probe of a port that isn't there",
    type: "v1:Deployment",
    path: `${container}.startupProbe`,
    becomes: set({ tcpSocket: { port: "web" } }),
    caughtBy: ["container-probes-set"],
  },
  {
    what: "a chart of an engine",
    type: "helm.sh/v3:Release",
    path: "chart",
    becomes: set("vllm-stack"),
    caughtBy: ["helm-release-outside-inference"],
  },
];
