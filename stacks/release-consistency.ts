import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { parallelismProblems } from "../components/capacity/parallelism.ts";
import { shapeProblems } from "../components/capacity/plausible-shape.ts";
import { queuedRequests } from "../components/serving/engine.ts";
import { knownFlags, knownNames, knownVersions } from "../components/serving/engine-vocabulary.ts";
import { type Release, releaseId } from "../components/serving/release.ts";
import { stagedWeights } from "../components/serving/staging-job.ts";
import { type Problem, suggestion } from "../components/shared/problems.ts";

/** Contradictions within one release, wherever it runs. */
export function releaseProblems(release: Release): Problem[] {
  return [
    ...contextProblems(release),
    ...shapeProblems(release.model).map(({ field, ...problem }) => ({ path: `model.${field}`, ...problem })),
    ...splitProblems(release),
    ...versionProblems(release),
    ...vocabularyProblems(release),
    ...limitProblems(release),
    ...templateProblems(release),
    ...engineProblems(release),
    ...visionProblems(release),
    ...evaluationProblems(release),
  ];
}

/** A record belongs to what was evaluated: a changed line invalidates it. */
function evaluationProblems(release: Release): Problem[] {
  const { evaluation } = release;
  const id = `sha256:${releaseId(release)}`;
  if (evaluation === undefined || evaluation.releaseId === id) return [];
  return [
    {
      path: "evaluation.releaseId",
      value: evaluation.releaseId,
      message: `is of another release, this one is ${id}; take the record out and evaluate again`,
    },
  ];
}

function contextProblems({ model, limits: { contextLength } }: Release): Problem[] {
  const { maxPositions, contextScaling: scaling } = model;
  const positions = scaling === undefined ? maxPositions : scaling.originalPositions * scaling.factor;
  if (contextLength <= positions) return [];
  const message =
    scaling === undefined
      ? `above the ${maxPositions} tokens (model.maxPositions) that the model was trained for; lower it, or say under model.contextScaling how positions are scaled`
      : `above ${scaling.originalPositions} × ${scaling.factor} = ${positions} tokens of model.contextScaling`;
  return [{ path: "limits.contextLength", value: contextLength, message }];
}

function splitProblems({ model, limits }: Release): Problem[] {
  const { tensorParallel, pipelineParallel = 1 } = limits;
  return parallelismProblems({ ...model, tensorParallel, pipelineParallel }).map((message) => ({
    path: "limits.tensorParallel",
    value: tensorParallel,
    message,
  }));
}

function versionProblems({ engine, limits }: Release): Problem[] {
  if (engine.kind !== "vllm") return [];
  if (knownVersions().includes(engine.version)) {
    if (limits.queuedRequests === undefined || knownFlags(engine.version).has("--max-num-queued-reqs"))
      return [];
    const message = `vLLM ${engine.version} has no limit for waiting requests; leave it out or take a later version`;
    return [{ path: "limits.queuedRequests", value: limits.queuedRequests, message }];
  }
  const message = `its flags aren't known; known versions: ${knownVersions().join(", ")} (npm run vllm-flags -- ${engine.version})`;
  return [{ path: "engine.version", value: engine.version, message }];
}

/** Names that the engine checks against its own lists, failing on others. */
function vocabularyProblems({ engine, model, parsers = {} }: Release): Problem[] {
  if (engine.kind !== "vllm" || !knownVersions().includes(engine.version)) return [];
  // The engine has one name for all schemes of compressed-tensors, and reads from the files which one it is.
  const quantization = model.quantization.replace(/^(compressed-tensors)-.+$/, "$1");
  const names = [
    { path: "parsers.toolCalls", value: parsers.toolCalls, kind: "toolParsers" },
    { path: "parsers.reasoning", value: parsers.reasoning, kind: "reasoningParsers" },
    {
      path: "model.quantization",
      value: quantization === "none" ? undefined : quantization,
      kind: "quantizations",
    },
  ] as const;
  return names.flatMap(({ path, value, kind }) => {
    const known = knownNames(engine.version, kind);
    if (value === undefined || known.includes(value) || value.startsWith("gguf-")) return [];
    const hint = suggestion(value, known) || `; known: ${known.join(", ")}`;
    return [{ path, value, message: `vLLM ${engine.version} doesn't know it${hint}` }];
  });
}

