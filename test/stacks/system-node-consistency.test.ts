import { describe, expect, it } from "vitest";
import { environments } from "../../scripts/plan/environment.ts";
import { loadConfig } from "../../scripts/plan/report/report.ts";
import type { Settings } from "../../stacks/schema.ts";
import { systemNodeProblems } from "../../stacks/system-node-consistency.ts";
import { fixtureRoot } from "../support/plan.ts";

const { releases, ...dev } = loadConfig(fixtureRoot, "dev");
const withNodes = (
  systemNodes: Partial<Settings["cluster"]["systemNodes"]>,
  others: Partial<Pick<Settings, "models">> = {},
) => ({
  ...dev,
  cluster: { ...dev.cluster, systemNodes: { ...dev.cluster.systemNodes, ...systemNodes } },
  ...others,
});
const slot = (release: string) => ({ release, pool: "a10g", replicas: { min: 1, max: 1 } });
/** As many models as there are commits, each with weights of its own to stage. */
const manyReleases = Object.fromEntries(
  Array.from({ length: 24 }, (_, index) => {
    const release = releases["qwen3-8b-awq-1"];
    if (release === undefined) throw new Error("the shipped release is away");
    const revision = index.toString(16).padStart(40, "0");
    return [`r${index}`, { ...release, model: { ...release.model, revision } }];
  }),
);
const manyModels = Object.fromEntries(
  Object.keys(manyReleases).map((release, index) => [
    `m${index}`,
    { blue: slot(release), traffic: { live: "blue" as const, canaryPercent: 0 } },
  ]),
);

describe("system nodes", () => {
  it.each(environments(fixtureRoot))("hold all that runs on them, as shipped: %s", (environment) => {
    const config = loadConfig(fixtureRoot, environment);
    expect(systemNodeProblems(config, config.releases)).toEqual([]);
  });

  it("are refused when there is one, as two controllers never share a node", () => {
    const [problem, ...more] = systemNodeProblems(withNodes({ min: 1 }), releases);
    expect(more).toEqual([]);
    expect(problem).toMatchObject({
      path: "cluster.systemNodes",
      value: { instanceType: "m7i.xlarge", min: 1 },
    });
    expect(problem?.message).toContain(
      "karpenter (250m CPU and 512 MiB, no two on one node) may find no node",
    );
    expect(problem?.message).toContain("what works next is min: 2");
  });

  it("are refused for the Jobs of many releases at once, with the sum and what works next", () => {
    const settings = withNodes({}, { models: manyModels });
    const [problem] = systemNodeProblems(settings, manyReleases);
    expect(problem?.message).toContain("stagingJob 24 × 250m/1024 MiB");
    // 3920m and 14162 MiB are allocatable, of which the DaemonSets take 210m and 182 MiB.
    expect(problem?.message).toContain(
      "2 × m7i.xlarge have 3710m CPU and 13980 MiB and room for 52 pods each",
    );
    const [, min, type] = /min: (\d+), or instanceType: (\S+)/.exec(problem?.message ?? "") ?? [];
    expect(systemNodeProblems(withNodes({ min: Number(min) }, { models: manyModels }), manyReleases)).toEqual(
      [],
    );
    expect(
      systemNodeProblems(withNodes({ min: Number(min) - 1 }, { models: manyModels }), manyReleases),
    ).not.toEqual([]);
    expect(
      systemNodeProblems(withNodes({ instanceType: type ?? "" }, { models: manyModels }), manyReleases),
    ).toEqual([]);
  });

  it("are refused where the gateway's pods take the others' room, with the sum and what works next", () => {
    const [problem] = systemNodeProblems(withNodes({ instanceType: "m7i.large" }), releases);
    expect(problem?.message).toContain("gateway 2 × 500m/1536 MiB");
    expect(problem?.message).toContain("what works next is min: 4, or instanceType: m7i.xlarge");
  });

  it("hold as many of the gateway's pods as its autoscaler may ask for", () => {
    const gateway = { ...dev.gateway, replicas: { min: 2, max: 12 } };
    const [problem] = systemNodeProblems({ ...withNodes({}), gateway }, releases);
    expect(problem?.message).toContain("gateway 12 × 500m/1536 MiB");
  });

  it("need no room for Jobs of releases that are read from the hub", () => {
    const fromHub = Object.fromEntries(
      Object.entries(manyReleases).map(([name, release]) => [
        name,
        { ...release, model: { ...release.model, source: "hub" as const } },
      ]),
    );
    const [problem] = systemNodeProblems(withNodes({ min: 1 }, { models: manyModels }), fromHub);
    expect(problem?.message).not.toContain("stagingJob");
  });
});
