import semver from "semver";
import { parse } from "yaml";
import { imageTags } from "../registry.ts";
import { type Fetch, get } from "../web.ts";

/** Where the versions of something are published; `command` where only the account's owner can query them. */
export type VersionSource =
  | { readonly helm: string; readonly chart: string }
  | { readonly oci: string }
  | { readonly pypi: string }
  | { readonly github: string }
  | { readonly command: string };

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
  return imageTags(source.oci, fetch);
}
