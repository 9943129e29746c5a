import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, elements, orUnknown, type Value } from "../../framework/value.ts";
import { workloads } from "../../read/kubernetes/containers.ts";
import { nameOf, namespaceOf, type Pods, pods } from "../../read/kubernetes/kubernetes.ts";

const serviceAccount = "kubernetes:core/v1:ServiceAccount";
const settings = {
  apiClients: strings(
    "Service accounts whose pods call the Kubernetes API, each as namespace/name: usually controllers.",
    { pattern: "^[a-z0-9-]+/[a-z0-9.-]+$", default: [] },
  ),
} as const satisfies RuleSettings;

export const podNoServiceAccountToken: StackRule<typeof settings> = {
  name: "pod-no-service-account-token",
  title: "Pods that don't call the Kubernetes API have no token for it.",
  why: "By default Kubernetes mounts a token into every pod; an attacker who compromises an engine could call the API with it from inside the network.",
  fix: "Set automountServiceAccountToken false on the pod, or list the service account of a controller in apiClients.",
  severity: "medium",
  relatedChecks: ["CKV_K8S_38", "kyverno:restrict-automount-sa-token"],
  resourceTypes: [...workloads, serviceAccount],
  example: {
    good: "automountServiceAccountToken: false",
    bad: "a pod and a ServiceAccount without automountServiceAccountToken",
  },
  config: settings,

  *checkStack({ resources }, { apiClients }) {
    const closed = closedAccounts(resources);
    for (const pod of resources.flatMap(pods)) {
      // A group whose leader has no template uses that of its workers.
      if (pod.spec === undefined) continue;
      const account = accountOf(pod);
      if (account !== undefined && apiClients.includes(account)) continue;
      if (!hasNoToken(pod, account, closed))
        yield {
          resource: pod.workload,
          path: `${pod.prefix}automountServiceAccountToken`,
          problem: "the pod gets a token for the Kubernetes API, or whether it does isn't known at preview",
          allowed: "false on the pod, or false on its ServiceAccount in the stack and unset on the pod",
        };
      yield* projectedTokens(pod);
    }
  },
};

/** Whether the pods of a service account, as namespace/name, get no token unless they request one. */
function closedAccounts(resources: readonly StackResource[]): ReadonlyMap<string, boolean> {
  const closed = new Map<string, boolean>();
  for (const account of resources.filter(({ type }) => type === serviceAccount)) {
    const name = key(namespaceOf(account), nameOf(account));
    const isClosed = at(account.props, "automountServiceAccountToken") === false;
    // Of two with one name it isn't known which applies.
    if (name !== undefined) closed.set(name, isClosed && closed.get(name) !== false);
  }
  return closed;
}

/** The pod's own field overrides that of its account. [Kubernetes, Service Accounts] */
function hasNoToken({ spec }: Pods, account = "", closed: ReadonlyMap<string, boolean>): boolean {
  const own = at(spec, "automountServiceAccountToken");
  return own === false || (own === undefined && closed.get(account) === true);
}

/** A volume may project a token whatever the pod sets; a token for another audience isn't valid for the API. */
function* projectedTokens({ workload, prefix, spec }: Pods): Iterable<StackFinding> {
  for (const [index, volume] of orUnknown(elements(at(spec, "volumes"))).entries()) {
    const sources = orUnknown(elements(at(volume, "projected", "sources")));
    const tokens = sources.map((source) => at(source, "serviceAccountToken"));
    if (tokens.some((token) => token !== undefined && mayBeForApi(at(token, "audience"))))
      yield {
        resource: workload,
        path: `${prefix}volumes.${index}.projected`,
        where: `volume ${index}`,
        problem:
          "the volume projects a token for the Kubernetes API, or whether it does isn't known at preview",
        allowed: "tokens for another audience",
      };
  }
}

/** Unset, empty and https://kubernetes.default.svc mean the API. [Kubernetes, Service Accounts] */
function mayBeForApi(audience: Value): boolean {
  return typeof audience !== "string" || audience === "" || audience.includes("kubernetes");
}

function accountOf({ namespace, spec }: Pods): string | undefined {
  return key(namespace, at(spec, "serviceAccountName") ?? at(spec, "serviceAccount") ?? "default");
}

function key(namespace: Value, name: Value): string | undefined {
  return typeof namespace === "string" && typeof name === "string" ? `${namespace}/${name}` : undefined;
}
