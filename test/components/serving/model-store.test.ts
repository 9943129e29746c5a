import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { at, find, fixturePlan, ofType, root, waitsFor } from "../../support/plan.ts";

const prod = fixturePlan("prod");

describe("the model store", () => {
  it("stages each commit of a model once, with the script that is in the repository", () => {
    expect(ofType(prod, "batch/v1:Job").map(({ name }) => name)).toEqual([
      "stage-qwen3-8b-awq-4da05a8edb55",
      "stage-qwen3-32b-awq-0499c3ac83fd",
      "stage-llama-3-3-70b-instruct-fp8-dynamic-f50dbad2c845",
    ]);
    expect(at(find(prod, "ConfigMap", "model-store"), "data")).toEqual({
      "stage-model.sh": readFileSync(join(root, "components/serving/stage-model.sh"), "utf8"),
    });
  });

  it("begins when bucket, identity and script are there, and takes its time", () => {
    const job = find(prod, "batch/v1:Job", "stage-qwen3-8b-awq-4da05a8edb55");
    expect(waitsFor(prod, job, "Bucket", "ConfigMap", "PodIdentityAssociation", "ServiceAccount")).toEqual([
      "model-store",
      "model-store",
      "model-store",
      "model-store",
    ]);
    expect(job.timeouts.create).toBe(7200);
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