/** Limits that an engine compares with each other when it starts. */
function limitProblems(release: Release): Problem[] {
  const { engine, limits } = release;
  const { batchedTokens, concurrentSequences, contextLength } = limits;
  const problems: Problem[] = [];
  const queue = queuedRequests(release);
  if (queue < concurrentSequences) {
    const message = `below the ${concurrentSequences} sequences that are computed at the same time (limits.concurrentSequences), which it counts too`;
    problems.push({ path: "limits.queuedRequests", value: queue, message });
  }
  const path = "limits.batchedTokens";
  // [vLLM 0.31 config/scheduler.py, verify_max_model_len]
  if (batchedTokens !== undefined && engine.kind === "vllm" && batchedTokens < concurrentSequences) {
    const message = `below limits.concurrentSequences, which is ${concurrentSequences}: each sequence takes one token of a step, and vLLM stops`;
    problems.push({ path, value: batchedTokens, message });
  }
  // [TGI launcher/src/main.rs: max_batch_prefill_tokens must be >= max_input_tokens]
  if (batchedTokens !== undefined && engine.kind === "tgi" && batchedTokens < contextLength - 1) {
    const message = `below the longest prompt, which is limits.contextLength − 1 = ${contextLength - 1}: TGI computes a prompt in one step, and stops`;
    problems.push({ path, value: batchedTokens, message });
  }
  return problems;
}

/** Checks the template's hash against the release. */
function templateProblems({ engine, chatTemplate }: Release): Problem[] {
  if (chatTemplate === undefined) return [];
  const { file, sha256, text } = chatTemplate;
  if (engine.kind !== "vllm")
    return [
      { path: "chatTemplate", value: file, message: `${engine.kind} takes the model's own; leave it out` },
    ];
  if (text === undefined)
    return [{ path: "chatTemplate.file", value: file, message: "no such file under stacks/releases" }];
  const found = createHash("sha256").update(text).digest("hex");
  if (found === sha256) return [];
  const message = `the file's is ${found}: a template belongs to its release, so put a changed one into a new release`;
  return [{ path: "chatTemplate.sha256", value: sha256, message }];
}

/**
 * TGI loads and warms up a model's vision encoder, and what that takes depends on its largest image: no shape here says
 * it, so the memory can't be promised.
 */
function visionProblems({ engine, model }: Release): Problem[] {
  if (engine.kind !== "tgi" || model.vision === false) return [];
  const message =
    model.vision === true
      ? "tgi loads the encoder, whose memory isn't counted here; take vllm, which serves the model for text alone"
      : "missing: false where the model's config.json has no vision_config; tgi would load an encoder whose memory isn't counted here";
  return [{ path: "model.vision", value: model.vision, message }];
}

/** Features that only vLLM or only the other engines support. */
function engineProblems({ engine, model, limits, parsers }: Release): Problem[] {
  const { kind } = engine;
  const problem = (path: string, value: unknown, message: string) => [{ path, value, message }];
  const isGguf = model.quantization.startsWith("gguf-");
  const inFile = kind === "ollama";
  return [
    ...(isGguf === inFile
      ? []
      : problem(
          "model.quantization",
          model.quantization,
          inFile ? "ollama reads GGUF: gguf-q4_k_m and so on" : `${kind} doesn't read GGUF, ollama does`,
        )),
    ...((model.file !== undefined) === inFile
      ? []
      : problem(
          "model.file",
          model.file,
          inFile
            ? "missing: which file of the repository ollama shall serve"
            : "only ollama serves one file; leave it out",
        )),
    ...(inFile && model.source === "hub"
      ? problem("model.source", "hub", "ollama reads a checked file: take store, or leave it out")
      : []),
    ...(kind !== "vllm" && (limits.pipelineParallel ?? 1) > 1
      ? problem("limits.pipelineParallel", limits.pipelineParallel, `${kind} has no pipeline; leave it out`)
      : []),
    ...(kind !== "vllm" && model.contextScaling !== undefined
      ? problem("model.contextScaling", model.contextScaling, `${kind} has no flag for it; leave it out`)
      : []),
    ...(kind !== "vllm" && parsers !== undefined
      ? problem("parsers", parsers, `only vllm's parsers are named here; leave it out for ${kind}`)
      : []),
    ...(kind !== "vllm" && limits.kvCacheDtype !== "auto"
      ? problem(
          "limits.kvCacheDtype",
          limits.kvCacheDtype,
          `only vllm is known to read it; ${kind} takes auto`,
        )
      : []),
  ];
}

/** Releases in use that list other files of one commit than another one: only one list can be staged. */
export function fileListProblems(releases: Readonly<Record<string, Release>>): Record<string, Problem[]> {
  const lists = new Map<string, { readonly name: string; readonly files: Files }>();
  const problems: Record<string, Problem[]> = {};
  for (const [name, { model }] of Object.entries(releases)) {
    if (model.files === undefined || model.source === "hub") continue;
    const first = lists.get(stagedWeights(model));
    if (first === undefined) lists.set(stagedWeights(model), { name, files: model.files });
    else if (!isDeepStrictEqual(first.files, model.files))
      problems[name] = [
        {
          path: "model.files",
          value: `${Object.keys(model.files).length} files`,
          message: `${first.name} lists other files or hashes of ${model.repository} at ${model.revision.slice(0, 12)}, and one copy is staged for both; make them the same`,
        },
      ];
  }
  return problems;
}

type Files = NonNullable<Release["model"]["files"]>;
