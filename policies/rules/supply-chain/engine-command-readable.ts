import type { Finding, ResourceRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { at } from "../../framework/value.ts";
import { purposeOf, unlessApplicationPods } from "../../read/aws/purpose.ts";
import { engineKind, engineSettings, hidesCommand, readEngine } from "../../read/engine/engine.ts";
import { repeatedFlags } from "../../read/engine/vllm-arguments.ts";
import {
  type Container,
  containersOf,
  type PodSpec,
  podSpecs,
  workloads,
} from "../../read/kubernetes/containers.ts";
import { acceleratorsAsked } from "../../read/kubernetes/gpus-asked.ts";

type Config = ConfigOf<typeof engineSettings>;

const allowed = `the image's own entrypoint with literal, known flags, each once, and one model; ${unlessApplicationPods}`;

/** Runtimes that give a container only the devices that it requests. [Kubernetes, RuntimeClass; gVisor; Kata Containers] */
const plainRuntimes = ["gvisor", "kata", "kata-clh", "kata-qemu", "runc"];

export const engineCommandReadable: ResourceRule<typeof engineSettings> = {
  name: "engine-command-readable",
  title: "An engine's whole configuration is readable from its command line.",
  why: "A shell, a file or a flag that is overridden later can hide an engine's settings: the other rules about engines would then check something other than what runs.",
  fix: "Leave command out and write args as a list of flags that policies/data lists for the engine, each once, with literal values.",
  severity: "critical",
  relatedChecks: { none: "the studied tools don't read engine command lines" },
  resourceTypes: workloads,
  example: {
    good: 'args: ["s3://models/Qwen/Qwen3-8B-AWQ/<40 hex>", "--max-model-len=8192"]',
    bad: 'command: ["sh", "-c", "vllm serve Qwen/Qwen3-8B-AWQ $FLAGS"]',
  },
  config: engineSettings,

  *check(resource, config) {
    for (const pod of podSpecs(resource)) {
      for (const container of containersOf(pod)) yield* unclear(container, config);
      if (takesDevices(pod))
        yield {
          path: `${pod.prefix}runtimeClassName`,
          where: "pod",
          problem: "its runtime class may give it accelerators that it doesn't request",
          allowed: `${plainRuntimes.join(", ")}, or unset; accelerators by resources.limits`,
        };
    }
  },
};

/** A runtime such as `nvidia` gives every GPU of the node to containers that don't request any. */
function takesDevices(pod: PodSpec): boolean {
  const runtime = at(pod.spec, "runtimeClassName");
  if (runtime === undefined || plainRuntimes.some((one) => one === runtime)) return false;
  return (
    purposeOf(pod.labels) === undefined &&
    !containersOf(pod).some(({ fields }) => acceleratorsAsked(fields).length > 0)
  );
}

function* unclear(container: Container, config: Config): Generator<Finding> {
  const { path, where } = container;
  const finding = (problem: string): Finding => ({ path: `${path}.args`, where, problem, allowed });
  const engine = readEngine(container, config);
  if (engine === undefined) {
    const problem = opaque(container, config);
    if (problem !== undefined) yield finding(problem);
  } else if ("problem" in engine) yield finding(engine.problem);
  else
    for (const flag of repeatedFlags(engine.args))
      yield { path: `${path}.args.${flag}`, where, problem: `${flag} is given more than once`, allowed };
}

/** Why a container that isn't recognized as an engine may still be one. */
function opaque(container: Container, config: Config): string | undefined {
  if (engineKind(container, config) === "other")
    return "it requests an accelerator, or runs a program that serves models, and is neither an engine that the rules can read nor in gpuUtilities";
  return hidesCommand(container)
    ? "its command line is not known at preview, so it may start an engine"
    : undefined;
}
