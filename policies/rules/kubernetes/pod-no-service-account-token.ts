import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import type { RuleSettings } from "../../framework/settings.ts";
import { at, elements, orUnknown, type Value } from "../../framework/value.ts";
import { workloads } from "../../read/kubernetes/containers.ts";
import { nameOf, namespaceOf, type Pods, pods } from "../../read/kubernetes/kubernetes.ts";

const serviceAccount = "kubernetes:core/v1:ServiceAccount";
const settings = {
  apiClients: {
    type: "array",
    description:
      "Service accounts whose pods ask the Kubernetes API, each as namespace/name: controllers, as a rule.",
    items: { type: "string", pattern: "^[a-z0-9-]+/[a-z0-9.-]+$" },
    minItems: 0,
    default: [],
  },
} as const satisfies RuleSettings;

export const podNoServiceAccountToken: StackRule<typeof settings> = {
  name: "pod-no-service-account-token",
  title: "Pods that don't ask the Kubernetes API have no key to it.",
  why: "Kubernetes puts a token into every pod; whoever breaks an engine would ask the API with it, from inside the network.",
  fix: "Set automountServiceAccountToken false on the pod, or list the service account of a controller in apiClients.",
  severity: "medium",
  level: "mandatory",
  relatedChecks: ["CKV_K8S_38", "kyverno:restrict-automount-sa-token"],
  resourceTypes: [...workloads, serviceAccount],
  example: {
    good: "automountServiceAccountToken: false",
    bad: "a pod that says nothing, with a ServiceAccount that says nothing",
  },
  config: settings,

  *checkStack({ resources }, { apiClients }) {
    const closed = closedAccounts(resources);
    for (const pod of resources.flatMap(pods)) {
      // A group whose leader has no template makes it by that of its workers.
      if (pod.spec === undefined) continue;
      const account = accountOf(pod);
      if (account !== undefined && apiClients.includes(account)) continue;
      if (!hasNoToken(pod, account, closed))
        yield {
          resource: pod.workload,
          path: `${pod.prefix}automountServiceAccountToken`,
          problem: "the pod gets a token for the Kubernetes API, or it can't be told at preview",
          allowed: "false on the pod, or false on its ServiceAccount in the stack and nothing on the pod",
        };
      yield* projectedTokens(pod);
    }
  },
};

/** Whether the pods of a service account, as namespace/name, get no token unless they ask for one. */
function closedAccounts(resources: readonly StackResource[]): ReadonlyMap<string, boolean> {
  const closed = new Map<string, boolean>();
  for (const account of resources.filter(({ type }) => type === serviceAccount)) {
    const name = key(namespaceOf(account), nameOf(account));
    const isClosed = at(account.props, "automountServiceAccountToken") === false;
    // Of two with one name nobody knows which counts.
    if (name !== undefined) closed.set(name, isClosed && closed.get(name) !== false);
  }
  return closed;
}

/** The pod's own word counts; where it says nothing, that of its account. [Kubernetes, Service Accounts] */
function hasNoToken({ spec }: Pods, account = "", closed: ReadonlyMap<string, boolean>): boolean {
  const own = at(spec, "automountServiceAccountToken");
  return own === false || (own === undefined && closed.get(account) === true);
}

/** A volume may bring a token whatever the pod says; one for another audience than the API is no key to it. */
function* projectedTokens({ workload, prefix, spec }: Pods): Iterable<StackFinding> {
  for (const [index, volume] of orUnknown(elements(at(spec, "volumes"))).entries()) {
    const sources = orUnknown(elements(at(volume, "projected", "sources")));
    const tokens = sources.map((source) => at(source, "serviceAccountToken"));
    if (tokens.some((token) => token !== undefined && mayBeForApi(at(token, "audience"))))
      yield {
        resource: workload,
        path: `${prefix}volumes.${index}.projected`,
        where: `volume ${index}`,
        problem: "the volume brings a token for the Kubernetes API, or it can't be told at preview",
        allowed: "tokens for another audience",
      };
  }
}

/** Unset or empty is the API itself, as is https://kubernetes.default.svc. [Kubernetes, Service Accounts] */
function mayBeForApi(audience: Value): boolean {
  return typeof audience !== "string" || audience === "" || audience.includes("kubernetes");
}

function accountOf({ namespace, spec }: Pods): string | undefined {
  return key(namespace, at(spec, "serviceAccountName") ?? at(spec, "serviceAccount") ?? "default");
}

function key(namespace: Value, name: Value): string | undefined {
  return typeof namespace === "string" && typeof name === "string" ? `${namespace}/${name}` : undefined;
}
