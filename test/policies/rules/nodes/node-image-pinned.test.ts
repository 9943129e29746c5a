import { describe, expect, it } from "vitest";
import { nodeImagePinned as rule } from "../../../../policies/rules/nodes/node-image-pinned.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given, judge } from "../../../support/policy.ts";

const nodeClass = (...amiSelectorTerms: readonly Wire[]): Given => ({
  type: "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass",
  name: "gpu",
  props: { spec: { amiSelectorTerms } },
});
const group = (props: Readonly<Record<string, Wire>>, type = "aws:eks/nodeGroup:NodeGroup"): Given => ({
  type,
  name: "gpu",
  props: { amiType: "AL2023_x86_64_STANDARD", ...props },
});
const template = (props: Readonly<Record<string, Wire>>): Given => ({
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  name: "gpu",
  props,
});
const at = (path: string) => `node-image-pinned[gpu#${path}]`;

describe("node-image-pinned", () => {
  it.each<[string, Given]>([
    ["an alias with its version", nodeClass({ alias: "al2023@v20260818" })],
    ["Bottlerocket's alias", nodeClass({ alias: "bottlerocket@v1.44.0" })],
    ["ids", nodeClass({ id: "ami-0123456789abcdef0" }, { id: "ami-01234567" })],
    ["an alias beside null", nodeClass({ alias: "al2023@v20260818", name: null })],
    ["a secret alias", nodeClass({ alias: secret("al2023@v20260818") })],
    ["a node group's release", group({ releaseVersion: "1.36.2-20260818" })],
    ["a release with two digits at its end", group({ releaseVersion: "1.36.12-20260818" })],
    [
      "the release of a group of the component",
      group({ releaseVersion: "1.36.2-20260818" }, "eks:index:ManagedNodeGroup"),
    ],
    ["Bottlerocket's release", group({ releaseVersion: "1.44.0-4f8e6a3b" })],
    ["a launch template's image", template({ imageId: "ami-0123456789abcdef0" })],
    ["a launch template under a node group, without an image", template({ updateDefaultVersion: true })],
  ])("accepts %s", async (_, given) => {
    expect(await findings(rule, given)).toEqual([]);
  });

  it.each<[string, Wire]>([
    ["the latest", { alias: "al2023@latest" }],
    ["no version", { alias: "al2023" }],
    ["a version without its v", { alias: "al2023@20260818" }],
    ["an unknown alias", { alias: unknown }],
    ["an alias that is a number", { alias: 2023 }],
    ["a pattern of names", { name: "amazon-eks-node-*" }],
    ["a name that looks like an alias", { name: "al2023@v20260818" }],
    ["tags", { tags: { team: "serving" } }],
    ["a parameter", { ssmParameter: "/aws/service/eks/latest" }],
    ["an id with more beside it", { id: "ami-0123456789abcdef0", owner: "self" }],
    ["an alias and an id", { alias: "al2023@v20260818", id: "ami-0123456789abcdef0" }],
    ["more before an alias", { alias: "own/al2023@v20260818" }],
    ["more after an alias", { alias: "al2023@v20260818-beta" }],
    ["more before an id", { id: "own-ami-0123456789abcdef0" }],
    ["more after an id", { id: "ami-0123456789abcdef0/latest" }],
    ["an id that is none", { id: "al2023" }],
    ["nothing", {}],
    ["an unknown term", unknown],
    ["a text", "al2023@v20260818"],
  ])("reports a term with %s, beside a good one", async (_, term) => {
    expect(await findings(rule, nodeClass({ alias: "al2023@v20260818" }, term))).toEqual([
      at("spec.amiSelectorTerms.1"),
    ]);
  });

  it.each<[string, Wire]>([
    ["unset", {}],
    ["empty", { amiSelectorTerms: [] }],
    ["unknown", { amiSelectorTerms: unknown }],
    ["an object", { amiSelectorTerms: { alias: "al2023@v20260818" } }],
    ["in an unknown class", unknown],
  ])("reports terms that are %s", async (_, spec) => {
    expect(await findings(rule, { ...nodeClass(), props: { spec } })).toEqual([at("spec.amiSelectorTerms")]);
  });

  it.each<[string, Wire]>([
    ["null", null],
    ["the latest", "latest"],
    ["more than a release before it", "al2023-1.36.2-20260818"],
    ["more than a release after it", "1.36.2-20260818 or later"],
    ["a version of Kubernetes", "1.36"],
    ["unknown", unknown],
    ["a number", 1.36],
  ])("reports a release that is %s", async (_, releaseVersion) => {
    expect(await findings(rule, group({ releaseVersion }))).toEqual([at("releaseVersion")]);
    expect(await findings(rule, group({ releaseVersion }, "eks:index:ManagedNodeGroup"))).toEqual([
      at("releaseVersion"),
    ]);
  });

  it.each<[string, Wire]>([
    ["a parameter", "resolve:ssm:/aws/service/eks/latest"],
    ["unknown", unknown],
    ["a name", "amazon-eks-node"],
    ["a list", ["ami-0123456789abcdef0"]],
  ])("reports a launch template's image that is %s", async (_, imageId) => {
    expect(await findings(rule, template({ imageId }))).toEqual([at("imageId")]);
  });

  it("says what is wrong, what is allowed and what to do", async () => {
    const [found] = await judge(rule, nodeClass({ alias: "al2023@latest" }));
    expect(found).toMatchObject({
      where: "gpu",
      found: 'term 0 has the alias "al2023@latest"',
      allowed: "terms with only a versioned alias or an image id, known at preview",
      fix: rule.fix,
    });
  });

  it("tells a release that is missing from one that moves", async () => {
    const problem = async (given: Given) => (await judge(rule, given))[0]?.found;
    expect(await problem(group({}))).toBe("no releaseVersion is set, so the newest image is used");
    expect(await problem(group({ releaseVersion: "latest" }))).toBe('releaseVersion is "latest"');
  });

  it("shows no value that is not an image", async () => {
    for (const given of [
      nodeClass({ alias: "sk-CANARY" }),
      template({ imageId: "CANARY" }),
      group({ releaseVersion: "CANARY" }),
    ])
      expect((await judge(rule, given))[0]?.message).not.toContain("CANARY");
  });

  it("passes over other resources", async () => {
    expect(
      await findings(rule, { ...template({ imageId: "latest" }), type: "aws:ec2/instance:Instance" }),
    ).toEqual([]);
  });
});
