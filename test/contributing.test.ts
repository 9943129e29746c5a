import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { projectCopy } from "../scripts/project-copy.ts";
import { root } from "./support/plan.ts";
import { fixtureValues } from "./support/project.ts";
import { thorough } from "./support/thorough.ts";

const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
/** What the page says of each kind of change: files as patterns, and commands. */
const lists = Object.fromEntries(
  page
    .slice(page.indexOf("## How to add"))
    .split("\n### ")
    .slice(1)
    .map((section) => {
      const [title = ""] = section.split("\n");
      const files = [...section.matchAll(/^- `([^`]+)`/gm)].map(([, file = ""]) => file);
      const commands = (section.match(/```sh\n([^`]+)```/)?.[1] ?? "").trim().split("\n");
      return [title, { files, commands }];
    }),
);

const own = (file: string) => readFileSync(join(root, file), "utf8");
const stackFile = (config: (before: Record<string, object>) => object) => {
  const before = parse(readFileSync(join(fixtureValues, "Pulumi.dev.yaml"), "utf8")).config;
  return stringify({ config: { ...before, ...config(before) } });
};
/** @throws when the place isn't there any more */
const inserted = (file: string, before: string, text: string) => {
  const source = own(file);
  if (!source.includes(before)) throw new Error(`${file} has no ${before}`);
  return source.replace(before, text + before);
};

const pool = { instanceTypes: ["g6.2xlarge"], capacity: ["on-demand"], maxGpus: 4 };
const slot = { release: "qwen3-8b-awq-3", pool: "l4", replicas: { min: 1, max: 1 } };
const ruleFile = "policies/rules/cost/budget-alert-present.ts";

/** One change of each kind, as the files that it leaves behind. NVIDIA's L4 is the GPU. [NVIDIA L4 data sheet; AWS, g6] */
const changes: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  "A GPU": {
    "components/capacity/gpus.ts": () =>
      inserted(
        "components/capacity/gpus.ts",
        "  h100: {",
        '  l4: { product: "NVIDIA L4", visibleGiB: 22.03, computeCapability: 89, bandwidthGBps: 300, bf16Tflops: 121, fp8Tflops: 242, decodeBandwidthShare: 0.78, computeShare: 0.5, nvlink: false },\n',
      ).replace('"a10g" |', '"a10g" | "l4" |'),
    "components/capacity/instances.ts": () =>
      inserted(
        "components/capacity/instances.ts",
        '  ["g6e.xlarge"',
        '  ["g6.2xlarge", 8, 32, 58, "l4", 1, 450, 0, 5, 0.9776],\n',
      ),
    "policies/data/gpus.ts": () =>
      inserted("policies/data/gpus.ts", '  h100: { "p5.4xlarge"', '  l4: { "g6.2xlarge": 1 },\n')
        .replace(
          "  h100: { product",
          '  l4: { product: "NVIDIA L4", memoryGiB: 22.03, labelMiB: 22_888, capability: 89 },\n  h100: { product',
        )
        .replace('"a10g" |', '"a10g" | "l4" |'),
    "test/components/capacity/gpus.test.ts": () =>
      own("test/components/capacity/gpus.test.ts").replace("{ a10g: 24,", "{ l4: 24, a10g: 24,"),
    "test/components/serving/engine-refusals.ts": () =>
      inserted(
        "test/components/serving/engine-refusals.ts",
        '  a10g: "g5.48xlarge"',
        '  l4: "g6.48xlarge",\n',
      ),
  },
  "An instance type": {
    "components/capacity/instances.ts": () =>
      inserted(
        "components/capacity/instances.ts",
        '  ["m7g.large"',
        '  ["m7i.8xlarge", 32, 128, 234, undefined, 0, 0, 0, 12.5, 1.6128],\n',
      ),
  },
  "A release": {
    "stacks/releases/<release>.yaml": () =>
      own("test/fixtures/project/stacks/releases/qwen3-8b-awq-1.yaml").replace(
        "concurrentSequences: 32",
        "concurrentSequences: 16",
      ),
  },
  "A pool": {
    "Pulumi.<environment>.yaml": () =>
      stackFile((config) => ({ "gantry:pools": { ...config["gantry:pools"], l4: pool } })),
  },
  "A model": {
    "Pulumi.<environment>.yaml": () =>
      stackFile((config) => ({
        "gantry:pools": { ...config["gantry:pools"], l4: pool },
        "gantry:models": {
          ...config["gantry:models"],
          draft: { blue: slot, traffic: { live: "blue", canaryPercent: 0 } },
        },
      })),
  },
  "An environment": {
    "Pulumi.<environment>.yaml": () => own("test/fixtures/project/Pulumi.dev.yaml"),
    "policies/config/<environment>.json": () => own("test/fixtures/project/policies/config/dev.json"),
  },
  "A rule": {
    "policies/rules/<area>/<rule>.ts": () =>
      own(ruleFile)
        .replaceAll("budgetAlertPresent", "projectBudgetPresent")
        .replace('"budget-alert-present"', '"project-budget-present"'),
    "policies/rules/<area>/index.ts": () =>
      `import { projectBudgetPresent } from "./project-budget-present.ts";\n${own("policies/rules/cost/index.ts").replace("= [", "= [\n  projectBudgetPresent,")}`,
    "test/policies/rules/<area>/<rule>.test.ts": () =>
      own("test/policies/rules/cost/budget-alert-present.test.ts")
        .replaceAll("budgetAlertPresent", "projectBudgetPresent")
        .replaceAll("budget-alert-present", "project-budget-present"),
    "test/policies/fixtures/<area>.ts": () =>
      own("test/policies/fixtures/cost.ts").replace(
        '  "budget-alert-present": {',
        '  "project-budget-present": { good: [budget({})], bad: [budget({ notifications: [] })] },\n  "budget-alert-present": {',
      ),
    "policies/README.md": () => "",
  },
  "An alert": {
    "components/monitoring/alerts/<subject>.ts": () =>
      inserted(
        "components/monitoring/alerts/gpus.ts",
        '  {\n    name: "GpuTemperatureHigh"',
        '  {\n    name: "GpuIdle",\n    expr: gpuMetrics.utilization + " == 0",\n    for: "10m",\n    severity: "warning",\n    summary: "GPU {{ $labels.gpu }} of {{ $labels.Hostname }} computes nothing",\n    description: "Its pod waits, or has none.",\n  },\n',
      ),
    "docs/runbooks/<alert>.md": () =>
      own("docs/runbooks/gpu-temperature-high.md").replace("GpuTemperatureHigh", "GpuIdle"),
    "test/real/alert-cases.ts": () =>
      own("test/real/alert-cases.ts").replace(
        "  GpuTemperatureHigh: [",
        "  GpuIdle: [],\n  GpuTemperatureHigh: [",
      ),
  },
  "A chart version": {
    "components/cluster/charts.ts": () =>
      own("components/cluster/charts.ts").replace('version: "2.20.2"', 'version: "2.21.0"'),
  },
  "An engine version": {
    "components/serving/vllm-versions/<version>.json": () =>
      own("components/serving/vllm-versions/0.33.0.json"),
    "stacks/releases/<release>.yaml": () =>
      own("test/fixtures/project/stacks/releases/qwen3-8b-awq-1.yaml")
        .replace("concurrentSequences: 32", "concurrentSequences: 16")
        .replace("version: 0.31.0", "version: 0.33.1")
        .replace(/exemptions:[\s\S]*/, ""),
  },
};

