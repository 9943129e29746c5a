import { describe, expect, it } from "vitest";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import type { Properties } from "../../scripts/plan/wire.ts";
import { find, fixturePlan, fixturePlans, shippedPlans } from "../support/plan.ts";
import { exceptions } from "../support/property-exceptions.ts";
import { textProblems } from "../support/property-texts.ts";

const plans = [...fixturePlans(), ...shippedPlans()];
const ofAws = plans.flatMap(({ resources }) => resources.filter(({ type }) => type.startsWith("aws:")));

describe("what the AWS provider says of its properties", () => {
  it("is kept by every resource of every environment; other variants are checked with the policies", () => {
    expect(new Set(ofAws.map(({ type }) => type)).size).toBeGreaterThan(35);
    expect([...new Set(ofAws.flatMap((resource) => textProblems(resource)))]).toEqual([]);
  });

  it("has no exception that nothing needs", () => {
    const used = new Set<unknown>();
    for (const resource of ofAws) textProblems(resource, (exception) => used.add(exception));
    expect(exceptions.filter((exception) => !used.has(exception)).map(([property]) => property)).toEqual([]);
  });

  const dev = fixturePlan("dev");
  const planted: [
    what: string,
    resource: PlannedResource,
    inputs: (from: Properties) => Properties,
    said: RegExp,
  ][] = [
    [
      "a filter without metrics",
      find(dev, "aws:budgets/budget:Budget", "budget"),
      ({ metrics: _, ...rest }) => rest,
      /^Budget\.filterExpression: .*requires `metrics`/,
    ],
    [
      "metrics beside cost types",
      find(dev, "aws:budgets/budget:Budget", "budget"),
      (inputs) => ({ ...inputs, costTypes: { useBlended: true } }),
      /^Budget\.metrics: Conflicts with `costTypes`/,
    ],
    [
      "a public NAT gateway without an address",
      find(dev, "NatGateway", "network-nat"),
      ({ allocationId: _, ...rest }) => ({ ...rest, connectivityType: "public", availabilityMode: "zonal" }),
      /^NatGateway\.allocationId: Required when/,
    ],
    [
      "a rule for events without a pattern",
      find(dev, "EventRule", "controllers-karpenter-interruptions-health"),
      ({ eventPattern: _, ...rest }) => rest,
      /^EventRule\.\w+: At least one of `scheduleExpression` or `eventPattern` is required/,
    ],
    [
      "a target group without a port",
      find(dev, "TargetGroup", "chat-blue"),
      ({ port: _, ...rest }) => rest,
      /^TargetGroup\.port: Required when `targetType` is/,
    ],
    [
      "a listener of a protocol that doesn't exist",
      find(dev, "TargetGroup", "chat-blue"),
      (inputs) => ({ ...inputs, protocol: "GRPC" }),
      /^TargetGroup\.protocol: Should be one of/,
    ],
    [
      "a wait that KMS doesn't have",
      find(dev, "aws:kms/key:Key", "secrets"),
      (inputs) => ({ ...inputs, deletionWindowInDays: 0 }),
      /^Key\.deletionWindowInDays: .*between `7` and `30`/,
    ],
    [
      "two names for a queue",
      find(dev, "aws:sqs/queue:Queue", "controllers-karpenter-interruptions"),
      (inputs) => ({ ...inputs, namePrefix: "gantry-" }),
      /^Queue\.name: Conflicts with `namePrefix`/,
    ],
  ];
  it.each(planted)("is heard of %s", (_, resource, inputs, said) => {
    expect(textProblems(resource)).toEqual([]);
    const problems = textProblems({ ...resource, inputs: inputs(resource.inputs) });
    expect(problems).toContainEqual(expect.stringMatching(said));
  });
});
