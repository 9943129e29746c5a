import { describe, expect, it } from "vitest";
import { secretCustomerKey as rule } from "../../../../policies/rules/secrets/secret-customer-key.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given, judge } from "../../../support/policy.ts";

const key: Given = { type: "aws:kms/key:Key", name: "secrets", props: { enableKeyRotation: true } };
const bucket: Given = { type: "aws:s3/bucket:Bucket", name: "bucket", props: {} };
const held = (kmsKeyId: Wire, behind: readonly Given[] = [], name = "engine-api-key"): Given => ({
  type: "aws:secretsmanager/secret:Secret",
  name,
  props: { name: "gantry/dev/engine-api-key", kmsKeyId },
  behind: { kmsKeyId: behind, name: [key] },
});
const finding = (name = "engine-api-key") => `secret-customer-key[${name}#kmsKeyId]`;
const id = "0a1b2c3d-1234-5678-9abc-0123456789ab";

describe("secret-customer-key", () => {
  it.each<[string, Wire]>([
    ["an id", id],
    ["an ARN", `arn:aws:kms:eu-central-1:111122223333:key/${id}`],
    ["a key of several regions", "mrk-0123456789abcdef0123456789abcdef"],
    ["an alias", "alias/gantry/dev/secrets"],
    ["an alias's ARN", "arn:aws-us-gov:kms:us-gov-west-1:111122223333:alias/gantry"],
    ["a secret id", secret(id)],
  ])("accepts %s", async (_, value) => {
    expect(await findings(rule, [held(value)])).toEqual([]);
  });

  it("accepts a key that is made in the same preview", async () => {
    expect(await findings(rule, [key, held(unknown, [key])])).toEqual([]);
    expect(
      await findings(rule, [{ ...key, type: "aws:kms/alias:Alias" }, key, held(secret(unknown), [key])]),
    ).toEqual([]);
  });

  it.each<[string, Wire]>([
    ["no key", null],
    ["AWS's own", "alias/aws/secretsmanager"],
    ["AWS's own by ARN", "arn:aws:kms:eu-central-1:111122223333:alias/aws/secretsmanager"],
    ["more before an id", `key-${id}`],
    ["more after an id", `${id}0`],
    ["more before an alias", "my alias/gantry"],
    ["more after an alias", "alias/gantry or none"],
    ["an empty text", ""],
    ["something else", "the-key"],
    ["a number", 7],
    ["a list", [id]],
    ["an unknown from nowhere", unknown],
  ])("reports %s", async (_, value) => {
    expect(await findings(rule, [key, held(value)])).toEqual([finding()]);
  });

  it("reports an unknown that comes from something else than a key, or from outside the stack", async () => {
    expect(await findings(rule, [bucket, held(unknown, [bucket])])).toEqual([finding()]);
    expect(await findings(rule, [held(unknown, [key])])).toEqual([finding()]);
  });

  it("reports AWS's own key even where the property depends on one of ours", async () => {
    expect(await findings(rule, [key, held("alias/aws/secretsmanager", [key])])).toEqual([finding()]);
  });

  it("reports each of several", async () => {
    const stack = [key, held(null, [], "first"), held(unknown, [key], "second"), held(null, [], "third")];
    expect(await findings(rule, stack)).toEqual([finding("first"), finding("third")]);
  });

  it("says what is wrong, what is allowed and what to do, without the value", async () => {
    const [found] = await judge(rule, [held(secret("CANARY"))]);
    expect(found).toMatchObject({
      where: "engine-api-key",
      found: "kmsKeyId is not a customer managed key",
      allowed:
        "the id, ARN or alias of a customer managed key; an unknown one comes from a KMS key of the stack",
      fix: rule.fix,
    });
    expect(found?.message).not.toContain("CANARY");
  });

  it("passes over other resources", async () => {
    expect(await findings(rule, [{ ...held(null), type: "aws:ssm/parameter:Parameter" }])).toEqual([]);
  });
});