/** What stands for each name in a pattern. */
const names: Readonly<Record<string, string>> = {
  environment: "qa",
  subject: "gpus",
  release: "qwen3-8b-awq-3",
  area: "cost",
  rule: "project-budget-present",
  alert: "gpu-idle",
  version: "0.33.1",
};
const named = (pattern: string) => pattern.replace(/<(\w+)>/g, (_, name: string) => names[name] ?? name);

describe("the lists of CONTRIBUTING.md", () => {
  let folder: string;
  beforeAll(() => {
    folder = projectCopy(fixtureValues);
    for (const part of ["test", "docs"]) cpSync(join(root, part), join(folder, part), { recursive: true });
    for (const part of ["tsconfig.json", "vitest.config.ts"])
      symlinkSync(join(root, part), join(folder, part));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const node = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    return status === 0 ? "done" : `${args.join(" ")}: ${stdout}${stderr}`;
  };

  it("are about every kind of change that is walked here", () => {
    expect(Object.keys(lists).sort()).toEqual(Object.keys(changes).sort());
  });

  it.each(Object.keys(changes))("%s: names the files that the change touches, and no others", (kind) => {
    expect(lists[kind]?.files.toSorted()).toEqual(Object.keys(changes[kind] ?? {}).sort());
  });

  it.each(Object.entries(lists))("%s: has commands that exist", (_, { commands }) => {
    expect(commands).not.toEqual([]);
    for (const command of commands) {
      const script = command.match(/^npm (?:run )?([\w:-]+)/)?.[1] ?? "";
      expect(Object.keys(scripts), command).toContain(script);
    }
  });

  it("names files that exist, but for those with a name to choose", () => {
    const mentioned = [
      ...page.matchAll(/`((?:components|stacks|policies|scripts|test|docs)\/[^`*<]+\.\w+)`/g),
    ];
    expect(mentioned.map(([, file = ""]) => file).filter((file) => !existsSync(join(root, file)))).toEqual(
      [],
    );
  });

  it("lead to a project that plans, when all of them are walked", { timeout: 600_000 }, () => {
    for (const [kind, files] of Object.entries(changes))
      for (const [pattern, content] of Object.entries(files)) {
        const file = join(folder, named(pattern));
        // The instance type comes after the GPU's, in the same file.
        if (kind === "An instance type") {
          const [, row = ""] = content().match(/(\n {2}\["m7i\.8xlarge".*)/) ?? [];
          writeFileSync(file, readFileSync(file, "utf8").replace(/\n {2}\["m7g\.large"/, `${row}$&`));
        } else writeFileSync(file, content());
      }
    // The environment is the one with the pool and the model.
    writeFileSync(
      join(folder, "Pulumi.qa.yaml"),
      changes["A model"]?.["Pulumi.<environment>.yaml"]?.() ?? "",
    );
    expect(node("scripts/policies.ts", "--write")).toBe("done");
    expect(readFileSync(join(folder, "policies/README.md"), "utf8")).toContain("project-budget-present");
    expect(node("--import=./scripts/fast-start.js", "scripts/plan.ts", "qa")).toBe("done");
    if (!thorough) return;
    // The fixture's imports the pack from where it lies itself.
    cpSync(join(root, "policies/exemptions.ts"), join(folder, "policies/exemptions.ts"));
    expect(node(join(root, "node_modules/typescript-7/bin/tsc"), "--noEmit")).toBe("done");
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const tests = [
      "test/policies/rules/cost",
      "test/components/monitoring",
      "test/components/capacity/gpus.test.ts",
    ];
    expect(node(vitest, "run", "--project", "node", ...tests)).toBe("done");
  });
});
