import { beforeAll, describe, expect, it } from "vitest";
import type { Account, Statement } from "../../../components/shared/account.ts";
import type { Plan } from "../../../scripts/plan/plan.ts";
import { boundaryStatements } from "../../../stacks/bootstrap/boundary.ts";
import { deployStatements } from "../../../stacks/bootstrap/deploy-statements.ts";
import { changed } from "../../support/changed.ts";
import { ofType } from "../../support/plan.ts";
import { planFixture } from "../../support/plan-fixture.ts";

const list = (value: unknown): string[] => [value].flat() as string[];

describe("an environment that bootstrap's deploy role makes", () => {
  let plan: Plan;
  let account: Account;
  let buckets: string[];
  beforeAll(async () => {
    plan = await planFixture({
      environment: "prod",
      edit: (config) => {
        account = { id: String(config["gantry:account"]), region: String(config["aws:region"]) };
        return {
          ...config,
          "gantry:permissionsBoundary": "gantry-boundary-prod",
          "gantry:monitoring": changed(config["gantry:monitoring"], ["remoteWrite"], {
            workspaceId: "ws-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
          }),
        };
      },
    });
    buckets = ofType(plan, "aws:s3/bucket:Bucket").map(({ inputs }) => String(inputs.bucket));
  });

  const inline = () => ofType(plan, "aws:iam/rolePolicy:RolePolicy");
  const roles = () => ofType(plan, "aws:iam/role:Role");

  it("has its boundary on every role that a policy is written into, and on no other", () => {
    const boundary = `arn:aws:iam::${account.id}:policy/gantry-boundary-prod`;
    // A policy and its role are siblings, or the policy is written into another component's role.
    const unbounded = roles().filter(({ inputs }) => inputs.permissionsBoundary !== boundary);
    expect(unbounded.map(({ name }) => name).sort()).toEqual([
      "cluster-ebs-csi-driver",
      "cluster-gpu-node",
      "cluster-system",
    ]);
    const owners = new Set(unbounded.map(({ parent }) => parent));
    expect(inline().filter(({ parent }) => owners.has(parent))).toEqual([]);
    expect(inline().length).toBeGreaterThan(7);
  });

  it("gives its roles nothing that the boundary takes away", () => {
    const bounded = boundaryStatements(account, "prod", buckets);
    const beyond = inline().flatMap(({ name, inputs }) =>
      (JSON.parse(String(inputs.policy)) as { Statement: Statement[] }).Statement.flatMap((statement) =>
        list(statement.Action).flatMap((action) =>
          list(statement.Resource)
            .filter((resource) => !covers(bounded, action, resource))
            .map((resource) => `${name}: ${action} on ${resource}`),
        ),
      ),
    );
    expect(beyond).toEqual([]);
  });

  it("names what it makes as the deploy role may write it", () => {
    const deploy = Object.values(deployStatements(account, "prod", buckets)).flat();
    const place = (service: string) => `arn:aws:${service}:${account.region}:${account.id}:`;
    const forms: Record<string, [action: string, arn: (name: string) => string]> = {
      "aws:iam/role:Role": ["iam:CreateRole", (name) => `arn:aws:iam::${account.id}:role/${name}`],
      "aws:iam/instanceProfile:InstanceProfile": [
        "iam:CreateInstanceProfile",
        (name) => `arn:aws:iam::${account.id}:instance-profile/${name}`,
      ],
      "aws:cloudwatch/eventRule:EventRule": ["events:PutRule", (name) => `${place("events")}rule/${name}`],
      "aws:cloudwatch/logGroup:LogGroup": [
        "logs:CreateLogGroup",
        (name) => `${place("logs")}log-group:${name}`,
      ],
      "aws:cloudwatch/metricAlarm:MetricAlarm": [
        "cloudwatch:PutMetricAlarm",
        (name) => `${place("cloudwatch")}alarm:${name}`,
      ],
      "aws:elasticache/replicationGroup:ReplicationGroup": [
        "elasticache:CreateReplicationGroup",
        (name) => `${place("elasticache")}replicationgroup:${name}`,
      ],
      "aws:elasticache/subnetGroup:SubnetGroup": [
        "elasticache:CreateCacheSubnetGroup",
        (name) => `${place("elasticache")}subnetgroup:${name}`,
      ],
      "aws:sns/topic:Topic": ["sns:CreateTopic", (name) => `${place("sns")}${name}`],
      "aws:sqs/queue:Queue": ["sqs:CreateQueue", (name) => `${place("sqs")}${name}`],
      "aws:secretsmanager/secret:Secret": [
        "secretsmanager:CreateSecret",
        (name) => `${place("secretsmanager")}secret:${name}-a1b2c3`,
      ],
      "aws:wafv2/webAcl:WebAcl": [
        "wafv2:CreateWebACL",
        (name) => `${place("wafv2")}regional/webacl/${name}/1`,
      ],
    };
    const refused = Object.entries(forms).flatMap(([type, [action, arn]]) => {
      const made = ofType(plan, type);
      expect(made.length, type).toBeGreaterThan(0);
      return (
        made
          // Where the program gives no name, Pulumi makes one of the resource's and seven digits.
          .map(({ name, inputs }) => arn(String(inputs.name ?? `${name}-0123abc`)))
          .filter((resource) => !covers(deploy, action, resource))
      );
    });
    expect(refused).toEqual([]);
  });
});

/** Whether an allowed statement names the action and all of the resources. */
function covers(statements: readonly Statement[], action: string, resource: string): boolean {
  return statements.some(
    ({ Effect, Action, Resource }) =>
      Effect === "Allow" &&
      list(Action).includes(action) &&
      list(Resource).some((one) => holds(one, resource)),
  );
}

/** Whether a pattern has all texts of another, in which `*` is any text. */
function holds(pattern: string, inner: string): boolean {
  const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`).test(inner);
}
