import { ask, type Fetch } from "../web.ts";

/** A file of a model's repository, at one commit. */
export interface HubFile {
  readonly path: string;
  readonly bytes: number;
  /** `sha256:<64 hex>` of a large file, `git:<40 hex>`, its blob's id, of a small one; as the hub lists it. */
  readonly hash: string | undefined;
}

/** One commit of a model's repository. */
export interface HubCommit {
  readonly repository: string;
  /** 40 hex digits. */
  readonly sha: string;
  readonly gated: boolean;
  readonly files: readonly HubFile[];
}

/** The model hub's address, and the caller's identity. */
export interface Hub {
  /** @default the public hub */
  readonly address: string;
  /** A token of the hub, for gated and private repositories. */
  readonly token: string | undefined;
  readonly fetch: Fetch;
}

/** The hub as its own client finds it. [huggingface_hub, environment variables HF_ENDPOINT and HF_TOKEN] */
export function publicHub(fetch: Fetch, env: NodeJS.ProcessEnv = process.env): Hub {
  const address = (env.HF_ENDPOINT || "https://huggingface.co").replace(/\/+$/, "");
  return { address, token: env.HF_TOKEN || undefined, fetch };
}

/** An entry of `siblings`. [huggingface_hub, hf_api.py: ModelInfo, RepoSibling, BlobLfsInfo] */
interface Sibling {
  readonly rfilename: string;
  readonly size?: number;
  readonly blobId?: string;
  readonly lfs?: { readonly sha256?: string; readonly size?: number };
}

/**
 * The commit that a revision names, and its files. [Hub API, GET /api/models/{repository}/revision/{revision}?blobs=true]
 * @param revision a commit, a branch or a tag
 * @throws Error for the user: what the hub refuses, and what to do
 */
export async function hubCommit(hub: Hub, repository: string, revision: string): Promise<HubCommit> {
  const path = `/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const answer = await asked(hub, path, `${repository} at ${revision}`, { repository, revision });
  const { sha, gated, siblings } = (await json(answer, `${repository} at ${revision}`)) as {
    sha?: string;
    gated?: false | string;
    siblings?: readonly Sibling[];
  };
  if (sha === undefined || !/^[0-9a-f]{40}$/.test(sha) || siblings === undefined)
    throw new Error(`${hub.address} lists no commit and no files of ${repository}: it isn't the hub's API`);
  if (/^[0-9a-f]{40}$/.test(revision) && sha !== revision)
    throw new Error(`the hub answers with commit ${sha} where ${revision} of ${repository} was requested`);
  const files = siblings.map(
    ({ rfilename, size, blobId, lfs }): HubFile => ({
      path: rfilename,
      bytes: lfs?.size ?? size ?? 0,
      hash: lfs?.sha256 ? `sha256:${lfs.sha256}` : blobId && `git:${blobId}`,
    }),
  );
  return { repository, sha, gated: gated !== undefined && gated !== false, files };
}

/** A JSON file of a commit. @returns `undefined` where the commit has no such file */
export async function hubJson(
  hub: Hub,
  { repository, sha, files }: HubCommit,
  path: string,
): Promise<unknown> {
  if (!files.some((file) => file.path === path)) return undefined;
  const what = `${path} of ${repository}`;
  return json(
    await asked(hub, `/${repository}/resolve/${sha}/${path}`, what, { repository, revision: sha }),
    what,
  );
}

async function json(answer: Response, what: string): Promise<unknown> {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`the hub gives ${what}, and it isn't JSON: ${text.slice(0, 80)}`);
  }
}

async function asked(
  { address, token, fetch }: Hub,
  path: string,
  what: string,
  about: { readonly repository: string; readonly revision: string },
): Promise<Response> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await ask(`${address}${path}`, fetch, { headers }).catch((error: Error) => {
    throw new Error(`${error.message}. Run it where the hub is reached, or set HF_ENDPOINT to a mirror`);
  });
  if (answer.ok) return answer;
  throw new Error(refusal(answer, what, { ...about, address, token }));
}

/** What the hub's answer means. [huggingface_hub, utils/_http.py hf_raise_for_status: X-Error-Code] */
function refusal(
  answer: Response,
  what: string,
  about: Pick<Hub, "address" | "token"> & { readonly repository: string; readonly revision: string },
): string {
  const { repository, revision, address, token } = about;
  const code = answer.headers.get("x-error-code");
  const status = answer.status;
  if (code === "GatedRepo" || status === 403)
    return `${repository} is gated (HTTP ${status}): accept its terms at ${address}/${repository} and set HF_TOKEN to a token of that account; engines read it with modelStore.hubToken and npm run put-secret -- <environment> huggingface`;
  if (code === "RevisionNotFound")
    return `${repository} has no revision "${revision}": it moved, or its history was rewritten. Take a commit of ${address}/${repository}/commits/main, or leave --revision out for the newest`;
  if (code === "RepoNotFound" || status === 401 || (status === 404 && code === null)) {
    const hint =
      token === undefined
        ? "a private one takes HF_TOKEN"
        : "the token in HF_TOKEN may not read it, or ended";
    return `the hub has no repository ${repository} for this caller (HTTP ${status}): check organisation and name; ${hint}`;
  }
  if (status === 404) return `the hub has no ${what}: ${code}`;
  if (status === 429) return `the hub limits requests (HTTP 429): wait a minute; HF_TOKEN has a higher limit`;
  return `the hub doesn't give ${what} (HTTP ${status}): see https://status.huggingface.co, and run it again later`;
}
