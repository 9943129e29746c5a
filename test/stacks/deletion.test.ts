import { describe, expect, it } from "vitest";
import type { Plan } from "../../scripts/plan/plan.ts";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import type { Properties } from "../../scripts/plan/wire.ts";
import { at, find, fixturePlan, ofType, planWith } from "../support/plan.ts";
import { propertiesOf } from "../support/property-texts.ts";

/** Properties that decide what a deletion refuses, waits for or leaves behind, by how they are called. */
const aboutDeletion =
  /protect|destroy|recoveryWindow|deletion|^preserve$|retain|forceDelete|forceDetach|disableApi/i;

/** What the switch writes, with `protect` and without. */
const driven: Readonly<Record<string, readonly [protectedValue: unknown, otherwise: unknown]>> = {
  "Bucket.forceDestroy": [false, true],
  "Cluster.deletionProtection": [true, false],
  "Key.deletionWindowInDays": [30, 7],
  "LoadBalancer.enableDeletionProtection": [true, false],
  "LogGroup.deletionProtectionEnabled": [true, false],
  "Secret.recoveryWindowInDays": [30, 0],
  "Zone.forceDestroy": [false, true],
};

/** Such properties that nothing writes, and why. */
const left: Readonly<Record<string, string>> = {
  "Addon.preserve": "an add-on that is deleted takes its pods with it, on the cluster's last day",
  "LaunchTemplate.disableApiStop": "nodes come and go; what matters isn't on them",
  "LaunchTemplate.disableApiTermination": "nodes come and go; what matters isn't on them",
  "LogGroup.skipDestroy": "a group that stays keeps its name from the next environment",
  "Role.forceDetachPolicies": "nothing but the program attaches policies to its roles",
  "BucketPublicAccessBlock.skipDestroy": "goes with its bucket",
  "WebAcl.dataProtectionConfig": "hides fields from logs, which are redacted where they are written",
  "EventRule.forceDestroy": "for rules that AWS manages",
  "EventTarget.forceDestroy": "for rules that AWS manages",
};

const everything = [fixturePlan("dev"), fixturePlan("prod")];
const types = [...new Set(everything.flatMap(({ resources }) => resources.map(({ type }) => type)))].filter(
  (type) => type.startsWith("aws:"),
);

function values(plan: Plan, property: string): unknown[] {
  const [type = "", name = ""] = property.split(".");
  const of = type === "Cluster" ? "eks:index:Cluster" : types.find((each) => each.endsWith(`:${type}`));
  const guarded = ofType(plan, of ?? "").filter((resource) => !isRevocable(resource));
  return [...new Set(guarded.map(({ inputs }) => inputs[name]))];
}

/** A key that is revoked by taking it out goes at once, wherever it is. */
function isRevocable({ inputs }: PlannedResource): boolean {
  return (inputs.tags as Properties | undefined)?.["gantry.dev/revoked-by-removal"] === "true";
}

describe("one switch decides what is left when an environment is deleted", () => {
  it("of every property that says so, or there is a reason why it doesn't", () => {
    const found = types.flatMap((type) =>
      propertiesOf(type)
        .filter((name) => aboutDeletion.test(name))
        .map((name) => `${type.split(":").at(-1)}.${name}`),
    );
    const known = [
      ...Object.keys(driven).filter((name) => !name.startsWith("Cluster.")),
      ...Object.keys(left),
    ];
    expect(found.sort()).toEqual(known.sort());
  });

  it.each(Object.entries(driven))("in %s", async (property, [kept, gone]) => {
    expect(values(fixturePlan("prod"), property)).toEqual([kept]);
    expect(values(fixturePlan("dev"), property)).toEqual([gone]);
  });

  it("and nothing else in one environment: the same with the other value is the other", async () => {
    const plan = await planWith("dev", "protect", true);
    for (const [property, [kept]] of Object.entries(driven)) expect(values(plan, property)).toEqual([kept]);
    const guarded = (of: Plan) =>
      of.resources
        .filter(({ protect }) => protect)
        .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
    expect(guarded(fixturePlan("dev"))).toEqual([]);
    expect(guarded(plan).sort()).toEqual([
      "Bucket edge-logs",
      "Bucket model-store",
      "Bucket records",
      "Cluster cluster",
      "Key cache",
      "Key cluster",
      "Key cluster-logs",
      "Key edge-log",
      "Key model-store",
      "Key monitoring-alerts",
      "Key network-flow-logs",
      "Key records",
      "Key secrets",
      "LogGroup cluster-logs",
      "LogGroup edge-log",
      "LogGroup network-flow-logs",
      "Namespace monitoring",
      "ReplicationGroup cache",
      "Secret secrets-engine-api-key",
      "Secret secrets-gateway-master-key",
      "Secret secrets-gateway-metrics-key",
      "Secret secrets-grafana-admin",
      "Secret secrets-provider-openai",
      "Secret secrets-redis",
    ]);
  });

  it("but a tenant's keys, which are revoked by taking them out", () => {
    const keys = ofType(fixturePlan("prod"), "aws:secretsmanager/secret:Secret").filter(isRevocable);
    expect(keys.map(({ name }) => name).sort()).toEqual([
      "secrets-tenants-batch-1",
      "secrets-tenants-batch-1-signing",
      "secrets-tenants-web-1",
      "secrets-tenants-web-1-signing",
    ]);
    for (const key of keys) expect([key.protect, key.inputs.recoveryWindowInDays]).toEqual([false, 0]);
  });

  it("about Prometheus's and Alertmanager's disks too", () => {
    const claims = (environment: string) => {
      const stack = find(fixturePlan(environment), "helm.sh/v3:Release", "monitoring");
      return ["prometheus.prometheusSpec", "alertmanager.alertmanagerSpec"].map((spec) =>
        at(stack, `values.${spec}.persistentVolumeClaimRetentionPolicy.whenDeleted`),
      );
    };
    expect(claims("prod")).toEqual(["Retain", "Retain"]);
    expect(claims("dev")).toEqual(["Delete", "Delete"]);
  });
});
