import { clusterSecretsEncrypted as rule } from "../../../../policies/rules/cluster/cluster-secrets-encrypted.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { clusterWith } from "../../fixtures/cluster.ts";

const arn = "arn:aws:kms:us-east-1:111122223333:key/0a1b";
const resource = (encryptionConfig: Given["props"][string]): Given => ({
  type: "aws:eks/cluster:Cluster",
  name: "main",
  props: { encryptionConfig },
});

cases(rule, {
  passes: [
    ["a key", clusterWith({ encryptionConfigKeyArn: arn })],
    ["a key known after creation", clusterWith({ encryptionConfigKeyArn: unknown })],
    ["a secret key", clusterWith({ encryptionConfigKeyArn: secret(arn) })],
    ["the resource's own form", resource({ resources: ["secrets"], provider: { keyArn: unknown } })],
    [
      "the block that a component computes from its key, which is checked by its own inputs",
      { ...resource(unknown), under: "eks:index:Cluster" },
    ],
  ],
  reports: [
    ["nothing", clusterWith({ name: "main" }), ["main#encryptionConfigKeyArn"]],
    ["an empty key", clusterWith({ encryptionConfigKeyArn: "" }), ["main#encryptionConfigKeyArn"]],
    ["null", clusterWith({ encryptionConfigKeyArn: null }), ["main#encryptionConfigKeyArn"]],
    ["a boolean", clusterWith({ encryptionConfigKeyArn: true }), ["main#encryptionConfigKeyArn"]],
    ["no block", resource(null), ["main#encryptionConfig"]],
    ["a block without the resource", resource({ provider: { keyArn: arn } }), ["main#encryptionConfig"]],
    [
      "a block for something else",
      resource({ resources: ["configmaps"], provider: { keyArn: arn } }),
      ["main#encryptionConfig"],
    ],
    ["a block without a key", resource({ resources: ["secrets"], provider: {} }), ["main#encryptionConfig"]],
    ["an unknown block", resource(unknown), ["main#encryptionConfig"]],
    [
      "an unknown block of another component",
      { ...resource(unknown), under: "acme:index:Cluster" },
      ["main#encryptionConfig"],
    ],
    [
      "no block of the component",
      { ...resource(null), under: "eks:index:Cluster" },
      ["main#encryptionConfig"],
    ],
  ],
});
