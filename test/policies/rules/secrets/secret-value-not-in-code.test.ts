import { secretValueNotInCode as rule } from "../../../../policies/rules/secrets/secret-value-not-in-code.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const resource = (type: string, name = "source"): Given => ({ type, name, props: {} });
const password = resource("random:index/randomPassword:RandomPassword");
const id = resource("random:index/randomId:RandomId", "id");
const shuffle = resource("random:index/randomShuffle:RandomShuffle");
const parameter = resource("aws:ssm/parameter:Parameter", "parameter");
const component = resource("gantry:secrets:Secrets", "component");
const version = (property: string, value: Wire, ...behind: readonly Given[]): Given => ({
  type: "aws:secretsmanager/secretVersion:SecretVersion",
  name: "key",
  props: { secretId: unknown, [property]: value },
  behind: { [property]: behind },
});
const kubernetes = (kind: string, name = "key", namespace = "models"): Given => ({
  type: `kubernetes:core/v1:${kind}`,
  name,
  props: { metadata: { name: "key", namespace }, stringData: { key: unknown } },
});
const found = ["key#secretString"];

cases(rule, {
  passes: [
    ["no value", [version("versionStages", ["AWSCURRENT"])]],
    ["an unset value", [version("secretString", null)]],
    ["a generated value", [password, version("secretString", secret(unknown), password)]],
    ["a generated value that is known by now", [password, version("secretString", secret("x"), password)]],
    ["two generated parts", [password, id, version("secretString", unknown, password, id)]],
    ["an ExternalSecret", [resource("kubernetes:external-secrets.io/v1:ExternalSecret")]],
  ],
  reports: [
    ["a literal", [version("secretString", "the-key")], found],
    ["a value from configuration, marked as secret", [version("secretString", secret("the-key"))], found],
    ["an unknown from nowhere", [version("secretString", unknown)], found],
    ["a generator outside the stack", [version("secretString", unknown, password)], found],
    [
      "a literal beside a generator that is for something else",
      [password, version("secretString", "x")],
      found,
    ],
    [
      "one further source beside the generator",
      [password, parameter, version("secretString", unknown, password, parameter)],
      found,
    ],
    [
      "a component as a further source",
      [password, component, version("secretString", unknown, password, component)],
      found,
    ],
    ["what only shuffles what it is given", [shuffle, version("secretString", unknown, shuffle)], found],
    ["bytes", [version("secretBinary", "AAAA")], ["key#secretBinary"]],
    [
      "a value that isn't kept by AWS, but by Pulumi",
      [version("secretStringWo", "x")],
      ["key#secretStringWo"],
    ],
    [
      "a cache's password",
      [
        {
          type: "aws:elasticache/replicationGroup:ReplicationGroup",
          name: "cache",
          props: { authTokenWo: secret("the-key"), authTokenWoVersion: 1 },
        },
      ],
      ["cache#authTokenWo"],
    ],
    ["a value of the wrong type", [version("secretString", 7)], found],
    ["a Secret of the cluster", [kubernetes("Secret")], ["key#data"]],
    [
      "a patch and a list",
      [kubernetes("SecretPatch", "a"), kubernetes("SecretList", "b")],
      ["a#data", "b#data"],
    ],
    [
      "each of two in two namespaces",
      [kubernetes("Secret", "a"), kubernetes("Secret", "b", "gateway")],
      ["a#data", "b#data"],
    ],
  ],
});
