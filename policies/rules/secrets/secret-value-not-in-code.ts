import { secretProperties } from "../../data/secret-properties.ts";
import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, type Value } from "../../framework/value.ts";

const parameter = "aws:ssm/parameter:Parameter";
const kubernetesSecret = /^kubernetes:core\/v1:Secret(?:Patch|List)?$/;

/** Types that generate a secret value. The provider's other types return their inputs, or are too short. */
const generators: readonly string[] = [
  "random:index/randomPassword:RandomPassword",
  "random:index/randomString:RandomString",
  "random:index/randomBytes:RandomBytes",
  "random:index/randomId:RandomId",
  "random:index/randomUuid:RandomUuid",
];

export const secretValueNotInCode: StackRule = {
  name: "secret-value-not-in-code",
  title: "The program contains no secret values except those that it generates.",
  why: "A value that the program knows is in its code, its configuration or its state, and readable to everyone who may read one of them.",
  fix: "Leave the value out and set it with npm run put-secret, or generate it; sync it into the cluster with an ExternalSecret.",
  severity: "critical",
  relatedChecks: {
    none: "the studied tools look for known tokens in files, not for the origin of a value",
  },
  // Every resource that a value may come from must be visible.
  resourceTypes: ["*"],
  example: {
    good: "new SecretVersion(name, { secretId: secret.id, secretString: password.result })",
    bad: 'new SecretVersion(name, { secretId: secret.id, secretString: config.requireSecret("key") })',
  },

  *checkStack({ resources }) {
    for (const resource of resources) {
      if (resource.type !== parameter || mayBeSecure(at(resource.props, "type"))) yield* ofValues(resource);
      if (kubernetesSecret.test(resource.type))
        yield {
          resource,
          path: "data",
          problem: "the program writes a Kubernetes Secret",
          allowed: "Secrets that External Secrets syncs from Secrets Manager",
        };
    }
  },
};

/** An encrypted parameter holds a secret. [Systems Manager, parameter types] */
function mayBeSecure(type: Value): boolean {
  return type !== "String" && type !== "StringList";
}

function ofValues(resource: StackResource): StackFinding[] {
  return (secretProperties[resource.type] ?? [])
    .filter((property) => at(resource.props, property) !== undefined && !isGenerated(resource, property))
    .map((property) => ({
      resource,
      path: property,
      problem: `${property} doesn't come only from a generator of the stack`,
      allowed: "no value, or one that comes only from a RandomPassword",
    }));
}

function isGenerated(resource: StackResource, property: string): boolean {
  const sources = resource.behind(property);
  return sources.length > 0 && sources.every(({ type }) => generators.includes(type));
}
