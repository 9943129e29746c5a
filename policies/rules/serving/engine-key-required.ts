import type { ResourceRule } from "../../framework/rule.ts";
import { at, isFields, unknown } from "../../framework/value.ts";
import { engineSettings, readEngine } from "../../read/engine/engine.ts";
import { containers, workloads } from "../../read/kubernetes/containers.ts";
import { ownVariables } from "../../read/kubernetes/environment.ts";

/** The variable that sets each engine's API key; Ollama has none. [vllm envs.py; text-generation-inference launcher] */
const keys: Readonly<Record<string, string>> = { vllm: "VLLM_API_KEY", tgi: "API_KEY" };

export const engineKeyRequired: ResourceRule<typeof engineSettings> = {
  name: "engine-key-required",
  title: "An engine requires an API key.",
  why: "Without an API key anyone who reaches the engine's port can use the model: network policies are then the only protection.",
  fix: "Set VLLM_API_KEY (API_KEY of TGI) by valueFrom.secretKeyRef.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't check engines" },
  resourceTypes: workloads,
  example: {
    good: "env: [{ name: VLLM_API_KEY, valueFrom: { secretKeyRef: { name: engine-api-key, key: key } } }]",
    bad: "env: []",
  },
  config: engineSettings,

  *check(resource, config) {
    for (const container of containers(resource)) {
      const engine = readEngine(container, config);
      // Workers of a group have no server.
      if (engine === undefined || ("kind" in engine && engine.args.flags.get("--headless") === true))
        continue;
      const name = "kind" in engine ? keys[engine.kind] : "VLLM_API_KEY";
      if (name === undefined) continue;
      const variables = ownVariables(container);
      const key = variables === unknown ? undefined : variables.get(name);
      if (isFields(at(key?.from, "secretKeyRef"))) continue;
      yield {
        path: `${container.path}.env.${name}`,
        where: container.where,
        problem: `${name} doesn't come from a Secret, so anyone who reaches the engine can use it`,
        allowed: "a key by valueFrom.secretKeyRef, known at preview",
      };
    }
  },
};
