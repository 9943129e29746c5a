import semver from "semver";
import { parse } from "yaml";

/** Where the versions of something are published; `command` where only the account's owner can ask. */
export type VersionSource =
  | { readonly helm: string; readonly chart: string }
  | { readonly oci: string }
  | { readonly pypi: string }
  | { readonly github: string }
  | { readonly command: string };

/** `fetch`, or what a test puts in its place. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** The newest version that isn't a preview. @throws Error with the address and what it answered */
export async function newest(
  source: Exclude<VersionSource, { command: string }>,
  fetch: Fetch,
): Promise<string> {
  const versions = await published(source, fetch);
  const [first] = versions.filter(isFinal).sort(compareVersions).reverse();
  if (first === undefined) throw new Error(`no version is listed at ${JSON.stringify(source)}`);
  return first;
}

/** Below 0 where the first is older. Versions are numbered, with or without a `v`, or dates such as 20260818. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [a, b].map((version) => semver.coerce(version, { loose: true }));
  return one && other ? semver.compare(one, other) : a.localeCompare(b);
}

/** Ids of the published advisories that a version is open to. [OSV, POST /v1/query] */
export async function advisories(name: string, version: string, fetch: Fetch): Promise<string[]> {
  const answer = await get("https://api.osv.dev/v1/query", fetch, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ version, package: { name, ecosystem: "PyPI" } }),
  });
  const { vulns = [] } = (await answer.json()) as { vulns?: { id: string; aliases?: string[] }[] };
  return vulns.map(({ id, aliases = [] }) => aliases.find((alias) => alias.startsWith("CVE-")) ?? id).sort();
}

/** Neither a release candidate, nor a signature or checksum among the tags of a registry. */
function isFinal(version: string): boolean {
  return /^v?\d+(\.\d+)*$/.test(version);
}

async function published(
  source: Exclude<VersionSource, { command: string }>,
  fetch: Fetch,
): Promise<string[]> {
  if ("helm" in source) {
    const index = await get(`${source.helm.replace(/\/$/, "")}/index.yaml`, fetch);
    const { entries } = parse(await index.text()) as {
      entries: Record<string, { version: string }[] | undefined>;
    };
    return (entries[source.chart] ?? []).map(({ version }) => version);
  }
  if ("pypi" in source) {
    const answer = await get(`https://pypi.org/pypi/${source.pypi}/json`, fetch);
    return [((await answer.json()) as { info: { version: string } }).info.version];
  }
  if ("github" in source) {
    const answer = await get(`https://api.github.com/repos/${source.github}/releases/latest`, fetch, {
      headers: { accept: "application/vnd.github+json" },
    });
    return [((await answer.json()) as { tag_name: string }).tag_name.replace(/^v/, "")];
  }
  return tags(source.oci, fetch);
}

/** All tags of an image. [OCI distribution specification, listing tags; Docker registry, token authentication] */
async function tags(image: string, fetch: Fetch): Promise<string[]> {
  const [host, ...path] = image.split("/");
  const first = `https://${host}/v2/${path.join("/")}/tags/list?n=1000`;
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

async function anonymousToken(url: string, fetch: Fetch): Promise<Record<string, string>> {
  const challenge = (await ask(url, fetch)).headers.get("www-authenticate");
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

/** A registry that doesn't answer must not hold up the others. */
const longestMilliseconds = 30_000;

async function get(url: string, fetch: Fetch, init: RequestInit = {}): Promise<Response> {
  const answer = await ask(url, fetch, init);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer;
}

async function ask(url: string, fetch: Fetch, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(longestMilliseconds) });
  } catch (error) {
    const { message, cause } = error as Error;
    throw new Error(
      `${new URL(url).host} doesn't answer: ${(cause as Error | undefined)?.message ?? message}`,
    );
  }
}
