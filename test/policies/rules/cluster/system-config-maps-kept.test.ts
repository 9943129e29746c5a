import { systemConfigMapsKept as rule } from "../../../../policies/rules/cluster/system-config-maps-kept.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { made } from "../../fixtures/outside.ts";

const configMap = (name: Wire, namespace: Wire = "kube-system", kind = "ConfigMap") =>
  made(`kubernetes:core/v1:${kind}`, { metadata: { name, namespace }, data: { Corefile: "." } });

cases(rule, {
  passes: [
    ["another ConfigMap", configMap("settings")],
    ["the name in another namespace", configMap("coredns", "shop")],
    ["a name that only the update tells, in another namespace", configMap(unknown, "shop")],
    ["no name", made("kubernetes:core/v1:ConfigMap", { metadata: {} })],
    ["a name that is a property of every object", configMap("constructor")],
  ],
  reports: [
    ["CoreDNS's", configMap("coredns"), ["way#metadata.name"]],
    ["a patch of it", configMap("coredns", "kube-system", "ConfigMapPatch"), ["way#metadata.name"]],
    ["the CNI's", configMap("amazon-vpc-cni"), ["way#metadata.name"]],
    ["kube-proxy's", configMap("kube-proxy-config"), ["way#metadata.name"]],
    ["a secret name", configMap(secret("coredns")), ["way#metadata.name"]],
    ["a namespace that is unknown", configMap("coredns", unknown), ["way#metadata.name"]],
    ["a name that only the update tells", configMap(unknown), ["way#metadata.name"]],
    [
      "metadata that are unknown",
      made("kubernetes:core/v1:ConfigMap", { metadata: unknown }),
      ["way#metadata.name"],
    ],
    ["no namespace", configMap("coredns", null), ["way#metadata.name"]],
  ],
});
