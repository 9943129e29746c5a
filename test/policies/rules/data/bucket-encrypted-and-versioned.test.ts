import { bucketEncryptedAndVersioned as rule } from "../../../../policies/rules/data/bucket-encrypted-and-versioned.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { bucket, setting } from "../../bucket.ts";
import { cases } from "../../cases.ts";

const models = bucket();
const logs = bucket("access-logs", { bucket: "gantry-dev-access" });
const encryptedBy = (sseAlgorithm: Wire) => ({ applyServerSideEncryptionByDefault: { sseAlgorithm } });
const encryption = (rules: Wire, of: readonly Given[] = [models]) =>
  setting("BucketServerSideEncryptionConfiguration", of, { rules });
const kms = (of?: readonly Given[]) => encryption([encryptedBy("aws:kms")], of);
const versioning = (status: Wire, of: readonly Given[] = [models]) =>
  setting("BucketVersioning", of, { versioningConfiguration: { status } });
const lifecycle = (rules: readonly Wire[], of: readonly Given[] = [logs]) =>
  setting("BucketLifecycleConfiguration", of, { rules });
const expiry = { status: "Enabled", filter: { prefix: "" }, expiration: { days: 365 } };
const good = [models, kms(), versioning("Enabled")];
const logged = (...rules: readonly Wire[]) => [
  logs,
  kms([logs]),
  versioning("Enabled", [logs]),
  lifecycle(rules),
];
const again = (one: Given) => ({ ...one, name: "again" });
/** A good bucket without a lifecycle, of another name. */
const named = (name: string, props?: Given["props"]) => {
  const one = bucket(name, props);
  return [one, kms([one]), versioning("Enabled", [one])];
};
const writer = (type: string, property: string, of: Given): Given => ({
  type,
  name: "writer",
  props: { [property]: { bucket: unknown, enabled: true } },
  behind: { [property]: [of] },
});
const balancer = (of: Given) => writer("aws:lb/loadBalancer:LoadBalancer", "accessLogs", of);
const encrypted = ["models#encryption"];
const versioned = ["models#versioning"];
const kept = ["access-logs#lifecycle"];
const other = bucket("other", { bucket: "gantry-dev-other" });

