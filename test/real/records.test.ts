import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vllmMetrics } from "../../components/monitoring/metrics.ts";
import { NoPython, pythonEnvironment } from "../../scripts/local/python-environment.ts";
import { type Moto, startMoto } from "../support/moto.ts";
import { pythonWithAws } from "../support/python.ts";
import { ask, question } from "./gateway/client.ts";
import { GatewayStack, tenant } from "./gateway/stack.ts";

const bin = await pythonEnvironment(console.warn).catch((reason) => {
  if (!(reason instanceof NoPython)) throw reason;
  console.warn(`skipped: the gateway can't be installed: ${reason.message}`);
  return undefined;
});
const moto = pythonWithAws();
const root = fileURLToPath(new URL("../..", import.meta.url));
/** As Pulumi.dev.yaml of the fixtures and the project names it. */
const bucket = "example-gantry-dev-records";
const signingKey = "signing-key";

describe.runIf(bin !== undefined && moto !== undefined)("records in S3", () => {
  let s3: Moto;
  let stack: GatewayStack;
  let variables: Record<string, string>;

  beforeAll(async () => {
    s3 = await startMoto(moto ?? "", [bucket]);
    variables = {
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    };
    stack = await GatewayStack.start(bin ?? "", {
      tenants: { web: tenant, shop: tenant },
      signingKeys: { web: [signingKey] },
      recordsBucket: bucket,
      environment: variables,
      name: "dev",
    });
  });
  afterAll(async () => {
    await stack?.stop();
    s3?.stop();
  });

  async function run(...[script, ...args]: string[]) {
    // By the real clock, as the gateway: tests have one of their own.
    const env = { ...process.env, ...variables, NODE_OPTIONS: "" };
    const child = spawn(process.execPath, [`scripts/${script}.ts`, ...args], { cwd: root, env });
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise((ended) => child.once("close", ended)),
    ]);
    return { stdout, stderr, code };
  }
  const used = async (by: string) => {
    const { stdout, stderr } = await run("usage", "dev", "--by", by, "--json");
    expect(stderr).toBe("");
    return JSON.parse(stdout) as {
      group: Record<string, string>;
      requests: number;
      cached: number;
      failed: number;
      inputTokens: number;
      outputTokens: number;
      usd: number;
    }[];
  };

  async function signed(user: string) {
    const at = Math.floor(
      Date.parse((await ask(stack.gateways[0] as never, "{")).headers.get("date") ?? "") / 1000,
    );
    const signature = createHmac("sha256", signingKey).update(`${at}.${user}`).digest("hex");
    return { "x-gantry-user": user, "x-gantry-user-signature": `t=${at},v1=${signature}` };
  }

  it("add up to exactly what the engine counted, whichever way they are grouped", async () => {
    const headers = await signed("ann@example.com");
    const asked = Array.from({ length: 60 }, (_, index) => {
      const tenant = index % 3 === 0 ? "shop" : "web";
      const same = { temperature: 0, messages: [{ role: "user", content: "the same" }] };
      const fields = { stream: index % 2 === 0, max_tokens: 1 + (index % 7), ...(index % 10 === 0 && same) };
      return ask(stack.gateways[index % 2] as never, question(fields), {
        tenant,
        headers: {
          ...(tenant === "web" && headers),
          ...(index % 4 === 0 && { "x-gantry-feature": "search" }),
        },
      });
    });
    expect(new Set((await Promise.all(asked)).map(({ code }) => code))).toEqual(new Set(["ok"]));
    await expect
      .poll(async () => (await used("tenant")).reduce((sum, { requests }) => sum + requests, 0), {
        timeout: 30_000,
      })
      .toBe(61);
    const input = await stack.engineCount(vllmMetrics.promptTokens);
    const output = await stack.engineCount(vllmMetrics.generatedTokens);
    for (const by of ["tenant", "user", "feature", "model", "day", "tenant,user,feature,model,day"]) {
      const rows = await used(by);
      const sum = (of: "inputTokens" | "outputTokens" | "requests") =>
        rows.reduce((all, row) => all + row[of], 0);
      expect([by, sum("inputTokens"), sum("outputTokens"), sum("requests")]).toEqual([by, input, output, 61]);
      const usd = rows.reduce((all, row) => all + row.usd, 0);
      // 0.1 dollars a million tokens of prompts, 0.4 of answers.
      expect(usd).toBeCloseTo((input * 0.1 + output * 0.4) / 1e6, 9);
    }
    expect((await used("feature")).map(({ group }) => group.feature).sort()).toEqual(["none", "search"]);
  });

  it("forgets one user of a tenant, and no other", async () => {
    const headers = await signed("bob@example.com");
    for (let index = 0; index < 3; index++) await ask(stack.gateways[0] as never, question(), { headers });
    const users = async () =>
      (await used("user")).map(({ group, requests }) => `${group.user} ${requests}`).sort();
    await expect
      .poll(async () => (await users()).some((one) => one.endsWith(" 3")), { timeout: 30_000 })
      .toBe(true);
    const before = await users();
    expect((await run("forget", "dev", "bob@example.com", "--tenant", "web")).stderr).toMatch(
      /nothing was deleted/,
    );
    expect(await users()).toEqual(before);
    expect((await run("forget", "dev", "bob@example.com", "--tenant", "shop", "--yes")).stdout).toMatch(
      /has no record/,
    );
    const { stdout, code } = await run("forget", "dev", "bob@example.com", "--tenant", "web", "--yes");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^3 records deleted, none is left/)]);
    expect(await users()).toEqual(before.filter((one) => !one.endsWith(" 3")));
    expect((await run("forget", "dev", "bob@example.com", "--tenant", "web", "--yes")).stdout).toMatch(
      /has no record/,
    );
  });
});
