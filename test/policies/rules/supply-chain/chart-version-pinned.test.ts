import { describe, expect, it } from "vitest";
import { chartVersionPinned as rule } from "../../../../policies/rules/supply-chain/chart-version-pinned.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given, judge, withField } from "../../../support/policy.ts";

const keda: Given = {
  type: "kubernetes:helm.sh/v3:Release",
  name: "keda",
  props: {
    chart: "keda",
    version: "2.20.2",
    repositoryOpts: { repo: "https://kedacore.github.io/charts" },
    values: { resources: {} },
  },
};
const karpenter: Given = {
  type: "kubernetes:helm.sh/v4:Chart",
  name: "keda",
  props: { chart: "oci://public.ecr.aws/karpenter/karpenter", version: "v1.14.1" },
};
const change = (path: string, value: Wire | undefined, from = keda): Given => ({
  ...from,
  props: withField(from.props, path, value),
});
const at = (path: string) => `chart-version-pinned[keda#${path}]`;

describe("chart-version-pinned", () => {
  it("accepts listed charts at one version, from repositories and registries, with Helm 3 and 4", async () => {
    expect(await findings(rule, keda)).toEqual([]);
    expect(await findings(rule, karpenter)).toEqual([]);
    expect(await findings(rule, { ...karpenter, type: keda.type })).toEqual([]);
  });

  it.each<[string, string, Wire | undefined]>([
    ["a slash after the repository", "repositoryOpts.repo", "https://kedacore.github.io/charts/"],
    ["what the provider fills in", "devel", false],
    ["an empty list of files", "valueYamlFiles", []],
    ["an empty script", "postrender", ""],
    ["an unset script", "postrender", null],
    ["unknown values", "values", unknown],
    ["a secret version", "version", secret("2.20.2")],
  ])("accepts %s", async (_, path, value) => {
    expect(await findings(rule, change(path, value))).toEqual([]);
  });

  it.each<[string, Wire | undefined]>([
    ["unset", undefined],
    ["null", null],
    ["a caret", "^2.20.2"],
    ["a wildcard", "2.x"],
    ["a part", "2.20"],
    ["latest", "latest"],
    ["a range", ">=2.20.2"],
    ["a number", 2],
    ["unknown", unknown],
    ["with whitespace", "2.20.2 "],
  ])("reports a version that is %s", async (_, version) => {
    expect(await findings(rule, change("version", version))).toEqual([at("version")]);
  });

  it.each<[string, string, Wire | undefined]>([
    ["another chart of the repository", "chart", "keda-add-ons-http"],
    [
      "the chart of another repository",
      "repositoryOpts.repo",
      "https://kedacore.github.io.example.com/charts",
    ],
    ["no repository", "repositoryOpts", undefined],
    ["an unknown repository", "repositoryOpts", unknown],
    ["a repository that is a number", "repositoryOpts.repo", 1],
    ["a local directory", "chart", "./charts/keda"],
    ["an archive's address", "chart", "https://example.com/keda.tgz"],
    ["an unknown chart", "chart", unknown],
    ["no chart", "chart", undefined],
  ])("reports %s", async (_, path, value) => {
    expect(await findings(rule, change(path, value))).toEqual([at("chart")]);
  });

  it("reports a registry that is not on the list", async () => {
    expect(
      await findings(rule, change("chart", "oci://public.ecr.aws/karpenter/karpenter-next", karpenter)),
    ).toEqual([at("chart")]);
  });

  it.each<[string, Wire]>([
    ["devel", true],
    ["devel", "true"],
    ["devel", unknown],
    ["postrender", "kustomize"],
    ["postRenderer", { command: "kustomize" }],
    ["valueYamlFiles", [{ path: "values.yaml" }]],
    ["valueYamlFiles", unknown],
  ])("reports %s as %j", async (path, value) => {
    expect(await findings(rule, change(path, value))).toEqual([at(path)]);
  });

  it("reports each of several faults", async () => {
    const bad: Given = { ...keda, props: { chart: "keda", version: "2", devel: true } };
    expect(await findings(rule, bad)).toEqual([at("chart"), at("devel"), at("version")]);
  });

  it("says what is wrong, what is allowed and what to do, and nothing of the values", async () => {
    const secretive = change("values", secret({ password: "CANARY" }), change("version", "^2.0.0"));
    const [found] = await judge(rule, secretive);
    expect(found).toMatchObject({
      where: "keda",
      found: 'version "^2.0.0" is not one exact release',
      allowed: "one semantic version known at preview, such as 1.2.3",
      fix: rule.fix,
    });
    expect(found?.message).not.toContain("CANARY");
  });

  it("takes the list from the configuration", async () => {
    const allowedCharts = ["https://example.com/charts#keda"];
    const own = change("repositoryOpts.repo", "https://example.com/charts");
    expect(await findings(rule, own, { config: { allowedCharts } })).toEqual([]);
    expect(await findings(rule, keda, { config: { allowedCharts } })).toEqual([]);
    const alone = { allowedCharts: { only: allowedCharts } };
    expect(await findings(rule, keda, { config: alone })).toEqual([at("chart")]);
    for (const entry of ["keda", "see https://example.com/charts#keda", "oci://example.com/a b", "oci://a#b"])
      expect(await findings(rule, keda, { config: { allowedCharts: [entry] } })).toEqual([
        at("configuration.allowedCharts"),
      ]);
  });

  it("passes over other resources", async () => {
    expect(await findings(rule, { ...change("version", "2"), type: "kubernetes:core/v1:ConfigMap" })).toEqual(
      [],
    );
  });
});
