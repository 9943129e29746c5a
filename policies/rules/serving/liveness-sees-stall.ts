import type { ResourceRule } from "../../framework/rule.ts";
import { at, isList, type Value } from "../../framework/value.ts";
import { engineSettings, type ReadEngine, readEngine } from "../../read/engine/engine.ts";
import { containersOf, podSpecs, workloads } from "../../read/kubernetes/containers.ts";

export const livenessSeesStall: ResourceRule<typeof engineSettings> = {
  name: "liveness-sees-stall",
  title: "The liveness probe detects a stalled engine.",
  why: "The vLLM server answers its health check while the engine core hangs (vllm#45094, #36451): requests wait until they time out, and the container isn't restarted.",
  fix: "Set livenessProbe to a command that compares the running requests with the tokens computed since its last run, such as components/serving/engine_progress.py.",
  severity: "medium",
  level: "advisory",
  relatedChecks: { none: "the studied tools require a probe, but don't check what it detects" },
  resourceTypes: workloads,
  example: {
    good: 'livenessProbe: { exec: { command: ["python3", "-c", <compares vllm:num_requests_running and vllm:iteration_tokens_total>] } }',
    bad: "livenessProbe: { httpGet: { path: /health, port: http } }",
  },
  config: engineSettings,

  *check(resource, config) {
    // Containers of the other lists run once, or are ephemeral.
    const running = podSpecs(resource).flatMap((pod) => containersOf(pod, ["containers"]));
    for (const container of running) {
      const engine = readEngine(container, config);
      const problem =
        engine === undefined ? undefined : whyUndetected(engine, at(container.fields, "livenessProbe"));
      if (problem !== undefined)
        yield {
          path: `${container.path}.livenessProbe`,
          where: container.where,
          problem,
          allowed: "a check that fails while requests run and no token is computed",
        };
    }
  },
};

/** Why a stalled engine isn't restarted; undefined where it is. */
function whyUndetected(engine: ReadEngine, probe: Value): string | undefined {
  if ("problem" in engine) return engine.problem;
  switch (engine.kind) {
    case "vllm":
      // A worker of a group has no server to probe; its leader waits for it and shows its state.
      if (engine.args.flags.get("--headless") === true || readsProgress(probe)) return undefined;
      return "livenessProbe only checks the server, which answers while the engine core hangs";
    case "tgi":
      // Its server checks the process on the GPU. [text-generation-inference backends/v3/src/backend.rs]
      return at(probe, "httpGet", "path") === "/health" ? undefined : "livenessProbe doesn't use /health";
    case "ollama":
      return "Ollama doesn't expose its progress";
  }
}

/** Whether a command reads vLLM's running requests and its computed tokens. */
function readsProgress(probe: Value): boolean {
  const command = at(probe, "exec", "command");
  const words = isList(command) ? command.filter((word) => typeof word === "string") : [];
  const reads = (text: string) => words.some((word) => word.includes(text));
  return (
    reads("vllm:num_requests_running") && (reads("vllm:iteration_tokens") || reads("vllm:generation_tokens"))
  );
}
