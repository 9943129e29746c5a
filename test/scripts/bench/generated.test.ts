import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { generated, projectWith } from "../../../scripts/bench/generated.ts";
import { loadConfig } from "../../../scripts/plan/report/report.ts";

it.each(generated)("an environment with %i generated models is a legal one", (models) => {
  const folder = projectWith(models);
  try {
    expect(Object.keys(loadConfig(folder, "dev").models).length).toBe(models);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
