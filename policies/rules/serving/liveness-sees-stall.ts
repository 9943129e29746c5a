import type { ResourceRule } from "../../framework/rule.ts";
import { at, isList, type Value } from "../../framework/value.ts";
import { engineSettings, type ReadEngine, readEngine } from "../../read/engine/engine.ts";
import { containersOf, podSpecs, workloads } from "../../read/kubernetes/containers.ts";

export const livenessSeesStall: ResourceRule<typeof engineSettings> = {
  name: "liveness-sees-stall",
  title: "An engine that stops computing is restarted.",
  why: "The server of vLLM answers its health check while the engine behind it hangs (vllm#45094, #36451): requests wait until they time out, and nothing restarts it.",
  fix: "Let livenessProbe run a command that compares the running requests with the tokens computed since the last look, as components/serving/engine_progress.py does.",
  severity: "medium",
  level: "advisory",
  relatedChecks: { none: "the studied tools ask for a probe, not for what it sees" },
  resourceTypes: workloads,
  example: {
    good: 'livenessProbe: { exec: { command: ["python3", "-c", <compares vllm:num_requests_running and vllm:iteration_tokens_total>] } }',
    bad: "livenessProbe: { httpGet: { path: /health, port: http } }",
  },
  config: engineSettings,

  *check(resource, config) {
    // Containers of the other lists run once, or while somebody looks.
    const running = podSpecs(resource).flatMap((pod) => containersOf(pod, ["containers"]));
    for (const container of running) {
      const engine = readEngine(container, config);
      const problem =
        engine === undefined ? undefined : blindness(engine, at(container.fields, "livenessProbe"));
      if (problem !== undefined)
        yield {
          path: `${container.path}.livenessProbe`,
          where: container.where,
          problem,
          allowed: "a check that fails while there are requests and no token is computed",
        };
    }
  },
};

/** Why nothing restarts an engine that hangs; nothing where something does. */
function blindness(engine: ReadEngine, probe: Value): string | undefined {
  if ("problem" in engine) return engine.problem;
  switch (engine.kind) {
    case "vllm":
      // A worker of a group has no server that could be asked; the leader waits for it and shows it.
      if (engine.args.flags.get("--headless") === true || readsProgress(probe)) return undefined;
      return "livenessProbe asks the server alone, which answers while the engine behind it hangs";
    case "tgi":
      // Its server asks the process on the GPU. [text-generation-inference backends/v3/src/backend.rs]
      return at(probe, "httpGet", "path") === "/health" ? undefined : "livenessProbe doesn't ask for /health";
    case "ollama":
      return "Ollama tells nothing of what it computes";
  }
}

/** Whether a command looks at vLLM's requests and at what is computed for them. */
function readsProgress(probe: Value): boolean {
  const command = at(probe, "exec", "command");
  const words = isList(command) ? command.filter((word) => typeof word === "string") : [];
  const reads = (text: string) => words.some((word) => word.includes(text));
  return (
    reads("vllm:num_requests_running") && (reads("vllm:iteration_tokens") || reads("vllm:generation_tokens"))
  );
}
