import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import { fixturePlans, root } from "../support/plan.ts";
import { isPublished, publisherOf, schemaProblem } from "../support/published-schemas.ts";

const objects = fixturePlans().flatMap(({ environment, resources }) =>
  resources
    .filter(
      ({ type, custom, inputs }) => type.startsWith("kubernetes:") && custom && inputs.kind !== undefined,
    )
    .map((resource) => ({ environment, resource })),
);
const published = objects.filter(({ resource }) => isPublished(resource.inputs));

describe("every Kubernetes object of every environment", () => {
  it("is of a kind whose schema is published, but for target group bindings", () => {
    const others = objects.filter(({ resource }) => !isPublished(resource.inputs));
    expect(new Set(others.map(({ resource }) => resource.inputs.kind))).toEqual(
      new Set(["TargetGroupBinding"]),
    );
    expect(published.length).toBeGreaterThan(60);
  });

  it("has values that its schema accepts", async () => {
    const problems: string[] = [];
    for (const object of published) {
      const problem = await schemaProblem(object.resource.inputs);
      if (problem !== undefined) problems.push(`${object.environment} ${object.resource.name}: ${problem}`);
    }
    expect(problems).toEqual([]);
  });

  describe("written as its published type", () => {
    const folder = join(root, "node_modules/.cache/gantry-objects");
    beforeAll(() => mkdirSync(folder, { recursive: true }));
    afterAll(() => rmSync(folder, { recursive: true }));

    it("has no field that the type doesn't know", () => {
      expect(
        typeErrors(
          folder,
          published.map(({ resource }) => resource),
        ),
      ).toEqual([]);
    });

    it("would be refused with a misspelt field", () => {
      const [deployment] = published.filter(({ resource }) => resource.inputs.kind === "Deployment");
      if (deployment === undefined) throw new Error("no Deployment is planned");
      const { inputs } = deployment.resource;
      const misspelt = {
        ...deployment.resource,
        inputs: { ...inputs, spec: { ...(inputs.spec as object), replica: 1 } },
      };
      expect(typeErrors(folder, [misspelt])).toEqual([
        expect.stringContaining("'\"replica\"' does not exist in type"),
      ]);
    });
  });
});

/** What the compiler says of objects that are written out as literals of their types: it refuses unknown fields. */
function typeErrors(folder: string, resources: readonly PlannedResource[]): string[] {
  const file = join(folder, "objects.ts");
  const lines = resources.map(({ inputs }, index) => {
    const module = `${publisherOf(inputs)}/${inputs.kind}`;
    return `export const o${index}: import("${module}").I${inputs.kind} = ${JSON.stringify(inputs)};`;
  });
  writeFileSync(file, lines.join("\n"));
  const program = ts.createProgram([file], {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText, start, file: at }) => {
    const line = at && start !== undefined ? at.getLineAndCharacterOfPosition(start).line : -1;
    return `${resources[line]?.name}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}
