import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readStackConfig } from "../../scripts/plan/environment.ts";
import { type Moto, startMoto } from "../support/moto.ts";
import { pythonWithAws } from "../support/python.ts";
import { missingPrograms, type RealStack, realStack, root } from "./real-stack.ts";

const missing = missingPrograms();
const moto = pythonWithAws();
const reason = missing ?? (moto === undefined ? "moto can't be installed" : undefined);
if (reason !== undefined) console.warn(`skipped: bootstrap with the real CLI (${reason})`);

/** With the real CLI, stand-ins for AWS's resources, and moto as the S3 that holds the state. */
describe.skipIf(reason !== undefined)("npm run bootstrap", () => {
  const config = readStackConfig(root, "dev");
  const account = String(config["gantry:account"]);
  const bucket = `gantry-state-${account}-${config["aws:region"]}`;
  let server: Moto;
  let s3: string;
  let stack: RealStack;

  beforeAll(async () => {
    server = await startMoto(moto ?? "");
    s3 = server.url;
    stack = await realStack("dev", s3);
  });
  afterAll(() => {
    server?.stop();
    stack?.remove();
  });

  const bootstrap = () =>
    stack.script(["bootstrap", "dev", "--repository", "acme/gantry", "--yes"], { AWS_ENDPOINT_URL_S3: s3 });
  const folder = () => join(stack.folder, ".gantry", `bootstrap-${account}`);
  const keys = async () =>
    [...(await (await fetch(`${s3}/${bucket}`)).text()).matchAll(/<Key>([^<]*)/g)].map(([, key]) => key);
  const kms = async (action: string, args: object) => {
    const response = await fetch(s3, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `TrentService.${action}`,
        // Of whose account and region, which moto reads without checking the signature.
        authorization: `AWS4-HMAC-SHA256 Credential=test/20261124/${config["aws:region"]}/kms/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(args),
    });
    return JSON.parse((await response.text()) || "{}") as { KeyMetadata?: { KeyId: string } };
  };
  const changes = () =>
    stack.cloud.operations().filter(({ kind, stage }) => kind !== "read" && stage === "done").length;

  it("keeps its state in a folder until the bucket answers", async () => {
    const { code, output } = await bootstrap();
    expect([code, output]).toEqual([1, expect.stringContaining("NoSuchBucket")]);
    expect(existsSync(folder())).toBe(true);
  });

  it("moves it into the bucket when it is run again, and makes nothing twice", async () => {
    const made = changes();
    await fetch(`${s3}/${bucket}`, { method: "PUT" });
    const { code, output } = await bootstrap();
    expect([code, output]).toEqual([0, expect.stringContaining(`role/gantry-ci-deploy-dev`)]);
    expect(existsSync(folder())).toBe(false);
    expect(await keys()).toContain(`.pulumi/stacks/gantry-bootstrap/${account}.json`);
    expect(changes()).toBe(made);
  });

  it("prints the lines that make the environment's stack, without a passphrase", async () => {
    const { KeyMetadata } = await kms("CreateKey", {});
    await kms("CreateAlias", { AliasName: "alias/gantry-state", TargetKeyId: KeyMetadata?.KeyId });
    const { output } = await bootstrap();
    const [, state] = /pulumi login '(.*)'/.exec(output) ?? [];
    const lines = output.match(/pulumi (?:stack init|config set --stack) dev .*/g) ?? [];
    expect(lines.length).toBe(2);
    for (const line of lines) {
      const { PULUMI_CONFIG_PASSPHRASE: _, ...variables } = stack.variables;
      const { status, stderr } = spawnSync("sh", ["-c", `${line} --non-interactive`], {
        cwd: stack.folder,
        env: { ...variables, PULUMI_BACKEND_URL: state, AWS_ENDPOINT_URL: s3 },
        encoding: "utf8",
      });
      expect([line, status], stderr).toEqual([line, 0]);
    }
    expect(await keys()).toContain(".pulumi/stacks/gantry/dev.json");
    const file = readFileSync(join(stack.folder, "Pulumi.dev.yaml"), "utf8");
    expect(file).toContain("secretsprovider: awskms://alias/gantry-state");
    expect(file).toContain("gantry:permissionsBoundary: gantry-boundary-dev");
  });

  it("changes nothing in a further run, which works on the bucket's state", async () => {
    const made = changes();
    const { code } = await bootstrap();
    expect([code, existsSync(folder())]).toEqual([0, false]);
    expect(changes()).toBe(made);
    expect(made).toBeGreaterThan(10);
  });
});
