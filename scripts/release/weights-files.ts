import { type Hub, type HubCommit, type HubFile, hubJson } from "./hub.ts";

const indexFile = "model.safetensors.index.json";

/**
 * The files that are staged of a commit, as components/serving/stage-model.sh chooses them: the weights that the index
 * names, or the one file of the name that loaders know, and tokenizer and configuration with them.
 * @throws Error where a file is missing or has no hash to compare it by
 */
export async function filesToStage(
  hub: Hub,
  commit: HubCommit,
): Promise<{ readonly files: readonly HubFile[]; readonly weightsBytes: number }> {
  const { repository, sha, files } = commit;
  const index = (await hubJson(hub, commit, indexFile)) as
    | { weight_map?: Record<string, string> }
    | undefined;
  const names = new Set(
    index === undefined ? ["model.safetensors"] : Object.values(index.weight_map ?? {}).map(String),
  );
  const weights = files.filter(({ path }) => names.has(path));
  const missing = [...names].filter((name) => !weights.some(({ path }) => path === name));
  if (names.size === 0) throw new Error(`${indexFile} of ${repository} names no file of weights`);
  if (missing.length > 0)
    throw new Error(
      `${repository} at ${sha} has no ${missing.join(", ")}: engines here load safetensors; take a repository that has them`,
    );
  const beside = files.filter(
    ({ path }) => !names.has(path) && /^[^/]+\.(json|txt|model|jinja|tiktoken)$/.test(path),
  );
  const staged = [...weights, ...beside];
  const bare = staged.filter(({ hash, bytes }) => hash === undefined || bytes === 0);
  if (bare.length > 0)
    throw new Error(
      `the hub lists no hash or size of ${bare.map(({ path }) => path).join(", ")} in ${repository}, so nothing could be compared with what is downloaded; take another revision, or a copy of the model whose files are in LFS`,
    );
  return { files: staged, weightsBytes: weights.reduce((sum, { bytes }) => sum + bytes, 0) };
}
