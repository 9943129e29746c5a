import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at } from "../../framework/value.ts";
import { buckets } from "../../read/aws/bucket.ts";
import { loadBalancers } from "../../read/aws/load-balancer.ts";
import { clusters } from "../../read/kubernetes/cluster.ts";

const secret = "aws:secretsmanager/secret:Secret";
const databases: readonly string[] = ["aws:rds/cluster:Cluster", "aws:rds/instance:Instance"];

/** Deletion protection that AWS enforces for every caller. It is off by default. */
const ownProtection: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...clusters, ...databases].map((type) => [type, "deletionProtection"])),
  ...Object.fromEntries(loadBalancers.map((type) => [type, "enableDeletionProtection"])),
};

/** Types with data that can't be recreated and without such protection, or that need both. */
const protectedByPulumi: readonly string[] = [
  ...buckets,
  ...databases,
  "aws:kms/key:Key",
  secret,
  "aws:elasticache/replicationGroup:ReplicationGroup",
];

/**
 * The tag of a secret that may be removed: removing a key that the stack generated revokes it at once, and
 * a new one can always be generated.
 */
const revocable = "gantry.dev/revoked-by-removal";

export const deletionProtected: ResourceRule = {
  name: "deletion-protected",
  title: "Resources that can't be recreated are protected from deletion.",
  why: "A renamed resource, or a destroy in the wrong stack, deletes weights, keys and secrets, or a cluster with all its workloads.",
  fix: "Set the resource's own deletion protection, or protect: true in its options; tag a generated key that is revoked by its removal with gantry.dev/revoked-by-removal; for a disposable stack, disable the rule in policies/config.",
  severity: "high",
  relatedChecks: ["CKV_AWS_150", "CKV_AWS_293"],
  resourceTypes: [...new Set([...Object.keys(ownProtection), ...protectedByPulumi])],
  example: {
    good: "new Key(name, args, { parent: this, protect: true })",
    bad: "new Bucket(name, { forceDestroy: true }, { parent: this })",
  },

  check({ type, props, options }) {
    if (type === secret && at(props, "tags", revocable) === "true") return [];
    const own = ownProtection[type];
    const findings: (Finding | false)[] = [
      own !== undefined &&
        at(props, own) !== true && {
          path: own,
          problem: "AWS doesn't protect it from deletion",
          allowed: "true",
        },
      protectedByPulumi.includes(type) &&
        !options.protect && {
          path: "protect",
          problem: "Pulumi deletes it when it is renamed or removed from the program",
          allowed: "protect: true in its options",
        },
      buckets.includes(type) &&
        (at(props, "forceDestroy") ?? false) !== false && {
          path: "forceDestroy",
          problem: "deleting the bucket deletes all its objects",
          allowed: "false, or unset",
        },
      type === secret &&
        !isRecoverable(at(props, "recoveryWindowInDays") ?? defaultWindowDays) && {
          path: "recoveryWindowInDays",
          problem: "a deleted secret can't be recovered",
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
