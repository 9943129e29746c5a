import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { notes } from "../../../scripts/diff/notes.ts";
import { stepsBetween } from "../../../scripts/diff/steps.ts";
import type { Plan } from "../../../scripts/plan/plan.ts";
import { fixtureValues, projectWith } from "../../support/project.ts";
import { sample } from "../../support/thorough.ts";
import { deployed, lineOf, stepsOf } from "./compared.ts";
import { labels } from "./settings-labels.ts";

let fixture: Plan;
beforeAll(async () => {
  fixture = await deployed({});
});

test.each(sample(labels))(
  "$what reaches as far as $source",
  async ({ edits, from, line, notes: expected = [] }) => {
    const base = from === undefined ? fixture : await deployed(from);
    const { steps, head } = await stepsOf(base, edits);
    expect(lineOf(base, head, steps)).toBe(line);
    const side = (plan: Plan) => ({ plan, readByOwnCode: false });
    expect(notes(side(base), side(head), steps)).toEqual(expected);
  },
);

// Kubernetes, Deployments: a change of the template is rolled out. No other document names the engine's version.
test.each([
  ["qwen3-8b-awq-2", "restarts pods: chat green"],
  ["qwen3-8b-awq-1", "restarts pods: chat blue"],
])("another version of %s's engine restarts the pods of its slot alone", async (name, line) => {
  const file = join(fixtureValues, "stacks/releases", `${name}.yaml`);
  const release = parse(readFileSync(file, "utf8"));
  const engine = { ...release.engine, version: "0.32.0", image: `example.com/vllm@sha256:${"0".repeat(64)}` };
  using project = projectWith({ [name]: { ...release, engine, exemptions: [] } });
  const head = await deployed({}, undefined, project.root);
  expect(lineOf(fixture, head, stepsBetween(fixture, head))).toBe(line);
});
