import { expect, it } from "vitest";
import { serviceKnown as rule } from "../../../../policies/rules/supply-chain/service-known.ts";
import { judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { made } from "../../fixtures/outside.ts";

const type = ["way#type"];
const listed = { config: { knownServices: ["aws:sagemaker", "acme"] } };

cases(rule, {
  passes: [
    ["a queue", made("aws:sqs/queue:Queue")],
    ["an object of the cluster", made("kubernetes:core/v1:ConfigMap")],
    ["a component of ours", made("gantry:serving:Slot")],
    ["a provider", made("pulumi:providers:aws")],
    ["a service that is listed", made("aws:sagemaker/endpoint:Endpoint"), listed],
    ["a provider that is listed", made("acme:web:App"), listed],
  ],
  reports: [
    ["SageMaker", made("aws:sagemaker/endpoint:Endpoint"), type],
    ["a template", made("aws:cloudformation/stack:Stack"), type],
    ["a command", made("command:local:Command"), type],
    ["another cloud", made("gcp:compute/instance:Instance"), type],
    ["the native provider", made("aws-native:ec2:Instance"), type],
    ["another service of a listed provider's", made("aws:bedrock/customModel:CustomModel"), type, listed],
    [
      "each of several",
      [made("aws:emr/cluster:Cluster"), made("acme:web:App", {}, "b")],
      [...type, "b#type"],
    ],
    [
      "a setting that can't be",
      made("aws:sqs/queue:Queue"),
      ["way#configuration.knownServices"],
      { config: { knownServices: ["*"] } },
    ],
  ],
});

it.each([
  ["aws:sagemaker/endpoint:Endpoint", '"aws:sagemaker" in knownServices'],
  ["acme:web:App", '"acme" in knownServices'],
  ["Ac_me:web:App", "its provider in knownServices"],
])("says what to list for %s", async (kind, entry) => {
  const [found] = await judge(rule, made(kind));
  expect(found?.message).toContain(entry);
});
