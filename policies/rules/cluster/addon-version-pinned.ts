import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, type Value } from "../../framework/value.ts";
import { addOns, clusterComponent } from "../../read/kubernetes/cluster.ts";
import { printable } from "../../read/text/printable.ts";

export const addonVersionPinned: ResourceRule = {
  name: "addon-version-pinned",
  title: "Every cluster add-on is pinned to one exact version.",
  why: "Without a version EKS installs its current default: networking, DNS or kube-proxy of every pod then changes in an update that doesn't mention it.",
  fix: "Set addonVersion, or version in the component's options, to an exact version such as v1.22.4-eksbuild.3.",
  severity: "high",
  level: "mandatory",
  relatedChecks: { none: "the studied tools don't look at an add-on's version" },
  resourceTypes: [...addOns, clusterComponent],
  example: { good: "addonVersion: v1.22.4-eksbuild.3", bad: 'new eks.Addon(name, { addonName: "coredns" })' },
  config: {},

  check({ type, props }) {
    if (type !== clusterComponent) return pinned("addonVersion", at(props, "addonVersion"));
    if (at(props, "autoMode", "enabled") === true) return [];
    return [
      ...(at(props, "corednsAddonOptions", "enabled") === false
        ? []
        : pinned("corednsAddonOptions.version", at(props, "corednsAddonOptions", "version"))),
      ...(at(props, "kubeProxyAddonOptions", "enabled") === false
        ? []
        : pinned("kubeProxyAddonOptions.version", at(props, "kubeProxyAddonOptions", "version"))),
      ...(at(props, "useDefaultVpcCni") === true
        ? []
        : pinned("vpcCniOptions.addonVersion", at(props, "vpcCniOptions", "addonVersion"))),
    ];
  },
};

function pinned(path: string, version: Value): Finding[] {
  if (typeof version === "string" && /^v\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)) return [];
  return [
    {
      path,
      problem:
        version === undefined
          ? "no version is set, so EKS installs its current default"
          : `the version is ${printable("version", version)}`,
      allowed: "one version known at preview, such as v1.22.4-eksbuild.3",
    },
  ];
}
