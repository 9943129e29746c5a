import { resourcePolicyNotPublic as rule } from "../../../../policies/rules/iam/resource-policy-not-public.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const holder = (type: string, policy: Wire, name = "orders"): Given => ({ type, name, props: { policy } });
const allow = { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" };
const text = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const types = [
  "aws:secretsmanager/secret:Secret",
  "aws:secretsmanager/secretPolicy:SecretPolicy",
  "aws:sqs/queue:Queue",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sns/topic:Topic",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:efs/fileSystemPolicy:FileSystemPolicy",
];
const queue = (...statements: readonly object[]) =>
  holder("aws:sqs/queuePolicy:QueuePolicy", text(...statements));
const permission = (props: Given["props"]): Given => ({
  type: "aws:lambda/permission:Permission",
  name: "orders",
  props: { action: "lambda:InvokeFunction", function: "orders", ...props },
});
const at = ["orders#policy.Statement.0"];
const topic = "arn:aws:sns:us-east-1:111122223333:orders";

cases(rule, {
  passes: [
    ["a service by name", queue({ ...allow, Principal: { Service: "events.amazonaws.com" } })],
    ["an account", queue({ ...allow, Principal: { AWS: "arn:aws:iam::111122223333:root" } })],
    ["anyone from one source", queue({ ...allow, Condition: { ArnEquals: { "aws:SourceArn": topic } } })],
    [
      "anyone of one organisation",
      queue({ ...allow, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3" } } }),
    ],
    ["a refusal for anyone", queue({ ...allow, Effect: "Deny" })],
    [
      "a policy that isn't known yet, which the update judges",
      holder("aws:sqs/queuePolicy:QueuePolicy", unknown),
    ],
    ["no policy", { type: "aws:sqs/queue:Queue", name: "orders", props: {} }],
    ["a function for a service", permission({ principal: "events.amazonaws.com" })],
    ["a function for anyone of one source", permission({ principal: "*", sourceArn: topic })],
    [
      "a secret policy",
      holder("aws:sqs/queuePolicy:QueuePolicy", secret(text({ ...allow, Effect: "Deny" }))),
    ],
  ],
  reports: [
    ...types.map((type): [string, Given, readonly string[]] => [
      `anyone in ${type}`,
      holder(type, text(allow)),
      at,
    ]),
    ["anyone as an AWS principal", queue({ ...allow, Principal: { AWS: "*" } }), at],
    [
      "anyone among others",
      queue({ ...allow, Principal: { AWS: ["arn:aws:iam::111122223333:root", "*"] } }),
      at,
    ],
    [
      "all but one",
      queue({ Effect: "Allow", NotPrincipal: { AWS: "x" }, Action: "sqs:*", Resource: "*" }),
      at,
    ],
    ["any source", queue({ ...allow, Condition: { ArnEquals: { "aws:SourceArn": "*" } } }), at],
    [
      "sources by a pattern",
      queue({ ...allow, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:*" } } }),
      at,
    ],
    [
      "a condition on something else",
      queue({ ...allow, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
      at,
    ],
    ["the second of two", queue({ ...allow, Effect: "Deny" }, allow), ["orders#policy.Statement.1"]],
    ["no JSON", holder("aws:sqs/queuePolicy:QueuePolicy", "anyone"), ["orders#policy"]],
    ["a function for anyone", permission({ principal: "*" }), ["orders#principal"]],
    [
      "a function for anyone of any source",
      permission({ principal: "*", sourceArn: "*" }),
      ["orders#principal"],
    ],
    ["a function with an unknown principal", permission({ principal: unknown }), ["orders#principal"]],
    [
      "each of several",
      [queue(allow), holder("aws:sns/topicPolicy:TopicPolicy", text(allow), "alerts")],
      [...at, "alerts#policy.Statement.0"],
    ],
  ],
});
