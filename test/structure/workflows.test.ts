import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { profiles } from "../../scripts/rollout/profiles.ts";
import { root } from "../support/plan.ts";

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly "timeout-minutes"?: number;
  readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
}
interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(root, ".github/workflows");
const actions = join(root, ".github/actions");
const texts = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));
const workflows = new Map([...texts].map(([file, text]) => [file, parse(text) as Workflow]));
const jobs = [...workflows].flatMap(([file, { jobs }]) =>
  Object.entries(jobs).map(([name, job]) => ({ file, name, job })),
);

describe("the workflows", () => {
  it("pin each action to a commit, and say which version that is", () => {
    const local = readdirSync(actions).map((name) => readFileSync(join(actions, name, "action.yml"), "utf8"));
    const uses = [...texts.values(), ...local].flatMap((text) => text.match(/uses: .*/g) ?? []);
    const pinned = /^uses: (\.\/\.github\/actions\/\w+|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;
    expect(uses.filter((use) => !pinned.test(use))).toEqual([]);
  });

  it("may read and nothing more, but for jobs that say what they write", () => {
    for (const { permissions } of workflows.values()) expect(permissions).toEqual({ contents: "read" });
    const writers = jobs.flatMap(({ file, name, job }) =>
      Object.entries(job.permissions ?? {})
        .filter(([scope, access]) => access === "write" && scope !== "id-token")
        .map(([scope]) => `${file} ${name} ${scope}`),
    );
    expect(writers).toEqual(["preview.yml comment pull-requests", "rollout.yml rollout contents"]);
  });

  it("run no code of a pull request with a token that writes, or with secrets of this repository for a fork", () => {
    for (const text of texts.values()) expect(text).not.toMatch(/pull_request_target|workflow_run/);
    const comment = workflows.get("preview.yml")?.jobs.comment;
    expect(comment?.steps.flatMap(({ uses = [] }) => uses)).toEqual([]);
    expect(comment?.steps.some(({ run = "" }) => /\b(npm|node|npx)\b/.test(run))).toBe(false);
  });

  it("put no text of an event into a script, only into its environment", () => {
    const scripts = jobs.flatMap(({ job }) => job.steps.flatMap(({ run = [] }) => run));
    expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
  });

  it("write to an environment one at a time, and are never cut off in it", () => {
    for (const file of ["deploy.yml", "rollout.yml"]) {
      for (const { concurrency } of Object.values(workflows.get(file)?.jobs ?? {})) {
        expect(concurrency?.group).toMatch(/write-/);
        expect(concurrency?.["cancel-in-progress"]).toBe(false);
      }
    }
  });

  it("end by themselves", () => {
    const endless = jobs.filter(({ job }) => job["timeout-minutes"] === undefined);
    expect(endless.map(({ file, name }) => `${file} ${name}`)).toEqual([]);
  });

  it("offer every risk profile of a rollout", () => {
    const { on } = workflows.get("rollout.yml") as {
      on: { workflow_dispatch: { inputs: { profile: { options: string[] } } } };
    };
    expect(on.workflow_dispatch.inputs.profile.options).toEqual(Object.keys(profiles));
  });
});
