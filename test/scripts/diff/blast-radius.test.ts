import { beforeAll, expect, test } from "vitest";
import type { Plan } from "../../../scripts/plan/plan.ts";
import { sample } from "../../support/thorough.ts";
import { deployed, lineOf, stepsOf } from "./compared.ts";
import { labels } from "./settings-labels.ts";

let fixture: Plan;
beforeAll(async () => {
  fixture = await deployed({});
});

test.each(sample(labels))("$what reaches as far as $source", async ({ edits, from, line }) => {
  const base = from === undefined ? fixture : await deployed(from);
  const { steps, head } = await stepsOf(base, edits);
  expect(lineOf(base, head, steps)).toBe(line);
});
