import { createHash } from "node:crypto";
import { ask, type Fetch, get } from "./web.ts";

/** The kinds of manifest that a tag or digest may name: an index of platforms, or one image. */
const manifests = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** All tags of an image. [OCI distribution specification, listing tags; Docker registry, token authentication] */
export async function imageTags(image: string, fetch: Fetch): Promise<string[]> {
  const first = `${addressOf(image)}/tags/list?n=1000`;
  const headers = await anonymousToken(first, fetch);
  const found: string[] = [];
  for (let url: string | undefined = first; url !== undefined; ) {
    const answer: Response = await get(url, fetch, { headers });
    found.push(...((await answer.json()) as { tags: string[] }).tags);
    const next: string | undefined = answer.headers.get("link")?.match(/<([^>]+)>;\s*rel="?next/)?.[1];
    url = next && new URL(next, first).href;
  }
  return found;
}

/**
 * The digest that a tag names now, or whether the registry has a digest. [OCI distribution specification, pulling manifests]
 * @param image with its host, such as `docker.io/vllm/vllm-openai`
 * @returns `sha256:<64 hex>`; `undefined` where the registry has no such tag or digest
 * @throws Error where the registry doesn't tell
 */
export async function imageDigest(
  image: string,
  reference: string,
  fetch: Fetch,
): Promise<string | undefined> {
  const url = `${addressOf(image)}/manifests/${reference}`;
  // Registries count a GET as a pull, and limit those.
  const headers = { ...(await anonymousToken(url, fetch, { method: "HEAD" })), accept: manifests };
  const head = await ask(url, fetch, { method: "HEAD", headers });
  if (head.status === 404) return undefined;
  if (!head.ok) throw new Error(`${url} answers ${head.status}`);
  const stated = head.headers.get("docker-content-digest");
  if (stated !== null) return stated;
  const body = await (await get(url, fetch, { headers })).arrayBuffer();
  return `sha256:${createHash("sha256").update(new Uint8Array(body)).digest("hex")}`;
}

function addressOf(image: string): string {
  const [host = "", ...path] = image.split("/");
  // Docker Hub's registry has another name than its images.
  return `https://${host === "docker.io" ? "registry-1.docker.io" : host}/v2/${path.join("/")}`;
}

async function anonymousToken(
  url: string,
  fetch: Fetch,
  init: RequestInit = {},
): Promise<Record<string, string>> {
  const challenge = (await ask(url, fetch, init)).headers.get("www-authenticate");
  if (challenge === null) return {};
  const field = (name: string) => challenge.match(new RegExp(`${name}="([^"]*)"`, "i"))?.[1];
  const [realm, service, scope] = ["realm", "service", "scope"].map(field);
  const query = new URLSearchParams({ ...(service && { service }), ...(scope && { scope }) });
  const answer = (await (await get(`${realm}?${query}`, fetch)).json()) as {
    token?: string;
    access_token?: string;
  };
  return { authorization: `Bearer ${answer.token ?? answer.access_token}` };
}
