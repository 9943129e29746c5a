import { logGroupsKeptAndEncrypted as rule } from "../../../../policies/rules/observability/log-groups-kept-and-encrypted.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { logGroup } from "../../fixtures/observability.ts";

const key = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-1234-5678-9abc-0123456789ab";
const kept = (retentionInDays: Wire) => logGroup({ kmsKeyId: unknown, retentionInDays });
const encrypted = (kmsKeyId: Wire) => logGroup({ kmsKeyId, retentionInDays: 90 });
const days = ["logs#retentionInDays"];
const keys = ["logs#kmsKeyId"];
const named = (name: string, retentionInDays: number) => logGroup({ name, retentionInDays, kmsKeyId: key });

cases(rule, {
  passes: [
    ["the least", kept(90)],
    ["a week of an application", named("/shop/orders", 7)],
    ["30 days of a Lambda", named("/aws/lambda/orders", 30)],
    ["the most", kept(400)],
    ["a key that isn't made yet", encrypted(unknown)],
    ["a key by its ARN", encrypted(key)],
    ["a key in another partition", encrypted(key.replace("arn:aws:", "arn:aws-us-gov:"))],
    ["a secret key", encrypted(secret(key))],
    ["more, where the environment wants it", kept(731), { config: { maxDays: 731 } }],
  ],
  reports: [
    ["logs without expiry", kept(0), days],
    ["logs without expiry by default", kept(null), days],
    ["a day of a group that may be any", { ...kept(1), props: { kmsKeyId: key, retentionInDays: 1 } }, days],
    ["a day too few of a cluster", named("/aws/eks/gantry/cluster", 89), days],
    ["a day too few of flow logs", named("/gantry/flow-logs/dev", 89), days],
    ["a day too few of a firewall", named("aws-waf-logs-edge", 89), days],
    ["no day of an application", named("/shop/orders", 0), days],
    ["a day too many", kept(401), days],
    ["a fraction", kept(90.5), days],
    ["a text", kept("90"), days],
    ["an unknown time", kept(unknown), days],
    ["no key", encrypted(null), keys],
    ["an empty key", encrypted(""), keys],
    ["a key that is no ARN", encrypted("alias/logs"), keys],
    ["more before a key", encrypted(`key ${key}`), keys],
    ["more after a key", encrypted(`${key} or none`), keys],
    ["the ARN of something else", encrypted("arn:aws:s3:::logs"), keys],
    ["a key of another type", encrypted([key]), keys],
    ["neither", logGroup({}), [...days, ...keys]],
    ["each of several", [kept(0), { ...encrypted(null), name: "more" }], [...days, "more#kmsKeyId"]],
    ["fewer days than the environment wants", kept(90), days, { config: { minDays: 180 } }],
    [
      "a setting below its floor, and uses the default",
      named("/gantry/audit", 29),
      ["logs#configuration.minAuditDays", ...days],
      { config: { minAuditDays: 29 } },
    ],
  ],
});
