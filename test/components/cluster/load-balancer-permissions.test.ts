import { describe, expect, it } from "vitest";
import { loadBalancerPermissions } from "../../../components/cluster/load-balancer-permissions.ts";

const statements = loadBalancerPermissions({
  account: { id: "111122223333", region: "cn-north-1" },
  clusterName: "gantry-dev",
  environment: "dev",
});

describe("the load balancer controller", () => {
  it("reads in its own region", () => {
    const [read] = statements;
    expect(read).toMatchObject({
      Effect: "Allow",
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": "cn-north-1" } },
    });
    for (const action of read?.Action ?? []) {
      expect(action).toMatch(/^(ec2|elasticloadbalancing):Describe[A-Za-z]+$/);
    }
  });

  it("brings pods into target groups of its environment, and lets load balancers reach its cluster's nodes", () => {
    expect(statements.slice(1)).toEqual([
      {
        Effect: "Allow",
        Action: ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
        Resource: "arn:aws-cn:elasticloadbalancing:cn-north-1:111122223333:targetgroup/*",
        Condition: { StringEquals: { "aws:ResourceTag/Environment": "dev" } },
      },
      {
        Effect: "Allow",
        Action: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
        Resource: "arn:aws-cn:ec2:cn-north-1:111122223333:security-group/*",
        Condition: { StringEquals: { "aws:ResourceTag/kubernetes.io/cluster/gantry-dev": "owned" } },
      },
    ]);
  });

  it("makes, changes and deletes no load balancer, listener or target group", () => {
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /:(Create|Delete|Modify|Set|Add|Remove)/.test(action))).toEqual([]);
  });
});
