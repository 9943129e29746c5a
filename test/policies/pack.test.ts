import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { untaggable } from "../../policies/data/untaggable-types.ts";
import { exemptions } from "../../policies/exemptions.ts";
import { exemptionProblems } from "../../policies/framework/exemption.ts";
import { parseParts } from "../../policies/framework/message.ts";
import { policies } from "../../policies/framework/policy.ts";
import { configure } from "../../policies/framework/settings.ts";
import { rules } from "../../policies/rules/index.ts";
import { environments } from "../../scripts/plan/environment.ts";
import { policyConfiguration } from "../support/rules.ts";
import { fixtures } from "./fixtures.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const areas = [
  "supply-chain",
  "rate-limits",
  "traffic",
  "serving",
  "nodes",
  "cluster",
  "network",
  "edge",
  "secrets",
  "data",
  "iam",
  "kubernetes",
  "observability",
  "cost",
  "pack",
];
const files = areas.flatMap((area) =>
  readdirSync(join(root, "policies/rules", area))
    .filter((file) => file !== "index.ts")
    .map((file) => `${area}/${file}`),
);

describe("the pack", () => {
  it("holds every file under rules, area by area, each exported under its own name", async () => {
    const folders = readdirSync(join(root, "policies/rules"), { withFileTypes: true });
    expect(folders.filter((entry) => entry.isDirectory()).map(({ name }) => name)).toEqual([...areas].sort());
    const found = await Promise.all(
      files.map(async (file) => {
        const module: Record<string, { readonly name: string }> = await import(
          join(root, "policies/rules", file)
        );
        const [[exported, rule] = [], ...more] = Object.entries(module);
        expect([file, more]).toEqual([file, []]);
        expect([exported, rule?.name]).toEqual([camelCase(basename(file, ".ts")), basename(file, ".ts")]);
        return rule;
      }),
    );
    expect(new Set(rules)).toEqual(new Set(found));
    const order = rules.map(({ name }) => areas.findIndex((area) => files.includes(`${area}/${name}.ts`)));
    expect(order).toEqual([...order].sort((one, other) => one - other));
  });

  it("gives every rule a name of its own, a test and a fixture", () => {
    const names = rules.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain("all");
    expect(Object.keys(fixtures).sort()).toEqual([...names].sort());
    const tests = files.map((file) => join(root, "test/policies/rules", file.replace(".ts", ".test.ts")));
    expect(tests.filter((test) => !existsSync(test))).toEqual([]);
  });

  it.each(rules.map((rule) => [rule.name, rule] as const))("says all there is to say about %s", (_, rule) => {
    for (const text of [rule.title, rule.why, rule.fix]) expect(text).toMatch(/^[A-Z].{15,300}\.$/);
    for (const text of [rule.example.good, rule.example.bad]) expect(text).not.toBe("");
    expect(rule.example.good).not.toBe(rule.example.bad);
    if ("none" in rule.relatedChecks) expect(rule.relatedChecks.none).toMatch(/^.{20,}/);
    else
      for (const id of rule.relatedChecks)
        expect(id).toMatch(
          /^(?:CKV2?_(?:AWS|K8S)_\d+|AwsSolutions-[A-Z]+\d+|(?:AWS|KSV)-\d+|(?:kyverno|gatekeeper|kube-linter|polaris|awsguard):[A-Za-z0-9-]+)$/,
        );
    for (const token of rule.resourceTypes) expect([token, exists(token)]).toEqual([token, true]);
  });

  it.each(rules.map((rule) => [rule.name, rule] as const))(
    "configures %s with legal defaults",
    (_, { config = {} }) => {
      const { config: defaults, problems } = configure(config, {});
      expect(problems).toEqual([]);
      expect(configure(config, defaults)).toEqual({ config: defaults, problems: [] });
      expect(Object.keys(config)).not.toContain("enforcementLevel");
    },
  );

  it("shows the metadata of each rule", () => {
    const shown = policies({ rules, exemptions: [], today: "2026-11-20" });
    expect(
      shown.map(({ name, description, remediationSteps, severity, enforcementLevel, tags }) => ({
        name,
        description: parseParts(description),
        remediationSteps,
        severity,
        enforcementLevel,
        tags,
      })),
    ).toEqual(
      rules.map(({ name, title, why, fix, severity, level = "mandatory", relatedChecks }) => ({
        name,
        description: { rule: title, why },
        remediationSteps: fix,
        severity,
        enforcementLevel: level,
        tags: "none" in relatedChecks ? [] : relatedChecks,
      })),
    );
  });

  it("is described in its README as it is", () => {
    const run = () =>
      execFileSync(process.execPath, [join(root, "scripts/policies.ts"), "--check"], { stdio: "pipe" });
    expect(run).not.toThrow();
  });

  it("ships exemptions in good order only", () => {
    const today = new Date().toISOString().slice(0, 10);
    expect(exemptions.map((exemption) => exemptionProblems(exemption, today))).toEqual(
      exemptions.map(() => []),
    );
  });

  it.each(environments(root))(
    "is configured for %s by names, levels and settings that there are",
    (environment) => {
      for (const [name, given] of Object.entries(policyConfiguration(root, environment))) {
        const { enforcementLevel = given, ...settings } = typeof given === "string" ? {} : given;
        const rule = rules.find((one) => one.name === name);
        const level = typeof enforcementLevel === "string" ? enforcementLevel : (rule?.level ?? "mandatory");
        expect([name, rule?.name, level]).toEqual([
          name,
          name,
          expect.stringMatching(/^(?:advisory|mandatory|disabled)$/),
        ]);
        expect(configure(rule?.config ?? {}, settings as never).problems).toEqual([]);
      }
    },
  );

  it("takes no resource for untaggable that has tags", () => {
    const taggable = [...untaggable].filter((token) => /^ {4}tags\??: /m.test(declaration(token)));
    expect(taggable).toEqual([]);
  });
});

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Custom resources, whose types come from their charts and not from a provider. */
const customGroups = [
  "karpenter.sh",
  "karpenter.k8s.aws",
  "leaderworkerset.x-k8s.io",
  "keda.sh",
  "elbv2.k8s.aws",
  "external-secrets.io",
  "gateway.networking.k8s.io",
  "monitoring.coreos.com",
];

/** Whether an installed provider has a type. */
function exists(token: string): boolean {
  if (token.endsWith("*")) return true;
  const [provider, path = ""] = token.split(":");
  if (provider === "kubernetes" && customGroups.includes(dirname(path))) return true;
  return source(token, "js").includes(`'${token}'`) || source(token, "js").includes(`"${token}"`);
}

function declaration(token: string): string {
  return source(token, "d.ts");
}

function source(token: string, extension: string): string {
  const [provider = "", path = "", kind = ""] = token.split(":");
  const file = kind.charAt(0).toLowerCase() + kind.slice(1);
  const folder = path === "index" ? "" : provider === "kubernetes" ? groupFolder(path) : dirname(path);
  return readFileSync(join(root, "node_modules/@pulumi", provider, folder, `${file}.${extension}`), "utf8");
}

/** `networking.k8s.io/v1` is kept in `networking/v1`. */
function groupFolder(path: string): string {
  return join(dirname(path).split(".")[0] ?? "", basename(path));
}
