import { describe, expect, it } from "vitest";
import { advisories, compareVersions, newest } from "../../../scripts/outdated/newest.ts";
import type { Fetch } from "../../../scripts/web.ts";

/** Answers by address as the public services write them; every other address is not found. */
function web(
  answers: Readonly<
    Record<string, string | { body: string; headers: Record<string, string>; status?: number }>
  >,
) {
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const fetch: Fetch = async (url, init) => {
    asked.push({ url, init });
    const answer = answers[url];
    if (answer === undefined) return new Response("not found", { status: 404 });
    if (typeof answer === "string") return new Response(answer);
    return new Response(answer.body, { headers: answer.headers, status: answer.status ?? 200 });
  };
  return { fetch, asked };
}

describe("the newest version of what is pinned", () => {
  it("is the highest final one of a chart repository, whatever the order of its index", async () => {
    const { fetch } = web({
      "https://charts.example.com/stable/index.yaml":
        "apiVersion: v1\nentries:\n  keda:\n    - version: 2.9.4\n    - version: 2.21.0-rc.1\n    - version: 2.20.2\n  other:\n    - version: 9.0.0\n",
    });
    expect(await newest({ helm: "https://charts.example.com/stable/", chart: "keda" }, fetch)).toBe("2.20.2");
  });

  it("is read from a registry with an anonymous token, over all pages of its tags", async () => {
    const list = "https://registry.example.com/v2/team/chart/tags/list?n=1000";
    const { fetch, asked } = web({
      [list]: {
        body: '{"tags":["1.9.0","1.14.1","sha256-00.sig"]}',
        headers: {
          "www-authenticate":
            'Bearer realm="https://auth.example.com/token",service="registry",scope="repository:team/chart:pull"',
          link: '</v2/team/chart/tags/list?n=1000&last=1.14.1>; rel="next"',
        },
      },
      [`${list}&last=1.14.1`]: '{"tags":["1.15.0-alpha","v1.14.3"]}',
      "https://auth.example.com/token?service=registry&scope=repository%3Ateam%2Fchart%3Apull":
        '{"token":"anonymous"}',
    });
    expect(await newest({ oci: "registry.example.com/team/chart" }, fetch)).toBe("v1.14.3");
    const authorized = asked
      .filter(({ init }) => init?.headers !== undefined)
      .map(({ init }) => init?.headers);
    expect(authorized).toEqual([
      { authorization: "Bearer anonymous" },
      { authorization: "Bearer anonymous" },
    ]);
  });

  it("is PyPI's and GitHub's latest release", async () => {
    const { fetch } = web({
      "https://pypi.org/pypi/vllm/json": '{"info":{"version":"0.33.0"}}',
      "https://api.github.com/repos/awslabs/amazon-eks-ami/releases/latest": '{"tag_name":"v20261101"}',
    });
    expect(await newest({ pypi: "vllm" }, fetch)).toBe("0.33.0");
    expect(await newest({ github: "awslabs/amazon-eks-ami" }, fetch)).toBe("20261101");
  });

  it("names the address and what it answered where it can't be read", async () => {
    const { fetch } = web({ "https://charts.example.com/index.yaml": "entries: {}" });
    await expect(newest({ pypi: "vllm" }, fetch)).rejects.toThrow(
      "https://pypi.org/pypi/vllm/json answers 404",
    );
    await expect(newest({ helm: "https://charts.example.com", chart: "keda" }, fetch)).rejects.toThrow(
      "no version is listed",
    );
    const refused: Fetch = () =>
      Promise.reject(new TypeError("fetch failed", { cause: new Error("connection refused") }));
    await expect(newest({ oci: "registry.example.com/chart" }, refused)).rejects.toThrow(
      "registry.example.com doesn't answer: connection refused",
    );
  });
});

it.each([
  ["0.9.0", "0.10.0", -1],
  ["v1.2.3", "1.2.3", 0],
  ["20261101", "20260818", 1],
])("%s compared with %s is %i", (one, other, order) => {
  expect(Math.sign(compareVersions(one, other))).toBe(order);
});

it("asks OSV for the advisories of a version, and prefers CVE numbers", async () => {
  const { fetch, asked } = web({
    "https://api.osv.dev/v1/query":
      '{"vulns":[{"id":"GHSA-aaaa","aliases":["CVE-2026-2"]},{"id":"PYSEC-2026-1"},{"id":"GHSA-bbbb","aliases":[]}]}',
  });
  expect(await advisories("vllm", "0.31.0", fetch)).toEqual(["CVE-2026-2", "GHSA-bbbb", "PYSEC-2026-1"]);
  expect(JSON.parse(String(asked[0]?.init?.body))).toEqual({
    version: "0.31.0",
    package: { name: "vllm", ecosystem: "PyPI" },
  });
  expect(await advisories("vllm", "0.33.0", web({ "https://api.osv.dev/v1/query": "{}" }).fetch)).toEqual([]);
});
