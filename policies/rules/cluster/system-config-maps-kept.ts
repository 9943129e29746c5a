import type { ResourceRule } from "../../framework/rule.ts";
import { at, unknown } from "../../framework/value.ts";

/** ConfigMaps of kube-system that programs of every node read. [EKS add-ons: CoreDNS, VPC CNI, kube-proxy, Auto Mode] */
const settingsOf: ReadonlyMap<string, string> = new Map([
  ["amazon-vpc-cni", "whether network policies are enforced"],
  ["coredns", "where every name of the cluster leads"],
  ["extension-apiserver-authentication", "whom the API server believes"],
  ["kube-proxy", "how every node sends requests to Services"],
  ["kube-proxy-config", "how every node sends requests to Services"],
  ["node-local-dns", "where every name of the cluster leads"],
]);

export const systemConfigMapsKept: ResourceRule = {
  name: "system-config-maps-kept",
  title: "The ConfigMaps of the cluster's own components belong to their add-ons.",
  why: "A line in CoreDNS's or the CNI's ConfigMap sends requests for a model elsewhere, or stops the enforcement of network policies, and no other rule reads these texts.",
  fix: "Set the same by configurationValues of the add-on, and remove the ConfigMap.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read ConfigMaps of components" },
  resourceTypes: ["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:ConfigMapPatch"],
  example: {
    good: 'new eks.Addon("coredns", { configurationValues: { corefile } })',
    bad: 'new ConfigMapPatch("dns", { metadata: { name: "coredns", namespace: "kube-system" }, data })',
  },

  check({ props }) {
    const name = at(props, "metadata", "name");
    const namespace = at(props, "metadata", "namespace");
    const decides =
      name === unknown
        ? "what isn't known at preview, as its name isn't"
        : typeof name === "string"
          ? settingsOf.get(name)
          : undefined;
    if (decides === undefined || (typeof namespace === "string" && namespace !== "kube-system")) return [];
    return [
      {
        path: "metadata.name",
        problem: `it decides ${decides}`,
        allowed: "configurationValues of the add-on, in place of its ConfigMap",
      },
    ];
  },
};
