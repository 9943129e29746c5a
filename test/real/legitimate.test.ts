import { beforeAll, describe, expect, it } from "vitest";
import type { Judged } from "../support/judge-legitimate.ts";
import { pythonWithAws, runPython } from "../support/python.ts";
import { judgeLegitimate } from "../support/run-judge-legitimate.ts";

const python = pythonWithAws();

describe("any change that an operator may make", () => {
  let judged: readonly Judged[] = [];
  beforeAll(async () => {
    judged = await judgeLegitimate("all");
  });

  it("meets no rule, as different as plans then are", () => {
    expect(
      judged
        .filter(
          ({ violations, mistakes, refused }) =>
            violations.length > 0 || mistakes.length > 0 || refused !== undefined,
        )
        .map(({ aws, ...rest }) => rest),
    ).toEqual([]);
    expect(judged.length).toBeGreaterThanOrEqual(50);
    expect(new Set(judged.map(({ resources }) => resources)).size).toBeGreaterThan(15);
  });

  it.runIf(python !== undefined)("asks AWS for nothing that botocore's service models refuse", () => {
    const all = judged.flatMap(({ variant, aws }) =>
      aws.map((resource) => ({ ...resource, name: `${resource.name} (${variant})` })),
    );
    expect(all.length).toBeGreaterThan(50 * judged.length);
    expect(runPython(python ?? "", "aws-models.py", all).slice(0, -1)).toEqual([]);
  });
});
