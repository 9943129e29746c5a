import type { Resource } from "../../framework/rule.ts";
import {
  at,
  elements,
  isFields,
  isList,
  orUnknown,
  plain,
  unknown,
  type Value,
} from "../../framework/value.ts";
import type { Container } from "../kubernetes/containers.ts";

/** Types that start instances or programs outside the cluster. */
export const machines: readonly string[] = [
  "aws:ec2/instance:Instance",
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:ec2/launchConfiguration:LaunchConfiguration",
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
  "aws:ec2/spotFleetRequest:SpotFleetRequest",
  "aws:ec2/fleet:Fleet",
  "aws:autoscaling/group:Group",
  "aws:batch/computeEnvironment:ComputeEnvironment",
  "aws:ecs/capacityProvider:CapacityProvider",
  "aws:lambda/capacityProvider:CapacityProvider",
];
const tasks = "aws:ecs/taskDefinition:TaskDefinition";
const jobs = "aws:batch/jobDefinition:JobDefinition";
const functions = "aws:lambda/function:Function";
/** Types of resources that run a container or a function outside the cluster. */
export const programs: readonly string[] = [tasks, jobs, functions];

/** A machine's type, where it is written. */
export interface MachineType {
  readonly path: string;
  readonly value: Value;
}

const typeNames = ["instanceType", "instanceTypes", "allowedInstanceTypes"];

/** Every instance type in a resource, however deep. */
export function machineTypes(path: string, value: Value, name = ""): readonly MachineType[] {
  if (value === undefined) return [];
  if (isList(value)) return value.flatMap((one, index) => machineTypes(`${path}.${index}`, one, name));
  if (isFields(value))
    return Object.entries(value).flatMap(([key, inner]) =>
      machineTypes(path === "" ? key : `${path}.${key}`, inner, key),
    );
  return typeNames.includes(name) ? [{ path, value }] : [];
}

/** The programs of a task, a job or a function as containers, so that rules read them like those of pods. */
export function outsideContainers({ type, props }: Pick<Resource, "type" | "props">): readonly Container[] {
  switch (type) {
    case tasks:
      return definitions(parsed(at(props, "containerDefinitions"))).map(ofTask);
    case jobs:
      return ["containerProperties", "ecsProperties", "eksProperties", "nodeProperties"].flatMap((name) => {
        const properties = parsed(at(props, name));
        return properties === undefined ? [] : containersWithin(properties).map((one) => ofTask(one, name));
      });
    case functions:
      return at(props, "imageUri") === undefined
        ? []
        : [
            {
              path: "imageUri",
              where: "image",
              fields: {
                image: at(props, "imageUri"),
                command: at(props, "imageConfig", "entryPoints"),
                args: at(props, "imageConfig", "commands"),
                env: variablesOf(at(props, "environment", "variables")),
              },
            },
          ];
    default:
      return [];
  }
}

/** Variables of a function as those of a container. */
function variablesOf(value: Value): Value {
  if (!isFields(value)) return value;
  return Object.entries(value).map(([name, inner]) => ({ name, value: inner }));
}

/** What has an image in a job's properties, however deep: of one container, of several, of a pod's and of nodes'. */
function containersWithin(value: Value): readonly Value[] {
  if (isList(value)) return value.flatMap(containersWithin);
  if (!isFields(value)) return [unknown];
  if (value.image !== undefined) return [value];
  const within = Object.values(value).filter(
    (inner) => isFields(inner) || isList(inner) || inner === unknown,
  );
  return within.flatMap(containersWithin).filter((one) => one === unknown || isFields(one));
}

function definitions(value: Value): readonly Value[] {
  return orUnknown(elements(value ?? unknown));
}

/** [ECS API, ContainerDefinition; Batch API, ContainerProperties, EksContainer] */
function ofTask(fields: Value, index: number | string): Container {
  const path = typeof index === "number" ? `containerDefinitions.${index}` : index;
  if (!isFields(fields)) return { path, where: `container ${index}`, fields: unknown };
  const asked =
    orUnknown(elements(fields.resourceRequirements)).some(
      (one) => at(one, "type") === "GPU" || one === unknown,
    ) || orUnknown(elements(at(fields.linuxParameters, "devices"))).some(mayAccelerate);
  return {
    path,
    where: `container ${index}`,
    fields: {
      image: fields.image,
      command: fields.entryPoint ?? (fields.args === undefined ? undefined : fields.command),
      // A pod's container has both; only the words matter here.
      args: fields.args ?? fields.command,
      env: fields.environment ?? fields.env,
      livenessProbe: { exec: { command: at(fields.healthCheck, "command") } },
      resources: asked ? { limits: { "nvidia.com/gpu": "1" } } : fields.resources,
    },
  };
}

/** Whether a device of the instance may be an accelerator. [NVIDIA and Neuron drivers] */
function mayAccelerate(device: Value): boolean {
  const path = at(device, "hostPath");
  return typeof path !== "string" || /^\/dev\/(?:nvidia|neuron|dri|kfd|accel|habana|hl\d)/.test(path);
}

/** Definitions are JSON strings. */
function parsed(value: Value): Value {
  if (typeof value !== "string") return value;
  try {
    return plain(JSON.parse(value));
  } catch (error) {
    if (error instanceof SyntaxError) return unknown;
    throw error;
  }
}
