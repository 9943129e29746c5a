import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ConfigurationError, problemsOf, strict } from "../../../components/shared/problems.ts";

/** Each problem of a value as `path: message`. */
function problems(schema: z.ZodType, value: unknown): string[] {
  const result = schema.safeParse(value);
  return result.success
    ? []
    : problemsOf(result.error, value).map(({ path, message }) => `${path}: ${message}`);
}

describe("a union of objects", () => {
  const endpoint = strict({
    endpoint: z.union([strict({ publicFrom: z.array(z.string()) }), strict({ private: z.literal(true) })]),
  });
  const forms = "endpoint: an object with publicFrom; or an object with private";

  it.each([
    [
      { privat: true },
      ["endpoint.private: missing: expected true", 'endpoint.privat: unknown key; did you mean "private"?'],
    ],
    [{ private: false }, ["endpoint.private: expected true"]],
    [{ publicFrom: "10.0.0.0/8" }, ["endpoint.publicFrom: expected array, received string"]],
    [{ publicFrom: [], private: true }, [forms]],
    [{}, [forms]],
    [{ zzz: 1 }, [forms]],
    [null, ["endpoint: expected object, received null"]],
    ["private", ["endpoint: expected object, received string"]],
  ])("answers %j with the keys of the member that was meant", (value, expected) => {
    expect(problems(endpoint, { endpoint: value })).toEqual(expected);
  });
});

describe("a message", () => {
  const said = (value: unknown, path = "key", message = "is wrong") =>
    new ConfigurationError({ "a.yaml": [{ path, value, message }] }).message;

  it("shows a text as whole as 240 characters allow, with the message on a line of its own", () => {
    const image = `registry.example.com/${"a".repeat(60)}@sha256:xyz`;
    expect(said(image)).toBe(`a.yaml\n  key  "${image}"\n      is wrong`);
    expect(said(`begin${"a".repeat(500)}end`)).toMatch(/"begin.*….*end"\n/);
  });

  it("shows as many problems as anyone reads", () => {
    const many = Array.from({ length: 300_000 }, (_, at) => ({
      path: `k${at}`,
      value: 1,
      message: "is wrong",
    }));
    const lines = new ConfigurationError({ "a.yaml": many }).message.split("\n");
    expect([lines.length, lines.at(-1)]).toEqual([42, "  and 299960 more"]);
  });

  // Made up, in the shapes that the services document.
  it.each([
    ["OpenAI", `sk-proj-${"aB3".repeat(14)}`],
    ["Hugging Face", `hf_${"aB3".repeat(11)}`],
    ["AWS", `AKIA${"Z7".repeat(8)}`],
    ["AWS's secret key", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKE"],
    ["a key of 32 letters and digits", "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE"],
    ["GitHub", `ghp_${"aB3".repeat(12)}`],
    ["Stripe", `sk_live_${"aB3".repeat(8)}`],
    ["Vault", `hvs.${"aB3".repeat(8)}`],
    ["Databricks", `dapi${"0123456789abcdef".repeat(2)}`],
    ["npm", `npm_${"aB3".repeat(12)}`],
    ["Docker", `dckr_pat_${"aB3".repeat(9)}`],
    ["SendGrid", `SG.${"a".repeat(22)}.${"b".repeat(43)}`],
    ["Linear", `lin_api_${"aB3".repeat(13)}`],
    ["Bedrock", `ABSK${"aB3".repeat(30)}`],
    ["a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIEow"],
    ["a password in a URL", "https://user:hunter22@example.com/x"],
  ])("never shows what looks like a credential: %s", (_, credential) => {
    const secret = credential.split("user:").at(-1)?.split("@")[0] ?? "";
    const hidden = secret.replace(/-----BEGIN RSA PRIVATE KEY-----\s/, "");
    for (const text of [
      said(credential),
      said({ nested: [credential] }),
      said(1, `hosted.${credential}`),
      said(1, "key", `no file stacks/releases/${credential}.yaml`),
    ])
      expect(text).not.toContain(hidden);
    expect(said(credential)).toContain("not shown");
  });

  it("shows what only resembles one", () => {
    for (const text of [
      "4da05a8edb55c6046cce958586c33b61da07bb79",
      `docker.io/vllm/vllm-openai@sha256:${"c1c9f6fd".repeat(8)}`,
      "s3://example-gantry-dev-models/Qwen/Qwen3-8B-AWQ/4da05a8edb55c6046cce958586c33b61da07bb79",
      "arn:aws:iam::333344445555:role/platform",
      "https://example.com:8443/path@2",
    ])
      expect(said(text)).toContain(text);
  });

  it("holds no control characters of a path", () => {
    expect(said(1, "a\u001b[31mb")).not.toContain("\u001b");
  });

  it("shows a value that contains itself, as an anchor of YAML can", () => {
    const value: unknown[] = [];
    value.push(value);
    expect(said(value)).toContain("[contains itself]");
  });
});
