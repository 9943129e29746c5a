import type { ResourceRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import type { Value } from "../../framework/value.ts";
import { engineSettings, readEngine } from "../../read/engine/engine.ts";
import type { Json } from "../../read/engine/vllm-arguments.ts";
import { type Container, containers, workloads } from "../../read/kubernetes/containers.ts";
import { printable } from "../../read/text/printable.ts";

export const modelRevisionPinned: ResourceRule<typeof engineSettings> = {
  name: "model-revision-pinned",
  title: "A model from the Hugging Face Hub is pinned to one commit.",
  why: "Without a commit an engine loads the head of the branch when its pod starts, so two replicas may serve different weights.",
  fix: "Add --revision=<40 hex>, or stage the model and load s3://bucket/organisation/name/<40 hex>.",
  severity: "critical",
  relatedChecks: { none: "the studied tools don't read engine command lines" },
  resourceTypes: workloads,
  example: {
    good: 'args: ["Qwen/Qwen3-8B-AWQ", "--revision=4f8e6a3b0d3f4c5a9f7d1e2b3c4d5e6f70819203"]',
    bad: 'args: ["Qwen/Qwen3-8B-AWQ", "--revision=main"]',
  },
  config: engineSettings,

  *check(resource, config) {
    for (const container of containers(resource)) {
      const problem = whyNotPinned(container, config);
      if (problem !== undefined)
        yield {
          path: `${container.path}.args`,
          where: container.where,
          problem,
          allowed: "a hub id with --revision of 40 hex digits, in arguments known at preview",
        };
    }
  },
};

/** Why the weights aren't pinned; undefined when they are, or the container isn't an engine. */
function whyNotPinned(container: Container, config: ConfigOf<typeof engineSettings>): string | undefined {
  const engine = readEngine(container, config);
  if (engine === undefined) return undefined;
  if ("problem" in engine) return engine.problem;

  const { args } = engine;
  if (!isHubId(args.model)) return undefined;
  const revision = args.flags.get("--revision");
  if (revision === undefined) return "the model is a hub id without --revision";
  return typeof revision === "string" && /^[0-9a-f]{40}$/.test(revision)
    ? undefined
    : `--revision ${printable("revision", text(revision))} is not a full commit`;
}

/** `organisation/name`; early models of the hub have a bare name. */
function isHubId(model: string): boolean {
  return /^[\w.-]+(?:\/[\w.-]+)?$/.test(model) && !model.startsWith(".");
}

function text(value: Json): Value {
  return typeof value === "string" ? value : undefined;
}
