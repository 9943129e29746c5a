import { expect, it } from "vitest";
import { iamNoWildcards as rule } from "../../../../policies/rules/iam/iam-no-wildcards.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { type Given, judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const object = "arn:aws:s3:::gantry-models/*";
const read = { Effect: "Allow", Action: "s3:GetObject", Resource: object };
const text = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const holder = (policy: Wire, type = "aws:iam/rolePolicy:RolePolicy"): Given => ({
  type,
  name: "reader",
  props: { role: unknown, policy },
});
const policy = (...statements: readonly object[]) => holder(text(...statements));
const ofKey = (...statements: readonly object[]) => holder(text(...statements), "aws:kms/key:Key");
const trust = (statement: object, more: Given["props"] = {}): Given => ({
  type: "aws:iam/role:Role",
  name: "reader",
  props: { assumeRolePolicy: text(statement), ...more },
});
const service = {
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Principal: { Service: "pods.eks.amazonaws.com" },
};
const attachment = (policyArn: Wire): Given => ({
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  name: "reader",
  props: { policyArn },
});
const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;
const root = {
  Effect: "Allow",
  Action: "kms:*",
  Resource: "*",
  Principal: { AWS: "arn:aws:iam::111122223333:root" },
};
const action = ["reader#policy.Statement.0.Action.0"];
const resource = ["reader#policy.Statement.0.Resource"];

cases(rule, {
  passes: [
    ["named actions on a named resource", policy(read)],
    ["secret text", holder(secret(text(read)))],
    ["one statement as an object", holder(JSON.stringify({ Statement: read }))],
    ["an object in place of text", holder({ Statement: [read] })],
    [
      "actions that have no resource",
      policy({ ...read, Action: ["ec2:DescribeImages", "EC2:describeSubnets"], Resource: "*" }),
    ],
    ["a refusal with wildcards", policy({ Effect: "Deny", Action: "*", Resource: "*" })],
    ["a refusal of all but something", policy({ Effect: "Deny", NotAction: "s3:GetObject", Resource: "*" })],
    ["the account in a key's policy", ofKey(root)],
    ["one use of a key", policy({ ...read, Action: ["kms:GenerateDataKey*", "kms:ReEncrypt*"] })],
    [
      "a name of any account's that is the own one's",
      policy({
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: "arn:aws:sqs:us-east-1:*:jobs",
        Condition: { StringEquals: { "aws:ResourceAccount": "111122223333" } },
      }),
    ],
    [
      "buckets of the own account by the beginning of their name",
      policy({
        ...read,
        Resource: "arn:aws:s3:::gantry-*/*",
        Condition: { StringEquals: { "aws:ResourceAccount": "111122223333" } },
      }),
    ],
    [
      "an access point's objects",
      policy({ ...read, Resource: "arn:aws:s3:us-east-1:111122223333:accesspoint/gantry/object/*" }),
    ],
    [
      "a key's policy, whose resource is the key",
      ofKey(root, { ...root, Action: "kms:Decrypt", Principal: { Service: "logs.amazonaws.com" } }),
    ],
    ["a key without a policy", { type: "aws:kms/key:Key", name: "reader", props: {} }],
    ["a role for a service", trust(service)],
    ["a managed policy for nodes", attachment(managed("AmazonEKSWorkerNodePolicy"))],
    ["a managed policy of services", attachment(managed("service-role/AmazonEBSCSIDriverPolicy"))],
    [
      "a managed policy of another partition",
      attachment("arn:aws-cn:iam::aws:policy/AmazonEKSWorkerNodePolicy"),
    ],
    ["a policy of the account", attachment("arn:aws:iam::111122223333:policy/gantry/reader")],
  ],
  reports: [
    ["everything", policy({ Effect: "Allow", Action: "*", Resource: object }), action],
    ["all of a service", policy({ ...read, Action: "s3:*" }), action],
    ["all of a service in upper case", policy({ ...read, Action: "S3:*" }), action],
    ["a beginning", policy({ ...read, Action: "iam:Pass*" }), action],
    [
      "an end on every resource",
      policy({ ...read, Action: "s3:*Object", Resource: "*" }),
      [...action, ...resource],
    ],
    ["a letter", policy({ ...read, Action: "s3:GetObjec?" }), action],
    ...["gantry-*/*", "gantry-*", "?antry/*", "*-models/*", "*/prompts/*"].map(
      (name): [string, Given, string[]] => [
        `buckets of anyone: ${name}`,
        policy({ ...read, Resource: `arn:aws:s3:::${name}` }),
        ["reader#policy.Statement.0.Resource.0"],
      ],
    ),
    ["every service", policy({ ...read, Action: "*:GetObject" }), action],
    ["every resource", policy({ ...read, Resource: "*" }), resource],
    ["every ARN", policy({ ...read, Resource: "arn:*" }), resource],
    ["every service's ARN", policy({ ...read, Resource: "arn:aws:*:*:*:*" }), resource],
    ["a name in every service", policy({ ...read, Resource: "arn:aws:*:::gantry-models" }), resource],
    ["a name after any beginning", policy({ ...read, Resource: "*:aws:s3:::gantry-models" }), resource],
    ["every bucket", policy({ ...read, Resource: "arn:aws:s3:::*" }), resource],
    ["every object of every bucket", policy({ ...read, Resource: "arn:aws:s3:::*/*" }), resource],
    ["every resource among others", policy({ ...read, Resource: [object, "**"] }), resource],
    [
      "one action with a resource among others without",
      policy({ ...read, Action: ["ec2:DescribeImages", "ec2:TerminateInstances"], Resource: "*" }),
      resource,
    ],
    [
      "all actions but some",
      policy({ Effect: "Allow", NotAction: "iam:*", Resource: object }),
      ["reader#policy.Statement.0.NotAction"],
    ],
    [
      "all resources but some",
      policy({ Effect: "Allow", Action: "s3:GetObject", NotResource: object }),
      ["reader#policy.Statement.0.NotResource"],
    ],
    [
      "one statement as an object",
      holder(JSON.stringify({ Statement: { ...read, Action: "*" } })),
      ["reader#policy.Statement.Action.0"],
    ],
    [
      "the second of two",
      policy(read, { ...read, Action: ["s3:GetObject", "s3:Put*"] }),
      ["reader#policy.Statement.1.Action.1"],
    ],
    ["no JSON", holder("all"), ["reader#policy"]],
    ["a policy that is a number", holder(7), ["reader#policy"]],
    [
      "an unknown statement beside a good one",
      holder({ Statement: [unknown, read] }),
      ["reader#policy.Statement.0"],
    ],
    [
      "an unknown action",
      holder({ Statement: [{ ...read, Action: [unknown] }] }),
      ["reader#policy.Statement.0"],
    ],
    ["keys in another case", policy({ ...read, action: "*" }), ["reader#policy.Statement.0"]],
    ...["aws:iam/policy:Policy", "aws:sqs/queuePolicy:QueuePolicy", "aws:secretsmanager/secret:Secret"].map(
      (type): [string, Given, string[]] => [type, holder(text({ ...read, Action: "s3:*" }), type), action],
    ),
    [
      "all of KMS for a role in a key's policy",
      ofKey({ ...root, Principal: { AWS: ["111122223333", "arn:aws:iam::111122223333:role/ops"] } }),
      action,
    ],
    ["all of AWS for the account in a key's policy", ofKey({ ...root, Action: "*" }), action],
    ["all of KMS without a principal", ofKey({ ...root, Principal: undefined }), action],
    ["all of KMS outside a key's policy", policy({ ...root, Resource: object }), action],
    [
      "a wildcard in a trust policy",
      trust({ ...service, Action: "sts:*" }),
      ["reader#assumeRolePolicy.Statement.0.Action.0"],
    ],
    [
      "an inline policy",
      trust(service, {
        inlinePolicies: [{ policy: text(read) }, { policy: text({ ...read, Resource: "*" }) }],
      }),
      ["reader#inlinePolicies.1.policy.Statement.0.Resource"],
    ],
    ["unknown inline policies", trust(service, { inlinePolicies: unknown }), ["reader#inlinePolicies"]],
    ["an administrator", attachment(managed("AdministratorAccess")), ["reader#policyArn"]],
    ["a power user", attachment(managed("PowerUserAccess")), ["reader#policyArn"]],
    [
      "all of a service by its managed policy",
      attachment(managed("AmazonS3FullAccess")),
      ["reader#policyArn"],
    ],
    ["a name in place of an ARN", attachment("AdministratorAccess"), ["reader#policyArn"]],
    ["a pattern in place of an ARN", attachment(managed("AmazonEKS*")), ["reader#policyArn"]],
    [
      "an ARN inside of a text",
      attachment(`x ${managed("AmazonEKSWorkerNodePolicy")}`),
      ["reader#policyArn"],
    ],
    [
      "an administrator among a role's policies",
      trust(service, {
        managedPolicyArns: [managed("AmazonEKS_CNI_Policy"), managed("AdministratorAccess")],
      }),
      ["reader#managedPolicyArns.1"],
    ],
    [
      "an action that is not on the list here",
      policy({ ...read, Action: "ec2:DescribeImages", Resource: "*" }),
      resource,
      { config: { starResourceActions: { only: [] } } },
    ],
    [
      "an illegal configuration",
      policy({ ...read, Action: "ec2:*", Resource: object }),
      [...action, "reader#configuration.starResourceActions"],
      { config: { starResourceActions: ["ec2:*"] } },
    ],
  ],
});

it("shows the action, where it is one", async () => {
  const [found] = await judge(rule, policy({ ...read, Action: "s3:*" }));
  expect(found).toMatchObject({
    where: "reader, statement 0",
    found: 'action "s3:*" allows more than it names',
    allowed: "actions in full",
    fix: rule.fix,
    id: "iam-no-wildcards[reader#policy.Statement.0.Action.0]",
  });
});
