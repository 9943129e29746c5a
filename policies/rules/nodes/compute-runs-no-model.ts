import type { Finding, Resource, ResourceRule } from "../../framework/rule.ts";
import { at, isFields, unknown, type Value } from "../../framework/value.ts";
import { isApplication, unlessApplication } from "../../read/aws/purpose.ts";
import { engineKind, engineSettings, mentionsEngine } from "../../read/engine/engine.ts";
import { machines, machineTypes, outsideContainers, programs } from "../../read/engine/outside-compute.ts";
import { gpuFamily } from "../../read/kubernetes/node-pool.ts";

const allowed = `machines without accelerators and programs that serve no model, known at preview; ${unlessApplication}`;

export const computeRunsNoModel: ResourceRule<typeof engineSettings> = {
  name: "compute-runs-no-model",
  title: "Models run on the cluster's GPU pools and nowhere else.",
  why: "An instance, an ECS task, a batch job or a function that runs a model has none of the pins, limits and keys of an engine, and a GPU beside the pools is in nobody's ceiling.",
  fix: "Serve the model by a slot of the cluster; tag what serves none gantry.dev/purpose: application.",
  severity: "high",
  level: "mandatory",
  relatedChecks: { none: "the studied tools don't ask what a machine is for" },
  resourceTypes: [...machines, ...programs],
  example: { good: "instanceType: t4g.micro", bad: "instanceType: g5.xlarge" },
  config: engineSettings,

  *check(resource, config) {
    const declared = isApplication(resource);
    if (!declared) yield* accelerated(resource);
    yield* userData(resource);
    for (const container of outsideContainers(resource)) {
      const kind = engineKind({ ...container, purpose: declared ? "application" : undefined }, config);
      if (kind !== undefined)
        yield {
          path: container.path,
          where: container.where,
          problem: kind === unknown ? "what it runs can't be read" : "it runs an engine, or asks for a GPU",
          allowed,
        };
    }
  },
};

/** Requirements by which EC2 chooses types with accelerators. [EC2 API, InstanceRequirements] */
const requirement = /^accelerator/;

function* accelerated({ type, props }: Resource): Generator<Finding> {
  for (const { path, value } of machineTypes("", props))
    if (typeof value !== "string" || gpuFamily.test(value))
      yield { path, problem: "the machine has accelerators, or its type isn't known at preview", allowed };
  for (const path of requirements("", props))
    yield { path, problem: "machines with accelerators may be chosen", allowed };
  if (type === "aws:ecs/taskDefinition:TaskDefinition" && at(props, "inferenceAccelerators") !== undefined)
    yield { path: "inferenceAccelerators", problem: "the task asks for accelerators", allowed };
}

function requirements(path: string, value: Value): readonly string[] {
  if (!isFields(value))
    return Array.isArray(value) ? value.flatMap((one, index) => requirements(`${path}.${index}`, one)) : [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = path === "" ? key : `${path}.${key}`;
    if (key === "instanceRequirements" && !isFields(inner) && inner !== undefined && !Array.isArray(inner))
      return [here];
    if (requirement.test(key) && inner !== undefined && at(inner, "max") !== 0) return [here];
    return requirements(here, inner);
  });
}

/** What a machine runs when it starts, in plain text or in base64. */
function* userData({ props }: Resource): Generator<Finding> {
  for (const path of ["userData", "userDataBase64"]) {
    const value = at(props, path);
    if (value === undefined) continue;
    if (typeof value !== "string") {
      yield { path, problem: "what the machine starts isn't known at preview", allowed };
      continue;
    }
    if (mentionsEngine(value) || mentionsEngine(Buffer.from(value, "base64").toString("latin1")))
      yield { path, problem: "the machine starts an engine", allowed };
  }
}
