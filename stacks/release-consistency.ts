import { parallelismProblems } from "../components/capacity/parallelism.ts";
import { openAdvisories } from "../components/serving/advisories.ts";
import { knownFlags, knownVersions } from "../components/serving/known-flags.ts";
import { type Release, releaseId } from "../components/serving/release.ts";
import { type Problem, suggestion } from "../components/shared/problems.ts";

/** What contradicts itself inside one release, wherever it runs. */
export function releaseProblems(release: Release): Problem[] {
  return [
    ...contextProblems(release),
    ...splitProblems(release),
    ...versionProblems(release),
    ...engineProblems(release),
    ...evaluationProblems(release),
  ];
}

/**
 * Advisories that the engine is open to and that the release gives no reason to live with.
 * @param today as `YYYY-MM-DD`
 */
export function advisoryProblems({ engine, exemptions = [] }: Release, today: string): Problem[] {
  const open = openAdvisories(engine.kind, engine.version).flatMap(({ id, what, fixedIn }) => {
    const exemption = exemptions.find(({ advisory }) => advisory === id);
    if (exemption !== undefined && exemption.expires >= today) return [];
    const state = exemption === undefined ? "" : `, and its exemption ended on ${exemption.expires}`;
    const message = `${id} (${what}) is open in ${engine.kind} ${engine.version}, fixed in ${fixedIn}${state}; take a later version, or say why under exemptions: { advisory, reason, expires }`;
    return [{ path: "engine.version", value: engine.version, message }];
  });
  const ids = openAdvisories(engine.kind, engine.version).map(({ id }) => id);
  const unused = exemptions.flatMap(({ advisory }, index) =>
    ids.includes(advisory)
      ? []
      : [
          {
            path: `exemptions.${index}.advisory`,
            value: advisory,
            message: `not open in ${engine.kind} ${engine.version}${suggestion(advisory, ids)}`,
          },
        ],
  );
  return [...open, ...unused];
}

/** A record belongs to what was evaluated: one line changed since, and it says nothing. */
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

/** What the other engines can't do that vLLM can, and the other way round. */
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
