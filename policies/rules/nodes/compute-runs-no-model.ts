import type { Finding, Resource, ResourceRule } from "../../framework/rule.ts";
import { at, isFields, unknown, type Value } from "../../framework/value.ts";
import { isApplication, unlessApplication } from "../../read/aws/purpose.ts";
import { engineKind, engineSettings, mentionsEngine } from "../../read/engine/engine.ts";
import { machines, machineTypes, outsideContainers, programs } from "../../read/engine/outside-compute.ts";
import { nodeClass } from "../../read/kubernetes/cluster.ts";
import { gpuFamily } from "../../read/kubernetes/node-pool.ts";
import { fromBase64 } from "../../read/text/base64.ts";

const allowed = `instances without accelerators and programs that serve no model, known at preview; ${unlessApplication}`;

export const computeRunsNoModel: ResourceRule<typeof engineSettings> = {
  name: "compute-runs-no-model",
  title: "Models run only on the cluster's GPU pools.",
  why: "An instance, an ECS task, a batch job or a function that runs a model has none of the pins, limits and keys of an engine, and no limit covers a GPU outside the pools.",
  fix: "Serve the model with a slot of the cluster; tag a resource that serves no model with gantry.dev/purpose: application.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't check an instance's purpose" },
  resourceTypes: [...machines, ...programs, nodeClass],
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
          problem:
            kind === unknown ? "what it runs isn't known at preview" : "it runs an engine, or requests a GPU",
          allowed,
        };
    }
  },
};

/** Requirements that select instance types with accelerators. [EC2 API, InstanceRequirements] */
const requirement = /^accelerator/;

function* accelerated({ type, props }: Resource): Generator<Finding> {
  for (const { path, value } of machineTypes("", props))
    if (typeof value !== "string" || gpuFamily.test(value))
      yield { path, problem: "the instance has accelerators, or its type isn't known at preview", allowed };
  for (const path of requirements("", props))
    yield { path, problem: "instances with accelerators may be selected", allowed };
  if (type === "aws:ecs/taskDefinition:TaskDefinition" && at(props, "inferenceAccelerators") !== undefined)
    yield { path: "inferenceAccelerators", problem: "the task requests accelerators", allowed };
}

function requirements(path: string, value: Value): readonly string[] {
  if (!isFields(value))
    return Array.isArray(value) ? value.flatMap((one, index) => requirements(`${path}.${index}`, one)) : [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const innerPath = path === "" ? key : `${path}.${key}`;
    if (key === "instanceRequirements" && !isFields(inner) && inner !== undefined && !Array.isArray(inner))
      return [innerPath];
    if (requirement.test(key) && inner !== undefined && at(inner, "max") !== 0) return [innerPath];
    return requirements(innerPath, inner);
  });
}

/** The user data of an instance, in plain text or in base64. */
function* userData({ type, props }: Resource): Generator<Finding> {
  for (const path of type === nodeClass ? ["spec.userData"] : ["userData", "userDataBase64"]) {
    const value = at(props, ...path.split("."));
    if (value === undefined) continue;
    if (typeof value !== "string") {
      yield { path, problem: "the user data isn't known at preview", allowed };
      continue;
    }
    if (mentionsEngine(value) || mentionsEngine(fromBase64(value)))
      yield { path, problem: "the user data starts an engine", allowed };
  }
}
