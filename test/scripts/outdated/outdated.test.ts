import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { controllerCharts } from "../../../components/cluster/charts.ts";
import { monitoringCharts } from "../../../components/monitoring/charts.ts";
import { outdated } from "../../../scripts/outdated/outdated.ts";
import { type Pin, pins } from "../../../scripts/outdated/pins.ts";
import type { Fetch } from "../../../scripts/web.ts";

const found: Fetch = async (url) => {
  if (url.endsWith("/vllm/json")) return Response.json({ info: { version: "0.33.0" } });
  if (url.endsWith("/query")) return Response.json({ vulns: [{ id: "CVE-2026-1" }] });
  return new Response("", { status: 503 });
};
const pin = (version: string, source: Pin["source"], advisories?: string): Pin => ({
  subject: "engine",
  version,
  files: ["a.yaml"],
  source,
  ...(advisories !== undefined && { advisories }),
});

describe("what is outdated", () => {
  it("tells current, newer, unreadable and what only the account's owner can ask", async () => {
    const states = await outdated(
      [
        pin("0.33.0", { pypi: "vllm" }),
        pin("0.31.0", { pypi: "vllm" }, "vllm"),
        pin("1.0.0", { github: "team/engine" }),
        pin("v1", { command: "aws eks describe-addon-versions" }),
      ],
      found,
    );
    expect(states.map(({ state, detail, advisories }) => [state, detail, advisories])).toEqual([
      ["current", "0.33.0", []],
      ["newer", "0.33.0", ["CVE-2026-1"]],
      ["unknown", "https://api.github.com/repos/team/engine/releases/latest answers 503", []],
      ["command", "aws eks describe-addon-versions", []],
    ]);
  });

  it("reads each source once", async () => {
    let reads = 0;
    const counting: Fetch = (url) => {
      reads++;
      return found(url);
    };
    await outdated([pin("0.31.0", { pypi: "vllm" }), pin("0.28.0", { pypi: "vllm" })], counting);
    expect(reads).toBe(1);
  });
});

describe("the pins", () => {
  const all = pins([
    { kind: "vllm", version: "0.31.0", file: "stacks/releases/qwen3-8b-awq-1.yaml" },
    { kind: "vllm", version: "0.31.0", file: "stacks/releases/qwen3-8b-awq-2.yaml" },
    { kind: "constructor", version: "1.0.0", file: "" },
  ]);

  it("hold every chart, and an engine once for all of its releases", () => {
    const charts = [...Object.values(controllerCharts), ...Object.values(monitoringCharts)];
    for (const { chart, version } of charts) {
      const subject = `chart ${chart.slice(chart.lastIndexOf("/") + 1)}`;
      expect(all).toContainEqual(expect.objectContaining({ subject, version }));
    }
    expect(all.filter(({ subject }) => subject === "vllm").map(({ files }) => files.length)).toEqual([2]);
  });

  it("name files that hold the version", () => {
    for (const { version, files } of all)
      for (const file of files)
        expect(readFileSync(file, "utf8"), `${version} in ${file}`).toContain(version);
  });
});
