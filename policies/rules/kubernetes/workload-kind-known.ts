import { podlessKinds } from "../../data/podless-kinds.ts";
import type { ResourceRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, isFields, isList, unknown, type Value } from "../../framework/value.ts";
import { workloads } from "../../read/kubernetes/containers.ts";

const settings = {
  knownKinds: strings(
    "Additional kinds that were checked to create no pods and run no code, each as group/version:Kind.",
    { pattern: "^[a-z0-9.-]+/[a-z0-9]+:[A-Za-z]+$", default: [] },
  ),
} as const satisfies RuleSettings;

/** Types that may contain images without creating pods, with the rules that check them. */
const knownCarriers: ReadonlySet<string> = new Set([
  // Their charts and values: chart-version-pinned and helm-release-outside-inference.
  "kubernetes:helm.sh/v3:Release",
  // Components, whose objects are resources of the stack: the rules of those.
  "kubernetes:helm.sh/v4:Chart",
  "kubernetes:kustomize/v2:Directory",
  "kubernetes:yaml/v2:ConfigFile",
  "kubernetes:yaml/v2:ConfigGroup",
]);

const servicePatch = "kubernetes:core/v1:ServicePatch";
/** What decides where requests to a Service go. [Kubernetes API, ServiceSpec] */
const joins = ["selector", "ports", "externalName", "publishNotReadyAddresses"];

/** Kinds by which the API server calls another program. [Kubernetes API, WebhookClientConfig] */
const callers: ReadonlySet<string> = new Set([
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration",
  "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
]);

const workloadTypes: ReadonlySet<string> = new Set(workloads);
const kinds: ReadonlySet<string> = new Set(workloads.map(kindOf));

export const workloadKindKnown: ResourceRule<typeof settings> = {
  name: "workload-kind-known",
  title: "Kubernetes objects are of kinds that the rules can read, or that are known to create no pods.",
  why: "A patch, a list, an older API group or an operator's custom resource can create pods that no other rule sees: KServe, KubeAI, KAITO, Argo CD, Flux, Tekton and Crossplane run models and code from a few lines without an image.",
  fix: "Define the pods with one of the kinds in policies/read/kubernetes/containers.ts, or list a kind that creates no pods and runs no code in knownKinds.",
  severity: "critical",
  relatedChecks: { none: "the studied tools ignore unknown kinds" },
  resourceTypes: ["kubernetes:*"],
  example: { good: "kubernetes:apps/v1:Deployment", bad: "kubernetes:apps/v1:DeploymentPatch" },
  config: settings,

  *check({ type, props }, { knownKinds }) {
    if (workloadTypes.has(type)) return;
    if (podlessKinds.has(type)) {
      if (type === servicePatch)
        for (const path of joins.filter((name) => at(props, "spec", name) !== undefined))
          yield {
            path: `spec.${path}`,
            problem: "the patch changes which pods a Service sends to, and no rule reads the result",
            allowed: "the Service itself as a resource of the stack; patches of its metadata",
          };
      if (callers.has(type) && setsUrl(props))
        yield {
          path: "clientConfig.url",
          problem: "the API server sends objects, Secrets among them, to an address outside the cluster",
          allowed: "clientConfig.service, a Service of the cluster, known at preview",
        };
      return;
    }
    const problem = knownCarriers.has(type)
      ? remote(type, props)
      : unread(type, props, knownKinds.includes(type.replace(/^kubernetes:/, "")));
    if (problem !== undefined)
      yield {
        path: "kind",
        problem,
        allowed: `${[...kinds].join(", ")}, each in its current API group; kinds in knownKinds, known at preview`,
      };
  },
};

/** Properties that name the source of manifests. [@pulumi/kubernetes, kustomize/v2 and yaml/v2] */
const sources = ["directory", "file", "files"];

/** Manifests from a source that isn't pinned may change. */
function remote(type: string, props: Value): string | undefined {
  if (type.includes("helm.sh")) return undefined;
  const named = sources.flatMap((name): readonly Value[] => {
    const value = at(props, name);
    return isList(value) ? value : [value];
  });
  return named.every((value) => value === undefined || isPinned(value))
    ? undefined
    : "the source of its manifests isn't pinned, or isn't known at preview";
}

/** A path in the repository, or an address that contains the commit. */
function isPinned(source: Value): boolean {
  if (typeof source !== "string") return false;
  const isRemote = /:\/\/|^git@|[?]ref=|^[\w-]+(?:\.[\w-]+)+\//.test(source);
  return !isRemote || /(?:\/|[?&]ref=)[0-9a-f]{40}(?:\/|$)/.test(source);
}

/** Why a resource may create pods that no rule reads. @param listed whether it is known to create none */
function unread(type: string, props: Value, listed: boolean): string | undefined {
  if (kinds.has(kindOf(type).replace(/(?:Patch|List)$/, "")))
    return "the kind is another form of a workload, which no rule reads";
  switch (holdsImage(props)) {
    case true:
      return "the resource names an image, and no rule reads its kind";
    case unknown:
      if (listed) return undefined;
      return "a part of the resource isn't known at preview and may contain pods, and no rule reads its kind";
    default:
      return listed ? undefined : "no rule knows what the controller of this kind creates";
  }
}

/** Whether there is a field `image` at any depth; unknown where there may be. */
function holdsImage(value: Value): boolean | typeof unknown {
  if (value === unknown) return unknown;
  if (isFields(value) && at(value, "image") !== undefined) return true;
  const inner = isFields(value) ? Object.values(value) : isList(value) ? value : [];
  const found = inner.map(holdsImage);
  if (found.includes(true)) return true;
  return found.includes(unknown) ? unknown : false;
}

/** Whether there is a `clientConfig` with an address of its own at any depth. */
function setsUrl(value: Value): boolean {
  if (isList(value)) return value.some(setsUrl);
  if (!isFields(value)) return false;
  const config = at(value, "clientConfig");
  if (config === unknown || at(config, "url") !== undefined) return true;
  return Object.values(value).some(setsUrl);
}

function kindOf(type: string): string {
  return type.split(":").at(-1) ?? "";
}
