import { spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fixtureRoot } from "../support/plan.ts";

/** What the script asked of Secrets Manager: operation and parameters. */
let asked: { operation: string | undefined; parameters: Record<string, unknown> }[];
let owner: string | undefined;
let server: Server;

/** A Secrets Manager with one empty container, or none. */
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const operation = String(request.headers["x-amz-target"]).split(".")[1];
    asked.push({ operation, parameters: JSON.parse(await text(request)) });
    const answer =
      owner === undefined
        ? { __type: "ResourceNotFoundException" }
        : { ARN: `arn:aws:secretsmanager:us-east-1:${owner}:secret:x`, VersionId: "v1" };
    response.writeHead(owner === undefined ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
  owner = "111122223333";
});

async function putSecret(value: string, ...args: string[]) {
  const child = spawn(process.execPath, ["scripts/put-secret.ts", ...args], {
    cwd: fixtureRoot,
    env: {
      ...process.env,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
  });
  child.stdin.end(value);
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((ended) => child.on("close", ended)),
  ]);
  return { stdout, stderr, status };
}

describe("npm run put-secret", () => {
  it("puts a value from standard input and shows nothing of it", async () => {
    const { stdout, stderr, status } = await putSecret("sk-canary\n", "dev", "openai");
    expect(stderr).toBe("");
    expect(stdout).toBe(
      "gantry/dev/providers/openai has a new value (version v1); pods that start 5 minutes from now have it\n",
    );
    expect(status).toBe(0);
    expect(asked.map(({ operation }) => operation)).toEqual(["DescribeSecret", "PutSecretValue"]);
    expect(asked[1]?.parameters).toMatchObject({
      SecretId: "gantry/dev/providers/openai",
      SecretString: "sk-canary",
    });
  });

  it.each([
    [
      "a provider that no hosted model has",
      "sk",
      ["dev", "opnai"],
      'no hosted model of "opnai"; did you mean "openai"?',
    ],
    ["an environment that doesn't exist", "sk", ["devv", "openai"], 'did you mean "dev"?'],
    ["nothing on standard input", "", ["dev", "openai"], "is empty or holds white space"],
    ["more than a key", "key one", ["dev", "openai"], "is empty or holds white space"],
    ["too few words", "sk", ["dev"], "npm run put-secret -- <environment> <provider>"],
  ])("changes nothing for %s", async (_name, value, args, message) => {
    const { stdout, stderr, status } = await putSecret(value, ...args);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(status).toBe(1);
    expect(asked.map(({ operation }) => operation)).not.toContain("PutSecretValue");
  });

  it("changes nothing in another account than the environment's", async () => {
    owner = "999988887777";
    const { stderr } = await putSecret("sk-canary", "dev", "openai");
    expect(stderr).toBe(
      "these credentials are of account 999988887777, the environment is in 111122223333: nothing was changed\n",
    );
    expect(asked.map(({ operation }) => operation)).toEqual(["DescribeSecret"]);
  });

  it("says what to do when the container isn't there yet", async () => {
    owner = undefined;
    const { stderr } = await putSecret("sk-canary", "dev", "openai");
    expect(stderr).toBe(
      "secret gantry/dev/providers/openai doesn't exist in this account and region: run pulumi up first\n",
    );
  });
});
