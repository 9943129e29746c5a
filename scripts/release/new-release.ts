import { linkSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { stringify } from "yaml";
import { kvDtypeProblem } from "../../components/capacity/kv-dtype.ts";
import { type Release, releaseSchema } from "../../components/serving/release.ts";
import { ConfigurationError, type Problem, problemsOf } from "../../components/shared/problems.ts";
import { releaseFolder } from "../../stacks/config.ts";
import { advisoryProblems } from "../../stacks/release-advisories.ts";
import { releaseProblems } from "../../stacks/release-consistency.ts";
import { imageDigest } from "../registry.ts";
import { type Hub, hubCommit, hubJson } from "./hub.ts";
import { type ModelConfig, UnsupportedModelError } from "./model-config.ts";
import { quantizationOf } from "./quantization.ts";
import { modelReading } from "./shape.ts";
import { filesToStage } from "./weights-files.ts";

/** The arguments for a new release. */
export interface ReleaseRequest {
  /** The file's name, without its extension. */
  readonly name: string;
  readonly servedName: string;
  /** `organisation/name` on the hub. */
  readonly repository: string;
  /** A commit, a branch or a tag. */
  readonly revision: string;
  readonly engine: { readonly kind: "vllm" | "tgi"; readonly version: string };
  /** The engine's image by digest. @default resolved from the version's tag */
  readonly image: string | undefined;
  readonly limits: Omit<Release["limits"], "contextLength"> & { readonly contextLength: number | undefined };
}

/** A release as it was read, and what of it is an estimate. */
export interface NewRelease {
  readonly release: Release;
  readonly estimated: readonly string[];
  readonly gated: boolean;
}

/** Where each engine's images are, by their publishers, and how a version's tag is written. */
const images = {
  vllm: { image: "docker.io/vllm/vllm-openai", tag: (version: string) => `v${version}` },
  tgi: { image: "ghcr.io/huggingface/text-generation-inference", tag: (version: string) => version },
} as const;

/** Default context length in tokens: a page of documents, and a cache that fits small GPUs. */
const usualContext = 16_384;

/**
 * Reads model and image at their publishers. Writes nothing.
 * @throws Error for the user: what can't be read, what the planner doesn't know, what doesn't fit together
 */
export async function newRelease(request: ReleaseRequest, hub: Hub, today: string): Promise<NewRelease> {
  const { repository, servedName, engine, limits } = request;
  const commit = await hubCommit(hub, repository, request.revision);
  const config = (await hubJson(hub, commit, "config.json")) as ModelConfig | undefined;
  if (config === undefined)
    throw new UnsupportedModelError(
      `${repository} has no config.json, as repositories of GGUF files and adapters don't`,
    );
  const modelOpt = await hubJson(hub, commit, "hf_quant_config.json");
  const { shape, estimated } = modelReading(config);
  const quantization = quantizationOf(config, modelOpt);
  const { files, weightsBytes } = await filesToStage(hub, commit);
  const image = request.image ?? (await resolved(engine, hub));
  const read = {
    servedName,
    model: {
      repository,
      revision: commit.sha,
      ...quantization,
      weightsGiB: Number((weightsBytes / 2 ** 30).toPrecision(4)),
      ...shape,
      files: Object.fromEntries(
        [...files].sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ path, hash }) => [path, hash]),
      ),
    },
    engine: { ...engine, image },
    limits: { ...limits, contextLength: limits.contextLength ?? Math.min(usualContext, shape.maxPositions) },
  };
  const file = `${releaseFolder}/${request.name}.yaml`;
  const parsed = releaseSchema.safeParse(read);
  if (!parsed.success) throw new ConfigurationError({ [file]: problemsOf(parsed.error, read) });
  const problems = [
    ...kvCacheProblems(parsed.data),
    ...releaseProblems(parsed.data),
    ...advisoryProblems(parsed.data, today),
  ];
  if (problems.length > 0) throw new ConfigurationError({ [file]: problems });
  return { release: parsed.data, estimated, gated: commit.gated };
}

/** The findings of the checks of a pool: a new file may have no pool yet. */
function kvCacheProblems({ limits: { kvCacheDtype } }: Release): Problem[] {
  const message = kvDtypeProblem(kvCacheDtype);
  return message === undefined ? [] : [{ path: "limits.kvCacheDtype", value: kvCacheDtype, message }];
}

async function resolved({ kind, version }: ReleaseRequest["engine"], hub: Hub): Promise<string> {
  const { image, tag } = images[kind];
  const instead = `--image ${image}@sha256:<64 hex> takes one that you have`;
  const digest = await imageDigest(image, tag(version), hub.fetch).catch((error: Error) => {
    throw new Error(`${error.message}: the image's digest can't be read. ${instead}`);
  });
  if (digest === undefined)
    throw new Error(`${image} has no tag ${tag(version)}: that version has no image yet. ${instead}`);
  return `${image}@${digest}`;
}

/** A release file as the shipped ones are written. */
export function releaseText({ release, estimated }: NewRelease): string {
  const notes = estimated.map((each) => `# Estimated: ${each}.`);
  const head = ["# yaml-language-server: $schema=../release.schema.json", ...notes];
  return `${head.join("\n")}\n${stringify(release, { lineWidth: 0 })}`;
}

/** Writes a file that isn't there yet, whole or not at all. @throws Error where it is there */
export function writeNew(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  const draft = mkdtempSync(join(folder, ".new-"));
  try {
    const whole = join(draft, basename(file));
    writeFileSync(whole, text);
    linkSync(whole, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new Error(
      `${name} already exists, and a release that was live is never edited: choose another name`,
    );
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return file;
}
