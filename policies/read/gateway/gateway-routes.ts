import type { StackResource } from "../../framework/rule.ts";
import { at, elements, orUnknown, type Value } from "../../framework/value.ts";
import { type Forward, forwards } from "../aws/forward.ts";
import { isOf, listenerRules } from "../aws/load-balancer.ts";
import { type Pods, services } from "../kubernetes/kubernetes.ts";
import type { Objects } from "../kubernetes/objects.ts";
import { gatewayConfigs, gatewayModels } from "./gateway-config.ts";

/** A self-hosted model that a gateway routes to. */
export interface GatewayRoute {
  /** The document's ConfigMap or Secret. */
  readonly resource: StackResource;
  /** Begins the paths of findings, such as `data.config.yaml.model_list.0.litellm_params`. */
  readonly path: string;
  /** The name that its requests carry. */
  readonly model: string;
  /** Pods that serve its address; none where no pods of the stack do, or the address can't be read. */
  readonly pods: readonly Pods[];
}

const prefix = "hosted_vllm/";

/** The self-hosted models that the gateways of a stack route to, with the pods behind their addresses. */
export function gatewayRoutes(
  resources: readonly StackResource[],
  objects: Objects,
): readonly GatewayRoute[] {
  const groups = groupsByHost(forwards(resources));
  return resources.flatMap((resource) =>
    gatewayConfigs(resource).flatMap(({ path, root }) =>
      gatewayModels(root).flatMap((entry): GatewayRoute[] => {
        const model = at(entry.params, "model");
        if (typeof model !== "string" || !model.startsWith(prefix)) return [];
        const host = hostOf(at(entry.params, "api_base"));
        return [
          {
            resource,
            path: `${path}.${entry.path}.litellm_params`,
            model: model.slice(prefix.length),
            pods: [
              ...(groups.get(host) ?? []).flatMap((group) => objects.podsBehind(group)),
              ...podsOfService(host, objects),
            ],
          },
        ];
      }),
    ),
  );
}

/** The target groups that requests for a host may reach. */
function groupsByHost(all: readonly Forward[]): ReadonlyMap<string, readonly StackResource[]> {
  const found = new Map<string, StackResource[]>();
  for (const { resource, groups } of all.filter((forward) => isOf(listenerRules)(forward.resource)))
    for (const condition of orUnknown(elements(at(resource.props, "conditions"))))
      for (const host of orUnknown(elements(at(condition, "hostHeader", "values"))))
        if (typeof host === "string")
          found.set(host.toLowerCase(), [...(found.get(host.toLowerCase()) ?? []), ...groups]);
  return found;
}

/** Pods that a cluster's own name for a Service leads to, such as `chat-blue.models.svc.cluster.local`. */
function podsOfService(host: string, objects: Objects): readonly Pods[] {
  const [name, namespace, svc] = host.split(".");
  if (svc !== "svc") return [];
  return objects.named(services, namespace, name).flatMap((service) => objects.podsOf(service));
}

/** The host of an address, in small letters; empty for what is none. */
function hostOf(address: Value): string {
  return typeof address === "string" && URL.canParse(address) ? new URL(address).hostname : "";
}
