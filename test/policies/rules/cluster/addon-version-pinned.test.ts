import { addonVersionPinned as rule } from "../../../../policies/rules/cluster/addon-version-pinned.ts";
import { unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { made } from "../../fixtures/outside.ts";

const addOn = (addonVersion: Wire) => made("aws:eks/addon:Addon", { addonVersion });
const off = {
  corednsAddonOptions: { enabled: false },
  kubeProxyAddonOptions: { enabled: false },
  useDefaultVpcCni: true,
};

cases(rule, {
  passes: [
    ["a version", addOn("v1.14.3-eksbuild.23")],
    ["a version without a build", addOn("v1.0.0")],
    ["the component's", made("eks:index:Addon", { addonVersion: "v1.14.3-eksbuild.23" })],
    ["a cluster without add-ons", made("eks:index:Cluster", off)],
    ["Auto Mode", made("eks:index:Cluster", { autoMode: { enabled: true } })],
  ],
  reports: [
    ["no version", made("aws:eks/addon:Addon"), ["way#addonVersion"]],
    ["the newest", addOn("latest"), ["way#addonVersion"]],
    ["an empty one", addOn(""), ["way#addonVersion"]],
    ["a part of one", addOn("v1.14"), ["way#addonVersion"]],
    ["one that is unknown", addOn(unknown), ["way#addonVersion"]],
    ["a number", addOn(1), ["way#addonVersion"]],
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
