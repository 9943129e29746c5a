import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, type Value } from "../../framework/value.ts";

const version = "aws:secretsmanager/secretVersion:SecretVersion";
const parameter = "aws:ssm/parameter:Parameter";
const cache = "aws:elasticache/replicationGroup:ReplicationGroup";
const kubernetesSecret = /^kubernetes:core\/v1:Secret(?:Patch|List)?$/;

/**
 * Ways to give a version its value. The last one is for values that aren't kept, but Pulumi keeps all inputs in its
 * state. [github.com/pulumi/pulumi-terraform-bridge/issues/3201]
 */
const values = ["secretString", "secretBinary", "secretStringWo"];
const parameterValues = ["value", "valueWo", "insecureValue"];

/** What makes a value that nobody has seen. The provider's others pass on what they are given, or are short. */
const generators: readonly string[] = [
  "random:index/randomPassword:RandomPassword",
  "random:index/randomString:RandomString",
  "random:index/randomBytes:RandomBytes",
  "random:index/randomId:RandomId",
  "random:index/randomUuid:RandomUuid",
];

export const secretValueNotInCode: StackRule = {
  name: "secret-value-not-in-code",
  title: "No value of a secret passes through the program, but for those that it generates.",
  why: "What the program knows stands in its code, its configuration or its state, and everybody who may read one of them has it.",
  fix: "Leave the value out and put it in with npm run put-secret, or generate it; bring it into the cluster with an ExternalSecret.",
  severity: "critical",
  level: "mandatory",
  relatedChecks: {
    none: "the studied tools look for known tokens in files, not for where a value comes from",
  },
  // Whatever stands behind a value has to be seen.
  resourceTypes: ["*"],
  example: {
    good: "new SecretVersion(name, { secretId: secret.id, secretString: password.result })",
    bad: 'new SecretVersion(name, { secretId: secret.id, secretString: config.requireSecret("key") })',
  },
  config: {},

  *checkStack({ resources }) {
    for (const resource of resources) {
      if (resource.type === version) yield* ofVersion(resource, values);
      else if (resource.type === parameter && mayBeSecure(at(resource.props, "type")))
        yield* ofVersion(resource, parameterValues);
      else if (resource.type === cache) yield* ofVersion(resource, ["authToken"]);
      else if (kubernetesSecret.test(resource.type))
        yield {
          resource,
          path: "data",
          problem: "a Secret of the cluster is written by the program",
          allowed: "Secrets that External Secrets keeps in step with Secrets Manager",
        };
    }
  },
};

/** A parameter that is encrypted is one that holds a secret. [Systems Manager, parameter types] */
function mayBeSecure(type: Value): boolean {
  return type !== "String" && type !== "StringList";
}

function ofVersion(resource: StackResource, properties: readonly string[]): StackFinding[] {
  return properties
    .filter((property) => at(resource.props, property) !== undefined && !isGenerated(resource, property))
    .map((property) => ({
      resource,
      path: property,
      problem: `${property} doesn't come from a generator of the stack alone`,
      allowed: "no value, or one that comes from a RandomPassword and nothing else",
    }));
}

function isGenerated(resource: StackResource, property: string): boolean {
  const sources = resource.behind(property);
  return sources.length > 0 && sources.every(({ type }) => generators.includes(type));
}
