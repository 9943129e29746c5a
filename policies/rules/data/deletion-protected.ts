import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at } from "../../framework/value.ts";
import { buckets } from "../../read/aws/bucket.ts";
import { loadBalancers } from "../../read/aws/load-balancer.ts";
import { clusters } from "../../read/kubernetes/cluster.ts";

const secret = "aws:secretsmanager/secret:Secret";
const databases: readonly string[] = ["aws:rds/cluster:Cluster", "aws:rds/instance:Instance"];

/** Protection that AWS keeps to, whoever asks. None of them is on by itself. */
const ownProtection: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...clusters, ...databases].map((type) => [type, "deletionProtection"])),
  ...Object.fromEntries(loadBalancers.map((type) => [type, "enableDeletionProtection"])),
};

/** What holds what nobody can make again, and has no such protection, or needs both. */
const protectedByPulumi: readonly string[] = [
  ...buckets,
  ...databases,
  "aws:kms/key:Key",
  secret,
  "aws:elasticache/replicationGroup:ReplicationGroup",
];

/**
 * The tag of a secret whose removal is meant: a key that the stack generated is revoked by taking it out, at once, and
 * another one can always be made.
 */
const revocable = "gantry.dev/revoked-by-removal";

export const deletionProtected: ResourceRule = {
  name: "deletion-protected",
  title: "What can't be made again isn't deleted by one command.",
  why: "A renamed resource or a destroy in the wrong stack takes weights, keys and secrets with it, and a cluster with all that runs in it.",
  fix: "Set the resource's own deletion protection, or protect: true in its options; tag a generated key that is revoked by its removal as gantry.dev/revoked-by-removal; for a stack to throw away, disable the rule in policies/config.",
  severity: "high",
  level: "mandatory",
  relatedChecks: ["CKV_AWS_150", "CKV_AWS_293"],
  resourceTypes: [...new Set([...Object.keys(ownProtection), ...protectedByPulumi])],
  example: {
    good: "new Key(name, args, { parent: this, protect: true })",
    bad: "new Bucket(name, { forceDestroy: true }, { parent: this })",
  },
  config: {},

  check({ type, props, options }) {
    if (type === secret && at(props, "tags", revocable) === "true") return [];
    const own = ownProtection[type];
    const findings: (Finding | false)[] = [
      own !== undefined &&
        at(props, own) !== true && { path: own, problem: "AWS lets anybody delete it", allowed: "true" },
      protectedByPulumi.includes(type) &&
        !options.protect && {
          path: "protect",
          problem: "Pulumi deletes it when it is renamed or taken out of the program",
          allowed: "protect: true in its options",
        },
      buckets.includes(type) &&
        (at(props, "forceDestroy") ?? false) !== false && {
          path: "forceDestroy",
          problem: "deleting the bucket deletes all that is in it",
          allowed: "false, or unset",
        },
      type === secret &&
        !isRecoverable(at(props, "recoveryWindowInDays") ?? defaultWindowDays) && {
          path: "recoveryWindowInDays",
          problem: "a deleted secret is gone at once",
          allowed: "7 to 30 days, or unset",
        },
    ];
    return findings.filter((finding) => finding !== false);
  },
};

/** [Secrets Manager API, DeleteSecret] */
const defaultWindowDays = 30;
const shortestWindowDays = 7;

function isRecoverable(days: unknown): boolean {
  return typeof days === "number" && days >= shortestWindowDays;
}
