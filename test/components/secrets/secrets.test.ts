import { describe, expect, it } from "vitest";
import { secret, unknown } from "../../../scripts/plan/wire.ts";
import { at, find, fixturePlan, ofType, waitsFor } from "../../support/plan.ts";

const prod = fixturePlan("prod");

describe("the secrets", () => {
  it("stand under a key of their own that rotates", () => {
    for (const container of ofType(prod, "aws:secretsmanager/secret:Secret")) {
      expect(container.propertyDependencies.kmsKeyId).toEqual([find(prod, "aws:kms/key:Key", "secrets").urn]);
    }
    expect(at(find(prod, "aws:kms/key:Key", "secrets"), "enableKeyRotation")).toBe(true);
  });

  it("have values only where they are generated; a provider's is a container that a person fills", () => {
    expect(ofType(prod, "aws:secretsmanager/secret:Secret").map(({ inputs }) => inputs.name)).toEqual([
      "gantry/prod/engine-api-key",
      "gantry/prod/grafana-admin",
      "gantry/prod/gateway-master-key",
      "gantry/prod/gateway-metrics-key",
      "gantry/prod/redis",
      "gantry/prod/providers/openai",
      "gantry/prod/tenants/batch/1",
      "gantry/prod/tenants/batch/1/signing",
      "gantry/prod/tenants/web/1",
      "gantry/prod/tenants/web/1/signing",
    ]);
    for (const version of ofType(prod, "SecretVersion")) {
      expect(version.inputs.secretString).toEqual(secret(unknown));
      expect(
        version.propertyDependencies.secretString?.map((urn) => urn.split("::")[2]?.split("$").at(-1)),
      ).toEqual(["random:index/randomPassword:RandomPassword"]);
    }
  });

  it("are read by the operator alone, and only these", () => {
    const grant = JSON.parse(String(find(prod, "RolePolicy", "secrets-reader").inputs.policy));
    expect(grant.Statement[0]).toEqual({
      Effect: "Allow",
      Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
      Resource: "arn:aws:secretsmanager:us-east-1:333344445555:secret:gantry/prod/*",
    });
    expect(at(find(prod, "ClusterSecretStore", "secrets-store"), "spec.conditions")).toEqual([
      { namespaces: ["models", "gateway", "monitoring"] },
    ]);
  });

  it("reach the engines through the store, once the operator is there", () => {
    const synced = find(prod, "ExternalSecret", "serving-engine-key");
    expect(waitsFor(prod, synced, "ClusterSecretStore", "Namespace")).toEqual(["secrets-store", "serving"]);
    expect(waitsFor(prod, find(prod, "ClusterSecretStore", "secrets-store"), "Release")).toEqual([
      "controllers-external-secrets",
    ]);
  });
});
