import type { Finding, ResourceRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { engineSettings, readEngine } from "../../read/engine/engine.ts";
import { type ModelSource, modelSources, sourceKind } from "../../read/engine/model-source.ts";
import type { EngineArguments, Json } from "../../read/engine/vllm-arguments.ts";
import { type Container, containers, workloads } from "../../read/kubernetes/containers.ts";

const allowed =
  "each further repository with its own commit of 40 hex digits, adapters by path, all in arguments known at preview";

/** Load formats that read the weights named on the command line; others take the source from further settings. */
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
  title: "Everything that an engine loads besides the model is pinned.",
  why: "The model's commit doesn't cover a tokenizer, a draft model, an adapter or code from another repository: each of them changes the answers when its branch changes.",
  fix: "Add the companion's own commit (--tokenizer-revision, revision in --speculative-config), or stage it and use its path; leave out what the model's repository already contains.",
  severity: "high",
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

/** Why a companion isn't pinned; undefined for the model, which other rules cover. */
function unpinned({ of, name, revision }: ModelSource): string | undefined {
  if (of === "model") return undefined;
  if (name === undefined) return `the ${of} is not a literal string`;
  const kind = sourceKind(name);
  if (of === "adapter") return kind === "path" ? undefined : "an adapter is not a path";
  // Paths and buckets are covered by model-source-allowed.
  if (kind !== "hub") return undefined;
  if (of === "configuration")
    return "the configuration is from another repository, for which no flag sets a commit";
  return isCommit(revision) ? undefined : `the ${of} is a repository without its own full commit`;
}

/** Revisions that aren't commits, and load formats with another source. */
function* furtherPins({ flags }: EngineArguments): Generator<[flag: string, problem: string]> {
  for (const flag of ["--code-revision", "--tokenizer-revision"])
    if (flags.has(flag) && !isCommit(flags.get(flag))) yield [flag, `${flag} is not a full commit`];
  const draft = flags.get("--speculative-config");
  if (
    typeof draft === "object" &&
    draft !== null &&
    "code_revision" in draft &&
    !isCommit(draft.code_revision)
  )
    yield ["--speculative-config", "code_revision of the draft model is not a full commit"];
  const format = flags.get("--load-format");
  if (format !== undefined && !ownFormats.includes(format))
    yield ["--load-format", "the load format reads weights that the command line doesn't name"];
}

function isCommit(value: Json | undefined): boolean {
  return typeof value === "string" && /^[0-9a-f]{40}$/.test(value);
}
