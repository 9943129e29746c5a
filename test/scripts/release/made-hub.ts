import { createHash } from "node:crypto";
import type { Hub } from "../../../scripts/release/hub.ts";
import type { ModelConfig } from "../../../scripts/release/model-config.ts";

export const commit = "4da05a8edb55c6046cce958586c33b61da07bb79";
export const digest = `sha256:${"c1".repeat(32)}`;

interface MadeModel {
  readonly repository: string;
  readonly config?: ModelConfig | undefined;
  readonly weightsBytes: number;
  /** `hf_quant_config.json`. */
  readonly modelOpt?: object | undefined;
  /** Changes the answers: by path, in place of what is made. */
  readonly changed?: Readonly<Record<string, () => Response>>;
}

const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const large = (rfilename: string, size: number) => ({
  rfilename,
  size,
  blobId: sha(rfilename).slice(0, 40),
  lfs: { sha256: sha(rfilename), size, pointerSize: 135 },
});
const small = (rfilename: string) => ({ rfilename, size: 700, blobId: sha(rfilename).slice(0, 40) });

/** Files of a repository as the hub lists them with `blobs=true`: two of weights, and what lies beside them. */
export function siblings(weightsBytes: number, ...more: readonly string[]) {
  return [
    small(".gitattributes"),
    small("README.md"),
    small("config.json"),
    large("model-00001-of-00002.safetensors", Math.ceil(weightsBytes / 2)),
    large("model-00002-of-00002.safetensors", Math.floor(weightsBytes / 2)),
    small("model.safetensors.index.json"),
    // Another layout of the same weights, which isn't staged.
    large("consolidated.safetensors", weightsBytes),
    large("tokenizer.json", 11_422_654),
    ...more.map(small),
  ];
}

/**
 * A hub and a registry with one model and one image. The answers follow the documented form (Hub API, model info with
 * `blobs=true`; OCI distribution specification, pulling manifests; Docker registry, token authentication). They were
 * made, not recorded: the machine that the test was written on reached neither.
 */
export function madeHub(model: MadeModel): Hub & { readonly asked: string[] } {
  const { repository, config, weightsBytes, modelOpt, changed = {} } = model;
  const asked: string[] = [];
  const listing = {
    id: repository,
    sha: commit,
    private: false,
    gated: false,
    siblings: siblings(weightsBytes, ...(modelOpt ? ["hf_quant_config.json"] : [])),
  };
  const listed = () => Response.json(listing);
  const answers: Record<string, () => Response> = {
    [`/api/models/${repository}/revision/main?blobs=true`]: listed,
    [`/api/models/${repository}/revision/${commit}?blobs=true`]: listed,
    [`/${repository}/resolve/${commit}/config.json`]: () => Response.json(config),
    [`/${repository}/resolve/${commit}/hf_quant_config.json`]: () => Response.json(modelOpt),
    [`/${repository}/resolve/${commit}/model.safetensors.index.json`]: () =>
      Response.json({
        metadata: { total_size: weightsBytes },
        weight_map: {
          "model.embed_tokens.weight": "model-00001-of-00002.safetensors",
          "model.layers.0.mlp.down_proj.weight": "model-00001-of-00002.safetensors",
          "lm_head.weight": "model-00002-of-00002.safetensors",
        },
      }),
    "/v2/vllm/vllm-openai/manifests/v0.33.0": () =>
      new Response(null, { headers: { "docker-content-digest": digest } }),
    "/token?service=registry.docker.io&scope=repository%3Avllm%2Fvllm-openai%3Apull": () =>
      Response.json({ token: "anonymous" }),
    ...changed,
  };
  const fetch = async (url: string, init: RequestInit = {}) => {
    const { host, pathname, search } = new URL(url);
    const path = `${pathname}${search}`;
    asked.push(`${init.method ?? "GET"} ${url}`);
    const isAnonymous = new Headers(init.headers).get("authorization") === null;
    if (host === "registry-1.docker.io" && isAnonymous)
      return new Response(null, {
        status: 401,
        headers: {
          "www-authenticate":
            'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:vllm/vllm-openai:pull"',
        },
      });
    const answer = Object.hasOwn(answers, path) ? answers[path] : undefined;
    return answer?.() ?? new Response("Not Found", { status: 404 });
  };
  return { address: "https://hub.example", token: undefined, fetch, asked };
}

/** What the hub answers where it refuses. [huggingface_hub, utils/_http.py] */
export function refusedBy(status: number, code?: string) {
  return () =>
    Response.json(
      { error: "refused" },
      { status, headers: code === undefined ? {} : { "x-error-code": code } },
    );
}
