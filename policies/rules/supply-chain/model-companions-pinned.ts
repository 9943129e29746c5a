import type { Finding, ResourceRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { engineSettings, readEngine } from "../../read/engine/engine.ts";
import { type ModelSource, modelSources, sourceKind } from "../../read/engine/model-source.ts";
import type { EngineArguments, Json } from "../../read/engine/vllm-arguments.ts";
import { type Container, containers, workloads } from "../../read/kubernetes/containers.ts";

const allowed =
  "each further repository with 40 hex digits of its own, adapters by a path, all in arguments that can be read at preview";

/** Formats in which the engine reads what the command line names; others are told by further settings what to read. */
const ownFormats: readonly Json[] = [
  "auto",
  "safetensors",
  "runai_streamer",
  "runai_streamer_sharded",
  "sharded_state",
  "instanttensor",
];

export const modelCompanionsPinned: ResourceRule<typeof engineSettings> = {
  name: "model-companions-pinned",
  title: "What an engine loads beside the model is pinned as well.",
  why: "The model's commit doesn't cover a tokenizer, a draft model, an adapter or code from another repository: each of them changes answers when its branch moves.",
  fix: "Add the companion's own commit (--tokenizer-revision, revision in --speculative-config), or stage it and name its path; leave out what the model's repository already holds.",
  severity: "high",
  level: "mandatory",
  relatedChecks: { none: "the studied tools don't read engine command lines" },
  resourceTypes: workloads,
  example: {
    good: 'args: ["Qwen/Qwen3-8B", "--revision=<40 hex>", "--tokenizer=Qwen/Qwen3-0.6B", "--tokenizer-revision=<40 hex>"]',
    bad: 'args: ["Qwen/Qwen3-8B", "--revision=<40 hex>", "--tokenizer=Qwen/Qwen3-0.6B"]',
  },
  config: engineSettings,

  *check(resource, config) {
    for (const container of containers(resource)) yield* companionFindings(container, config);
  },
};

function* companionFindings(
  container: Container,
  config: ConfigOf<typeof engineSettings>,
): Generator<Finding> {
  const finding = (below: string, problem: string): Finding => ({
    path: `${container.path}.${below}`,
    where: container.where,
    problem,
    allowed,
  });
  const engine = readEngine(container, config);
  if (engine === undefined) return;
  if ("problem" in engine) return yield finding("args", engine.problem);

  for (const source of modelSources(engine.args)) {
    const problem = unpinned(source);
    if (problem !== undefined) yield finding(source.path, problem);
  }
  for (const [flag, problem] of furtherPins(engine.args)) yield finding(`args.${flag}`, problem);
}

/** Why a companion may be another one tomorrow; nothing for the model, which has rules of its own. */
function unpinned({ of, name, revision }: ModelSource): string | undefined {
  if (of === "model") return undefined;
  if (name === undefined) return `the ${of} is not named by a plain text`;
  const kind = sourceKind(name);
  if (of === "adapter") return kind === "path" ? undefined : "an adapter is not named by a path";
  // Whether a path or a bucket holds what was meant is for model-source-allowed.
  if (kind !== "hub") return undefined;
  if (of === "configuration")
    return "the configuration is another repository's, for which no flag states a commit";
  return isCommit(revision) ? undefined : `the ${of} is a repository without a whole commit of its own`;
}

/** Revisions that are no commit, and formats that read something else. */
function* furtherPins({ flags }: EngineArguments): Generator<[flag: string, problem: string]> {
  for (const flag of ["--code-revision", "--tokenizer-revision"])
    if (flags.has(flag) && !isCommit(flags.get(flag))) yield [flag, `${flag} is not a whole commit`];
  const draft = flags.get("--speculative-config");
  if (
    typeof draft === "object" &&
    draft !== null &&
    "code_revision" in draft &&
    !isCommit(draft.code_revision)
  )
    yield ["--speculative-config", "code_revision of the draft model is not a whole commit"];
  const format = flags.get("--load-format");
  if (format !== undefined && !ownFormats.includes(format))
    yield ["--load-format", "the load format reads weights that the command line doesn't name"];
}

function isCommit(value: Json | undefined): boolean {
  return typeof value === "string" && /^[0-9a-f]{40}$/.test(value);
}