cases(rule, {
  passes: [
    ["a bucket under KMS that keeps versions, with every id unknown", good],
    ["two layers of KMS", [models, encryption([encryptedBy("aws:kms:dsse")]), versioning("Enabled")]],
    ["a secret status", [models, kms(), versioning(secret("Enabled"))]],
    [
      "settings under their other names",
      [
        { ...models, type: "aws:s3/bucketV2:BucketV2" },
        {
          ...setting("BucketServerSideEncryptionConfigurationV2", [], { rules: [encryptedBy("aws:kms")] }),
          behind: { bucket: [{ ...models, type: "aws:s3/bucketV2:BucketV2" }] },
        },
        {
          ...setting("BucketVersioningV2", [], { versioningConfiguration: { status: "Enabled" } }),
          behind: { bucket: [{ ...models, type: "aws:s3/bucketV2:BucketV2" }] },
        },
      ],
    ],
    ["logs that expire", logged(expiry)],
    ["logs that expire, some of them before", logged({ ...expiry, filter: { prefix: "a/" } }, expiry)],
    ["logs that expire, with the rest of the filter unset", logged({ ...expiry, filter: { tag: null } })],
    ["logs that expire, without a filter", logged({ status: "Enabled", expiration: { days: 400 } })],
    [
      "a load balancer's logs under S3's own key, as it takes no other",
      [
        logs,
        balancer(logs),
        encryption([encryptedBy("AES256")], [logs]),
        versioning("Enabled", [logs]),
        lifecycle([expiry]),
      ],
    ],
    ["a catalog, which is no log", named("catalog", { bucket: "blog" })],
    ["a stack without buckets", []],
  ],
  reports: [
    ["no settings", [models], [...encrypted, ...versioned]],
    ["S3's own key", [models, encryption([encryptedBy("AES256")]), versioning("Enabled")], encrypted],
    ["an unknown algorithm", [models, encryption([encryptedBy(unknown)]), versioning("Enabled")], encrypted],
    ["unknown rules", [models, encryption(unknown), versioning("Enabled")], encrypted],
    ["no rules", [models, encryption([]), versioning("Enabled")], encrypted],
    [
      "one rule of two",
      [models, encryption([encryptedBy("aws:kms"), encryptedBy("AES256")]), versioning("Enabled")],
      encrypted,
    ],
    [
      "a second encryption that takes it back",
      [...good, again(encryption([encryptedBy("AES256")]))],
      encrypted,
    ],
    [
      "an algorithm as a list",
      [models, encryption([encryptedBy(["aws:kms"])]), versioning("Enabled")],
      encrypted,
    ],
    ["suspended versions", [models, kms(), versioning("Suspended")], versioned],
    ["a second versioning that suspends it", [...good, again(versioning("Suspended"))], versioned],
    ["an unknown status", [models, kms(), versioning(unknown)], versioned],
    ["an unset status", [models, kms(), versioning(null)], versioned],
    [
      "settings of another bucket",
      [models, other, kms([other]), versioning("Enabled", [other])],
      [...encrypted, ...versioned],
    ],
    [
      "settings that may be another bucket's",
      [models, other, kms([models, other]), versioning("Enabled")],
      [...encrypted, "other#encryption", "other#versioning"],
    ],
    [
      "settings of a bucket outside the stack",
      [models, kms([other]), versioning("Enabled", [other])],
      [...encrypted, ...versioned],
    ],
    ["logs without a lifecycle", logged().slice(0, 3), kept],
    ["logs by the resource's name", named("log-archive"), ["log-archive#lifecycle"]],
    ["logs by the bucket's name", named("audit", { bucket: "gantry-dev-logs" }), ["audit#lifecycle"]],
    ["a lifecycle that is off", logged({ ...expiry, status: "Disabled" }), kept],
    ["a lifecycle for some logs", logged({ ...expiry, filter: { prefix: "a/" } }), kept],
    ["a lifecycle for some logs, in the older form", logged({ ...expiry, filter: null, prefix: "a/" }), kept],
    ["a lifecycle for logs that isn't known", logged({ ...expiry, filter: unknown }), kept],
    [
      "a second lifecycle that is off",
      [...logged(expiry), again(lifecycle([{ ...expiry, status: "Disabled" }]))],
      kept,
    ],
    [
      "a lifecycle for logs with a tag",
      logged({ ...expiry, filter: { tag: { key: "a", value: "b" } } }),
      kept,
    ],
    ["401 days", logged({ ...expiry, expiration: { days: 401 } }), kept],
    ["no days", logged({ ...expiry, expiration: { days: 0 } }), kept],
    ["unknown days", logged({ ...expiry, expiration: { days: unknown } }), kept],
    [
      "old versions that expire alone",
      logged({ status: "Enabled", noncurrentVersionExpiration: { noncurrentDays: 7 } }),
      kept,
    ],
    ["an unknown rule", logged(unknown), kept],
    [
      "logs of another bucket that expire",
      [
        ...logged().slice(0, 3),
        other,
        kms([other]),
        versioning("Enabled", [other]),
        lifecycle([expiry], [other]),
      ],
      kept,
    ],
    ...[
      balancer(models),
      writer("aws:s3/bucketLogging:BucketLogging", "targetBucket", models),
      writer("aws:ec2/flowLog:FlowLog", "logDestination", models),
      writer(
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        "logDestinationConfigs",
        models,
      ),
    ].map((writes): [string, readonly Given[], string[]] => [
      `logs by ${writes.type}`,
      [...good, writes],
      ["models#lifecycle"],
    ]),
    [
      "S3's own key where a load balancer writes to another bucket",
      [models, encryption([encryptedBy("AES256")]), versioning("Enabled"), ...logged(expiry), balancer(logs)],
      encrypted,
    ],
    [
      "S3's own key where no load balancer writes",
      [
        models,
        encryption([encryptedBy("AES256")]),
        versioning("Enabled"),
        lifecycle([expiry], [models]),
        writer("aws:ec2/flowLog:FlowLog", "logDestination", models),
      ],
      encrypted,
    ],
    ["more days than are allowed here", logged(expiry), kept, { config: { maxLogDays: 30 } }],
    ["an illegal configuration", good, ["stack#configuration.maxLogDays"], { config: { maxLogDays: 0 } }],
  ],
});
