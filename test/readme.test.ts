import { spawnSync } from "node:child_process";
import { cpSync, globSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { environments, readStackConfig } from "../scripts/plan/environment.ts";
import { planEnvironment } from "../scripts/plan/plan.ts";
import { projectCopy } from "../scripts/project-copy.ts";
import { fixtureRoot, root } from "./support/plan.ts";
import { planFixture } from "./support/plan-fixture.ts";
import { fixtureValues } from "./support/project.ts";
import { Judge, policyConfiguration } from "./support/rules.ts";
import { thorough } from "./support/thorough.ts";

type Config = Readonly<Record<string, unknown>>;

const readme = readFileSync(join(root, "README.md"), "utf8");
/** The settings that README shows for a stack's file, by their first key. */
const shown = [...readme.matchAll(/```yaml\n# Pulumi\.dev\.yaml\n([^`]+)```/g)].map(([, text = ""]) => ({
  text,
  config: parse(text) as Config,
}));
const byName = ["gantry:models", "gantry:pools"];

/** What is kept by name gets further names, everything else another value. */
function withShown(config: Config, more: Config): Config {
  const entries = Object.entries(more).map(([key, value]) => [
    key,
    byName.includes(key) ? { ...(config[key] as object), ...(value as object) } : value,
  ]);
  return { ...config, ...Object.fromEntries(entries) };
}

let folder: string;
beforeEach(() => {
  folder = projectCopy(fixtureValues);
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (environment: string, config: Config) =>
  writeFileSync(join(folder, `Pulumi.${environment}.yaml`), stringify({ config }));

/** What stops dev with another configuration. */
async function violations(config: Config): Promise<readonly string[]> {
  const { resources, implied = [] } = await planFixture({ environment: "dev", edit: () => config });
  const judge = new Judge([...resources, ...implied], policyConfiguration(fixtureRoot, "dev"));
  return judge.all().filter((finding) => judge.isMandatory(finding));
}

describe("what README shows for values of one's own", () => {
  const dev = readStackConfig(fixtureRoot, "dev");
  const pools = shown.find(({ config }) => "gantry:pools" in config)?.config ?? {};

  it("is about a model, a tenant, a pool, a VPC and a region, in ten lines each at most", () => {
    expect(shown.map(({ config }) => Object.keys(config))).toEqual([
      ["gantry:models"],
      ["gantry:tenants"],
      ["gantry:pools"],
      ["gantry:network"],
      ["aws:region"],
    ]);
    for (const { text } of shown) expect(text.trim().split("\n").length).toBeLessThanOrEqual(6);
  });

  it("violates no rule, all of it in one environment", async () => {
    expect(await violations(shown.map(({ config }) => config).reduce(withShown, dev))).toEqual([]);
  });

  it.runIf(thorough).each(shown.map(({ config }) => [Object.keys(config)[0], config] as const))(
    "violates no rule by itself: %s",
    async (key, config) => {
      // A model takes GPUs, which the shown pool has.
      const before = key === "gantry:models" ? withShown(dev, pools) : dev;
      expect(await violations(withShown(before, config))).toEqual([]);
    },
  );

  it("makes an environment of a copied stack file", async () => {
    const commands = readme.match(/^cp \S+ \S+/gm) ?? [];
    expect(commands.length).toBe(2);
    for (const command of commands) {
      const [, from = "", to = ""] = command.split(" ");
      cpSync(join(folder, from), join(folder, to));
    }
    write("qa", { ...readStackConfig(folder, "qa"), "gantry:account": "555566667777" });
    const { policyReport } = await planEnvironment({ root: folder, environment: "qa" });
    expect(policyReport.diagnostics.filter(({ level }) => level === "mandatory")).toEqual([]);
  });
});

describe.runIf(thorough)("a project with other values everywhere", () => {
  const bucket = "weights-of-another-team";
  const administrators = ["arn:aws:iam::999988887777:role/admins"];

  /** Another account, range, bucket, region and addresses, a pool of another name, one model renamed, the others gone. */
  function other(config: Config): Config {
    const model = { release: "ours-1", pool: "small", replicas: { min: 1, max: 2 } };
    return {
      ...config,
      "aws:region": "eu-west-1",
      "gantry:account": "999988887777",
      "gantry:network": { create: { cidr: "10.88.0.0/16", zones: 3, natGateways: 3 } },
      "gantry:cluster": {
        ...(config["gantry:cluster"] as object),
        endpoint: { publicFrom: ["54.240.196.0/24"] },
        admins: administrators,
      },
      "gantry:pools": { small: { instanceTypes: ["g6e.2xlarge"], capacity: ["on-demand"], maxGpus: 6 } },
      "gantry:models": { support: { blue: model, traffic: { live: "blue", canaryPercent: 0 } } },
      "gantry:modelStore": { bucket },
      "gantry:routes": {},
      "gantry:tenants": {
        team: { models: ["support"], requestsPerMinute: 30, tokensPerMinute: 20_000, monthlyBudgetUsd: 90 },
      },
      "gantry:edge": {
        domain: "ai.example.org",
        zoneId: "Z0ABCDEFGHIJ",
        allowedOrigins: [],
        requestsPerAddress: { limit: 200, windowSeconds: 60 },
      },
      "gantry:monitoring": { retentionDays: 20, storageGiB: 80, notify: ["team@example.org"] },
      "gantry:budget": { monthlyUsd: 20_000 },
    };
  }

  beforeEach(() => {
    for (const environment of environments(folder)) {
      const config = other(readStackConfig(folder, environment));
      rmSync(join(folder, `Pulumi.${environment}.yaml`));
      rmSync(join(folder, "policies/config", `${environment}.json`));
      if (environment === "staging") continue;
      const name = environment === "dev" ? "sandbox" : environment;
      write(name, config);
      const rules = {
        ...(config["gantry:protect"] === false && { "deletion-protected": "disabled" }),
        "model-source-allowed": { allowedBuckets: [bucket] },
        "cluster-access-by-entries": { clusterAdmins: administrators },
      };
      writeFileSync(join(folder, "policies/config", `${name}.json`), JSON.stringify(rules));
    }
    const releases = join(folder, "stacks/releases");
    const release = readFileSync(join(releases, "qwen3-8b-awq-1.yaml"), "utf8");
    rmSync(releases, { recursive: true });
    cpSync(join(fixtureValues, "stacks/releases/qwen3-8b-awq-1.yaml"), join(releases, "ours-1.yaml"));
    writeFileSync(join(releases, "ours-1.yaml"), release.replace("servedName: chat", "servedName: support"));
    for (const part of ["test", "vitest.config.ts", "tsconfig.json", "biome.json", "README.md", "docs"])
      symlinkSync(join(root, part), join(folder, part));
    rmSync(join(folder, "test"));
    cpSync(join(root, "test"), join(folder, "test"), { recursive: true });
  });

  const node = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, CI: undefined },
    });
    return status === 0 ? "passed" : `${stdout}${stderr}`;
  };

  it("plans, is described by the catalogue, and passes the tests that plan", () => {
    for (const environment of environments(folder))
      expect(node("--import=./scripts/fast-start.js", "scripts/plan.ts", environment)).toBe("passed");
    expect(node("scripts/policies.ts", "--check")).toBe("passed");
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    // The others plan fixtures, which this project has as well: test/stacks/shipped.test.ts sees to it.
    const files = globSync("test/**/*.test.ts", { cwd: root }).filter(
      (file) =>
        file !== "test/readme.test.ts" && readFileSync(join(root, file), "utf8").includes("shippedPlans"),
    );
    expect(files).toContain("test/stacks/shipped.test.ts");
    expect(
      node(
        vitest,
        "run",
        "--project",
        "node",
        "test/policies/pack.test.ts",
        "test/policies/config",
        ...files,
      ),
    ).toBe("passed");
  });
});
