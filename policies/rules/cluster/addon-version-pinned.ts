import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, type Value } from "../../framework/value.ts";
import { addOns, clusterComponent } from "../../read/kubernetes/cluster.ts";
import { printable } from "../../read/text/printable.ts";
import { holdsToken } from "../../read/text/secret-name.ts";

const settings = {
  allowedAddOns: strings("Add-ons that may be installed.", {
    pattern: "^[a-z0-9][\\w-]*$",
    default: [
      "adot",
      "amazon-cloudwatch-observability",
      "aws-ebs-csi-driver",
      "aws-efs-csi-driver",
      "aws-fsx-csi-driver",
      "aws-guardduty-agent",
      "aws-mountpoint-s3-csi-driver",
      "aws-network-flow-monitoring-agent",
      "aws-privateca-connector-for-kubernetes",
      "aws-secrets-store-csi-driver-provider",
      "cert-manager",
      "coredns",
      "eks-node-monitoring-agent",
      "eks-pod-identity-agent",
      "external-dns",
      "fluent-bit",
      "kube-proxy",
      "kube-state-metrics",
      "metrics-server",
      "prometheus-node-exporter",
      "snapshot-controller",
      "vpc-cni",
    ],
  }),
} as const satisfies RuleSettings;

export const addonVersionPinned: ResourceRule<typeof settings> = {
  name: "addon-version-pinned",
  title: "Every cluster add-on is on a list and pinned to one exact version.",
  why: "Without a version EKS installs its current default: networking, DNS or kube-proxy of every pod then changes in an update that doesn't mention it. An add-on of a vendor's runs with its own rights and programs.",
  fix: "Set addonVersion, or version in the component's options, to an exact version such as v1.22.4-eksbuild.3; add another add-on to allowedAddOns after reading what it runs.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't look at an add-on's version" },
  resourceTypes: [...addOns, clusterComponent],
  example: { good: "addonVersion: v1.22.4-eksbuild.3", bad: 'new eks.Addon(name, { addonName: "coredns" })' },
  config: settings,

  check({ type, props }, { allowedAddOns }) {
    if (type !== clusterComponent)
      return [
        ...listed(type, at(props, "addonName"), allowedAddOns),
        ...pinned("addonVersion", at(props, "addonVersion")),
      ];
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

/** The component of the network add-on has a name of its own. */
function listed(type: string, name: Value, allowedAddOns: readonly string[]): Finding[] {
  if (type === "eks:index:VpcCniAddon" || allowedAddOns.some((one) => one === name)) return [];
  const isName = typeof name === "string" && /^[a-z][a-z0-9_-]{0,100}$/.test(name) && !holdsToken(name);
  return [
    {
      path: "addonName",
      problem: "no rule reads what the add-on runs",
      allowed: `${allowedAddOns.join(", ")}, or ${isName ? `"${name}"` : "its name"} in allowedAddOns`,
    },
  ];
}

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
