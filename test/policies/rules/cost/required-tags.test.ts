import { describe, expect, it } from "vitest";
import { requiredTags as rule } from "../../../../policies/rules/cost/required-tags.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given, judge } from "../../../support/policy.ts";

const tags = { Project: "gantry", Environment: "dev", ManagedBy: "pulumi" };
/** As Pulumi sends a provider's nested settings. */
const inText = { region: "eu-central-1", defaultTags: JSON.stringify({ tags }) };
const bucket = (own: Wire, provider?: Given["provider"]): Given => ({
  type: "aws:s3/bucket:Bucket",
  name: "models",
  props: { bucket: "gantry-dev-models", tags: own },
  ...(provider !== undefined && { provider }),
});
const nodeClass = (own: Wire): Given => ({
  type: "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass",
  name: "models",
  props: { spec: { tags: own } },
  provider: inText,
});
const at = (path: string) => `required-tags[models#${path}]`;
const all = [at("tags.Environment"), at("tags.ManagedBy"), at("tags.Project")];

describe("required-tags", () => {
  it.each<[string, Given]>([
    ["a resource's own tags", bucket(tags)],
    ["the provider's, in text", bucket(null, inText)],
    ["the provider's, as an object", bucket(null, { defaultTags: { tags } })],
    ["the provider's, in secret text", bucket(null, { defaultTags: secret(JSON.stringify({ tags })) })],
    [
      "some of each",
      bucket(
        { Project: "other" },
        { defaultTags: JSON.stringify({ tags: { Environment: "dev", ManagedBy: "pulumi" } }) },
      ),
    ],
    ["an unknown tag beside them", bucket({ ...tags, Name: unknown })],
    ["secret tags", bucket(secret(tags))],
    ["the tags that a node class gives its nodes", nodeClass(tags)],
  ])("takes %s", async (_, given) => {
    expect(await findings(rule, given)).toEqual([]);
  });

  it.each<[string, Given]>([
    ["no tags", bucket(null)],
    ["tags in another case", bucket({ project: "gantry", environment: "dev", "managed-by": "pulumi" })],
    ["empty tags", bucket({ Project: "", Environment: "", ManagedBy: "" })],
    ["empty tags over the provider's", bucket({ Project: "", Environment: "", ManagedBy: "" }, inText)],
    ["tags that are no text", bucket({ Project: 1, Environment: true, ManagedBy: ["pulumi"] })],
    ["unknown tags", bucket(unknown, inText)],
    ["tags that are a list", bucket(["Project", "Environment", "ManagedBy"], inText)],
    ["a provider without default tags", bucket(null, { region: "eu-central-1" })],
    ["a provider whose default tags are unknown", bucket(null, { defaultTags: unknown })],
    ["a provider whose default tags can't be read", bucket(null, { defaultTags: "{" })],
    ["a provider whose default tags are one level up", bucket(null, { defaultTags: JSON.stringify(tags) })],
  ])("reports %s", async (_, given) => {
    expect(await findings(rule, given)).toEqual(all);
  });

  it("reports the one tag that is missing or unknown", async () => {
    expect(await findings(rule, bucket({ Project: "gantry", Environment: "dev" }))).toEqual([
      at("tags.ManagedBy"),
    ]);
    expect(await findings(rule, bucket({ ...tags, Project: unknown }))).toEqual([at("tags.Project")]);
  });

  it("takes nothing from the provider for a node class", async () => {
    expect(await findings(rule, nodeClass(null))).toEqual(all.map((id) => id.replace("#", "#spec.")));
  });

  describe("of what AWS makes", () => {
    const template = (specifications: Wire): Given => ({
      type: "aws:ec2/launchTemplate:LaunchTemplate",
      name: "models",
      props: { tagSpecifications: specifications },
      provider: inText,
    });
    const driver = (values: Wire, addonName = "aws-ebs-csi-driver"): Given => ({
      type: "aws:eks/addon:Addon",
      name: "models",
      props: { addonName, configurationValues: values },
      provider: inText,
    });
    const both = [
      { resourceType: "instance", tags },
      { resourceType: "volume", tags },
    ];
    const missing = (path: string) => all.map((id) => id.replace("#tags", `#${path}`));

    it("takes an instance with its volume, and a driver that tags", async () => {
      expect(await findings(rule, template(both))).toEqual([]);
      const volumes = JSON.stringify({ controller: { extraVolumeTags: tags } });
      expect(await findings(rule, driver(volumes))).toEqual([]);
      expect(await findings(rule, driver(null, "coredns"))).toEqual([]);
    });

    it("reports what the provider's tags don't reach", async () => {
      const instance = missing("tagSpecifications.instance.tags");
      const volume = missing("tagSpecifications.volume.tags");
      for (const none of [null, unknown, []])
        expect(await findings(rule, template(none))).toEqual([...instance, ...volume]);
      expect(await findings(rule, template(both.slice(0, 1)))).toEqual(volume);
      expect(await findings(rule, template(both.slice(1)))).toEqual(instance);
      const volumes = missing("configurationValues.controller.extraVolumeTags");
      for (const none of [null, unknown, "{", "{}", JSON.stringify({ node: { extraVolumeTags: tags } })])
        expect(await findings(rule, driver(none))).toEqual(volumes);
    });

    it("says nothing of a provider that doesn't count", async () => {
      const [found] = await judge(rule, template([]));
      expect(found).toMatchObject({ where: "models", found: "has no tag Project" });
    });
  });

  it("says what is wrong, what is allowed and what to do, without a value", async () => {
    const [found] = await judge(rule, bucket({ ...tags, Project: "", Name: "CANARY" }));
    expect(found).toMatchObject({
      where: "models",
      found: "tag Project is empty or not a string known at preview",
      allowed: "Project, Environment, ManagedBy, each with a value known at preview",
      fix: rule.fix,
      id: at("tags.Project"),
    });
    expect(found?.message).not.toContain("CANARY");
  });

  it("passes over resources that carry no tags, and over other clouds", async () => {
    for (const type of [
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:iam/rolePolicy:RolePolicy",
      "kubernetes:core/v1:Service",
    ])
      expect(await findings(rule, { ...bucket(null), type })).toEqual([]);
  });

  it("takes the keys from the configuration", async () => {
    const config = { requiredTags: { only: ["Team"] } };
    expect(await findings(rule, bucket({ Team: "serving" }), { config })).toEqual([]);
    expect(await findings(rule, bucket(tags), { config })).toEqual([at("tags.Team")]);
    expect(await findings(rule, bucket(tags), { config: { requiredTags: { only: [] } } })).toEqual([
      at("configuration.requiredTags"),
    ]);
  });
});
