import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { at, find, fixturePlan, ofType, planWith, root, waitsFor } from "../../support/plan.ts";

const prod = fixturePlan("prod");

describe("the model store", () => {
  it("stages each commit of a model once, with the script that is in the repository", () => {
    expect(ofType(prod, "batch/v1:Job").map(({ name }) => name)).toEqual([
      "stage-qwen3-8b-awq-4da05a8edb55-8e8b430d",
      "stage-qwen3-32b-awq-0499c3ac83fd-a949fa2b",
      "stage-llama-3-3-70b-instruct-fp8-dynamic-f50dbad2c845-fdea2a1b",
    ]);
    expect(at(find(prod, "ConfigMap", "model-store"), "data")).toEqual({
      "stage-model.sh": readFileSync(join(root, "components/serving/stage-model.sh"), "utf8"),
    });
  });

  it("begins when bucket, identity and script are there, and takes its time", () => {
    const job = find(prod, "batch/v1:Job", "stage-qwen3-8b-awq-4da05a8edb55-8e8b430d");
    expect(waitsFor(prod, job, "Bucket", "ConfigMap", "PodIdentityAssociation", "ServiceAccount")).toEqual([
      "model-store",
      "model-store",
      "model-store",
      "model-store",
    ]);
    // 5.68 GiB, with an hour for the hub's limits; the Job's own deadline comes first.
    expect(at(job, "spec.activeDeadlineSeconds")).toBe(3600 + 305);
    expect(job.timeouts.create).toBe(3600 + 305 + 300);
    expect(waitsFor(prod, job, "ManagedNodeGroup", "Addon")).toEqual(
      expect.arrayContaining(["cluster-system", "cluster-pod-identity-agent"]),
    );
  });

  it("makes a Job that failed anew", () => {
    for (const job of ofType(prod, "batch/v1:Job"))
      expect(at(job, "metadata.annotations")).toEqual({ "pulumi.com/replaceUnready": "true" });
  });

  it("reads gated models with a token that only the Jobs have", async () => {
    expect(ofType(prod, "ExternalSecret").map(({ name }) => name)).not.toContain("model-store-hub-token");
    const plan = await planWith("dev", "modelStore.hubToken", true);
    const token = find(plan, "ExternalSecret", "model-store-hub-token");
    expect(at(token, "spec.data.0.remoteRef.key")).toBe("gantry/dev/providers/huggingface");
    expect(at(token, "metadata.namespace")).toBe("model-staging");
    expect(find(plan, "aws:secretsmanager/secret:Secret", "secrets-provider-huggingface").inputs.name).toBe(
      "gantry/dev/providers/huggingface",
    );
    expect(waitsFor(plan, ofType(plan, "batch/v1:Job")[0] ?? token, "ExternalSecret")).toEqual([
      "model-store-hub-token",
    ]);
    const readers = plan.resources.filter(({ inputs }) =>
      JSON.stringify(inputs).includes('"secretName":"hub-token"'),
    );
    expect([...new Set(readers.map(({ type }) => type))]).toEqual(["kubernetes:batch/v1:Job"]);
  });

  it("lets staging write and engines only read", () => {
    const actions = (name: string) =>
      JSON.parse(String(find(prod, "RolePolicy", name).inputs.policy)).Statement.flatMap(
        ({ Action }: { Action: string | string[] }) => Action,
      );
    expect(actions("model-store")).toContain("s3:PutObject");
    expect(actions("serving-engine")).toEqual(["s3:GetObject", "s3:ListBucket", "kms:Decrypt"]);
  });

  it("keeps engines away from the hub: only staging reaches addresses outside", () => {
    const reach = (name: string) => JSON.stringify(at(find(prod, "NetworkPolicy", name), "spec.egress"));
    expect(reach("model-store-staging")).toContain("0.0.0.0/0");
    expect(reach("serving-engines")).not.toContain("0.0.0.0/0");
  });
});
