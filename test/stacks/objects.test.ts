import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import { unknown } from "../../scripts/plan/wire.ts";
import { root, shippedPlans } from "../support/plan.ts";

interface Model {
  new (data: object): { validate(): void };
}

/** The package that publishes a kind's schema, by API group. */
const publishers: Readonly<Record<string, string>> = {
  "external-secrets.io": "@kubernetes-models/external-secrets",
  "karpenter.sh": "@kubernetes-models/karpenter",
  "karpenter.k8s.aws": "@kubernetes-models/karpenter",
  "keda.sh": "@kubernetes-models/keda",
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
};
/** No package publishes the load balancer controller's kinds; model.test.ts names every field of its one object. */
const unpublished = ["elbv2.k8s.aws/v1beta1"];

const objects = shippedPlans().flatMap(({ environment, resources }) =>
  resources
    .filter(
      ({ type, custom, inputs }) => type.startsWith("kubernetes:") && custom && inputs.kind !== undefined,
    )
    .map((resource) => ({ environment, resource, apiVersion: String(resource.inputs.apiVersion) })),
);
const published = objects.filter(({ apiVersion }) => !unpublished.includes(apiVersion));

function moduleOf({ apiVersion }: { apiVersion: string }): string {
  const publisher = publishers[apiVersion.split("/")[0] ?? ""] ?? "kubernetes-models";
  return `${publisher}/${apiVersion}`;
}

describe("every Kubernetes object of every environment", () => {
  it("is of a kind whose schema is published, but for target group bindings", () => {
    const others = objects.filter(({ apiVersion }) => unpublished.includes(apiVersion));
    expect(new Set(others.map(({ resource }) => resource.inputs.kind))).toEqual(
      new Set(["TargetGroupBinding"]),
    );
    expect(published.length).toBeGreaterThan(60);
  });

  it("has values that its schema accepts", async () => {
    const problems: string[] = [];
    for (const object of published) {
      const kind = String(object.resource.inputs.kind);
      const model = ((await import(`${moduleOf(object)}/${kind}`)) as Record<string, Model>)[kind];
      if (model === undefined) throw new Error(`${moduleOf(object)} has no ${kind}`);
      try {
        // Only subnets are unknown where a schema wants a form.
        new model(
          JSON.parse(JSON.stringify(object.resource.inputs).replaceAll(unknown, "subnet-0a1b2c3d")),
        ).validate();
      } catch (error) {
        problems.push(`${object.environment} ${object.resource.name}: ${(error as Error).message}`);
      }
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
    const module = `${moduleOf({ apiVersion: String(inputs.apiVersion) })}/${inputs.kind}`;
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
