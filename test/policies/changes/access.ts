import { unknown } from "../../../scripts/plan/wire.ts";
import { account, aws, type Change, role, rolePolicy } from "./change.ts";

const region = `us-east-1:${account}`;
const allow = (
  action: string | readonly string[],
  resource: string | readonly string[],
  condition?: object,
) =>
  ({
    Effect: "Allow",
    Action: action,
    Resource: resource,
    ...(condition && { Condition: condition }),
  }) as never;

/** Who of a team may do what. */
export const access: readonly Change[] = [
  {
    what: "a role that reads a queue",
    adds: [
      role("worker", "pods.eks.amazonaws.com"),
      rolePolicy("worker-queue", [
        allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"], `arn:aws:sqs:${region}:orders`),
      ]),
    ],
  },
  {
    what: "a role that reads a table",
    adds: [
      rolePolicy("carts", [
        allow(
          ["dynamodb:GetItem", "dynamodb:Query"],
          [`arn:aws:dynamodb:${region}:table/carts`, `arn:aws:dynamodb:${region}:table/carts/index/*`],
        ),
      ]),
    ],
  },
  {
    what: "a role that reads objects",
    adds: [
      rolePolicy("reports", [
        allow("s3:GetObject", "arn:aws:s3:::shop-reports/*"),
        allow("s3:ListBucket", "arn:aws:s3:::shop-reports"),
      ]),
    ],
  },
  {
    what: "figures for CloudWatch",
    adds: [rolePolicy("figures", [allow(["cloudwatch:PutMetricData"], "*")])],
  },
  {
    what: "an alarm's reader",
    adds: [rolePolicy("reader", [allow(["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"], "*")])],
  },
  {
    what: "a puller of images",
    adds: [
      rolePolicy("pull", [
        allow("ecr:GetAuthorizationToken", "*"),
        allow(
          ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          `arn:aws:ecr:${region}:repository/shop/orders`,
        ),
      ]),
    ],
  },
  {
    what: "traces for X-Ray",
    adds: [
      rolePolicy("traces", [
        allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules"], "*"),
      ]),
    ],
  },
  {
    what: "a session by Session Manager",
    adds: [
      rolePolicy("session", [
        allow(
          [
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
          ],
          "*",
        ),
      ]),
    ],
  },
  {
    what: "a list of buckets",
    adds: [
      rolePolicy("inventory", [
        allow(
          ["s3:ListAllMyBuckets", "tag:GetResources", "ec2:DescribeVolumes", "rds:DescribeDBInstances"],
          "*",
        ),
      ]),
    ],
  },
  { what: "costs", adds: [rolePolicy("costs", [allow(["ce:GetCostAndUsage", "pricing:GetProducts"], "*")])] },
  {
    what: "an external DNS",
    adds: [
      rolePolicy("dns", [
        allow(["route53:ListHostedZones"], "*"),
        allow("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z0123456789"),
      ]),
    ],
  },
  {
    what: "a policy text with another resource's ARN",
    adds: [aws("iam/rolePolicy:RolePolicy", "orders-queue", { role: "worker", policy: unknown })],
  },
  {
    what: "a managed policy with another resource's ARN",
    adds: [aws("iam/policy:Policy", "orders-queue", { policy: unknown })],
  },
  {
    what: "a queue policy with another resource's ARN",
    adds: [
      aws("sqs/queue:Queue", "orders", { name: "orders" }),
      aws(
        "sqs/queuePolicy:QueuePolicy",
        "orders-policy",
        { queueUrl: unknown, policy: unknown },
        { behind: { queueUrl: ["orders"] } },
      ),
    ],
  },
  {
    what: "its own secret",
    adds: [
      rolePolicy("secret", [
        allow("secretsmanager:GetSecretValue", `arn:aws:secretsmanager:${region}:secret:shop/orders-*`),
      ]),
    ],
  },
  {
    what: "its own key",
    adds: [
      rolePolicy("key", [
        allow(["kms:Decrypt"], `arn:aws:kms:${region}:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f`),
      ]),
    ],
  },
  {
    what: "keys by their alias",
    adds: [
      rolePolicy("alias", [
        allow(["kms:Decrypt"], `arn:aws:kms:${region}:key/*`, {
          "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/shop" },
        }),
      ]),
    ],
  },
  {
    what: "parameters of its own",
    adds: [rolePolicy("parameters", [allow("ssm:GetParameter", `arn:aws:ssm:${region}:parameter/shop/*`)])],
  },
  {
    what: "a role that it passes on",
    adds: [
      rolePolicy("pass", [
        allow("iam:PassRole", `arn:aws:iam::${account}:role/shop-task`, {
          StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
        }),
      ]),
    ],
  },
  {
    what: "its own log groups",
    adds: [
      rolePolicy("logs", [
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], `arn:aws:logs:${region}:log-group:/shop/*`),
      ]),
    ],
  },
  {
    what: "a policy of AWS's",
    adds: [
      aws("iam/rolePolicyAttachment:RolePolicyAttachment", "basic", {
        role: "orders",
        policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
      }),
    ],
  },
  {
    what: "a team that looks at the cluster",
    adds: [
      aws("eks/accessEntry:AccessEntry", "shop", {
        clusterName: "gantry-dev",
        principalArn: `arn:aws:iam::${account}:role/shop`,
      }),
      aws("eks/accessPolicyAssociation:AccessPolicyAssociation", "shop", {
        clusterName: "gantry-dev",
        principalArn: `arn:aws:iam::${account}:role/shop`,
        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
        accessScope: { type: "cluster" },
      }),
    ],
  },
  {
    what: "a team that works in its namespace",
    adds: [
      aws("eks/accessPolicyAssociation:AccessPolicyAssociation", "shop", {
        clusterName: "gantry-dev",
        principalArn: `arn:aws:iam::${account}:role/shop`,
        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy",
        accessScope: { type: "namespace", namespaces: ["shop"] },
      }),
    ],
  },
  {
    what: "a pod's identity",
    adds: [
      aws("eks/podIdentityAssociation:PodIdentityAssociation", "orders", {
        clusterName: "gantry-dev",
        namespace: "shop",
        serviceAccount: "orders",
        roleArn: `arn:aws:iam::${account}:role/orders`,
      }),
    ],
  },
  {
    what: "an add-on at its version",
    adds: [
      aws("eks/addon:Addon", "snapshots", {
        clusterName: "gantry-dev",
        addonName: "snapshot-controller",
        addonVersion: "v8.3.0-eksbuild.1",
      }),
    ],
  },
];
