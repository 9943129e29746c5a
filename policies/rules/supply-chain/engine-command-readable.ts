import { type Container, containers, workloads } from "../../lib/containers.ts";
import { engineKind, engineSettings, hidesCommand, readEngine } from "../../lib/engine.ts";
import type { Finding, ResourceRule } from "../../lib/rule.ts";
import type { ConfigOf } from "../../lib/settings.ts";
import { repeatedFlags } from "../../lib/vllm-arguments.ts";

type Config = ConfigOf<typeof engineSettings>;

const allowed = "the image's own entrypoint with plain, known flags, each once, and one model";

export const engineCommandReadable: ResourceRule<typeof engineSettings> = {
  name: "engine-command-readable",
  title: "An engine's command line says all that it runs with.",
  why: "Behind a shell, a file or a flag that is taken back later, an engine can run with anything: no other rule about engines would judge what really happens.",
  fix: "Leave command out and write args as a list of flags that policies/data lists for the engine, each once, with plain values.",
  severity: "critical",
  level: "mandatory",
  anchors: { none: "the studied tools don't read engine command lines" },
  reads: workloads,
  example: {
    good: 'args: ["s3://models/Qwen/Qwen3-8B-AWQ/<40 hex>", "--max-model-len=8192"]',
    bad: 'command: ["sh", "-c", "vllm serve Qwen/Qwen3-8B-AWQ $FLAGS"]',
  },
  config: engineSettings,

  *check(resource, config) {
    for (const container of containers(resource)) yield* unclear(container, config);
  },
};

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

/** Why a container that is no engine of a known kind may be one all the same. */
function opaque(container: Container, config: Config): string | undefined {
  if (engineKind(container, config) === "other")
    return "it asks for a GPU and is neither an engine that the rules can read nor a listed utility";
  return hidesCommand(container)
    ? "its command line is not known at preview, so it may start an engine"
    : undefined;
}
