import { addonVersionPinned as rule } from "../../../../policies/rules/cluster/addon-version-pinned.ts";
import { unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { made } from "../../fixtures/outside.ts";

const addOn = (addonVersion: Wire) => made("aws:eks/addon:Addon", { addonName: "coredns", addonVersion });
const off = {
  corednsAddonOptions: { enabled: false },
  kubeProxyAddonOptions: { enabled: false },
  useDefaultVpcCni: true,
};

cases(rule, {
  passes: [
    ["a version", addOn("v1.14.3-eksbuild.23")],
    ["a version without a build", addOn("v1.0.0")],
    [
      "the component's",
      made("eks:index:Addon", { addonName: "coredns", addonVersion: "v1.14.3-eksbuild.23" }),
    ],
    ["a cluster without add-ons", made("eks:index:Cluster", off)],
    [
      "an add-on that is listed",
      made("aws:eks/addon:Addon", { addonName: "kubecost_kubecost", addonVersion: "v2.9.0-eksbuild.1" }),
      { config: { allowedAddOns: ["kubecost_kubecost"] } },
    ],
    ["Auto Mode", made("eks:index:Cluster", { autoMode: { enabled: true } })],
  ],
  reports: [
    ["no version", made("aws:eks/addon:Addon", { addonName: "coredns" }), ["way#addonVersion"]],
    ["the newest", addOn("latest"), ["way#addonVersion"]],
    ["an empty one", addOn(""), ["way#addonVersion"]],
    ["a part of one", addOn("v1.14"), ["way#addonVersion"]],
    ["one that is unknown", addOn(unknown), ["way#addonVersion"]],
    ["a number", addOn(1), ["way#addonVersion"]],
    [
      "an add-on of a vendor's",
      made("aws:eks/addon:Addon", { addonName: "kubecost_kubecost", addonVersion: "v2.9.0-eksbuild.1" }),
      ["way#addonName"],
    ],
    [
      "an add-on that isn't known",
      made("aws:eks/addon:Addon", { addonName: unknown, addonVersion: "v2.9.0-eksbuild.1" }),
      ["way#addonName"],
    ],
    ["the network's", made("eks:index:VpcCniAddon", { clusterName: "main" }), ["way#addonVersion"]],
    [
      "all of a cluster's",
      made("eks:index:Cluster", { name: "main" }),
      [
        "way#corednsAddonOptions.version",
        "way#kubeProxyAddonOptions.version",
        "way#vpcCniOptions.addonVersion",
      ],
    ],
  ],
});
