import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { projectCopy } from "../../scripts/project-copy.ts";
import { Cloud } from "./providers/cloud.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** What a command said and how it ended: a number, or nothing after a signal. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export interface RealStack {
  readonly environment: string;
  /** The copy of the project. */
  readonly folder: string;
  readonly cloud: Cloud;
  readonly variables: NodeJS.ProcessEnv;
  /** Runs `pulumi` on the stack, as it is. */
  pulumi(args: readonly string[], variables?: NodeJS.ProcessEnv): Promise<Ended>;
  /** Runs `pulumi preview` or `pulumi up` with the policy pack. */
  judged(args: readonly string[], variables?: NodeJS.ProcessEnv): Promise<Ended>;
  /** Runs one of the project's commands, such as `["switch", "dev", "chat", "green"]`. */
  script(args: readonly string[], variables?: NodeJS.ProcessEnv): Promise<Ended>;
  state(): Promise<State>;
  /** All that was said and all that the backend holds. */
  written(): string;
  remove(): void;
}

interface State {
  readonly resources: readonly StateResource[];
  readonly pending: readonly { readonly type: string; readonly resource: StateResource }[];
}

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Why tests with the real CLI can't run here, or nothing when they can. */
export function missingPrograms(): string | undefined {
  const missing = ["pulumi", "pulumi-language-nodejs", "openssl"].filter(
    (name) => onPath(name) === undefined,
  );
  return missing.length === 0 ? undefined : `not on the PATH: ${missing.join(", ")}`;
}

/** Which provider takes the EKS components apart, in words. Only its own is the judge of what it makes. */
export function eksProvider(): string {
  const own = eksPlugin();
  if (own !== undefined) return `pulumi-eks's own provider, ${own}`;
  return "a stand-in with recorded children (pulumi plugin install resource eks gets pulumi-eks's own provider)";
}

/** pulumi-eks's own provider, on the PATH or where the CLI installs it. */
function eksPlugin(): string | undefined {
  const { version } = createRequire(import.meta.url)("@pulumi/eks/package.json") as { version: string };
  const home = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const installed = join(home, "plugins", `resource-eks-v${version}`, "pulumi-resource-eks");
  return onPath("pulumi-resource-eks") ?? (existsSync(installed) ? installed : undefined);
}

function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find(existsSync);
}

/**
 * A new stack of a copy of the project, with a backend in a folder, stand-ins for the providers and a cloud of its own.
 * Children of the EKS component come from pulumi-eks's own provider where it is, else from a recording.
 */
export async function realStack(environment: string, endpoint: string): Promise<RealStack> {
  const folder = projectCopy();
  const work = mkdtempSync(join(tmpdir(), "gantry-real-"));
  for (const name of ["bin", "state", "home", "cloud"]) mkdirSync(join(work, name));
  providers(join(work, "bin"));
  const variables = {
    ...process.env,
    PATH: [join(work, "bin"), join(root, "node_modules/.bin"), process.env.PATH].join(delimiter),
    PULUMI_HOME: join(work, "home"),
    // Without files of attributes beside the state, of which a kill leaves an empty one that no command reads past.
    PULUMI_BACKEND_URL: `file://${join(work, "state")}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    GANTRY_CLOUD: join(work, "cloud"),
    GANTRY_CLOUD_ENDPOINT: endpoint,
  };
  const said: string[] = [];
  const run = async (command: string, args: readonly string[], more: NodeJS.ProcessEnv) => {
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...variables, ...more },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, err, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((ended) => child.on("close", ended)),
    ]);
    const output = out + err;
    said.push(output);
    return { code, output };
  };
  const pulumi = (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
    run("pulumi", [...args, "--stack", environment, "--non-interactive"], more);
  const pack = ["--policy-pack", "policies", "--policy-pack-config", `policies/config/${environment}.json`];
  const init = await run("pulumi", ["stack", "init", environment, "--non-interactive"], {});
  if (init.code !== 0) throw new Error(init.output);
  return {
    environment,
    folder,
    cloud: new Cloud(join(work, "cloud")),
    variables,
    pulumi,
    judged: (args, more) => pulumi([...args, ...pack], more),
    script: ([name, ...args], more = {}) => run(process.execPath, [`scripts/${name}.ts`, ...args], more),
    state: async () => {
      const { output, code } = await run("pulumi", ["stack", "export", "--stack", environment], {});
      if (code !== 0) throw new Error(output);
      const { deployment } = JSON.parse(output) as {
        deployment: { resources?: StateResource[]; pending_operations?: State["pending"] };
      };
      return { resources: deployment.resources ?? [], pending: deployment.pending_operations ?? [] };
    },
    written: () =>
      said.join("\n") +
      execFileSync("grep", ["-rha", "", join(work, "state")], { maxBuffer: 1e9, encoding: "utf8" }),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
      rmSync(work, { recursive: true, force: true });
    },
  };
}

/** An executable for each plugin that the CLI looks for. */
function providers(bin: string) {
  const main = join(root, "test/real/providers/main.ts");
  const node = `'${process.execPath}' --no-warnings '${main}'`;
  const own = eksPlugin();
  for (const name of ["aws", "eks", "kubernetes", "random"]) {
    const command = name === "eks" && own !== undefined ? `'${own}'` : `${node} ${name}`;
    const file = join(bin, `pulumi-resource-${name}`);
    writeFileSync(file, `#!/bin/sh\nexec ${command} "$@"\n`);
    chmodSync(file, 0o755);
  }
}

/** A cluster's API as far as pulumi-eks asks it: whether it is healthy, over TLS with a certificate of its own. */
export async function clusterEndpoint(): Promise<{ readonly address: string; close(): void }> {
  const folder = mkdtempSync(join(tmpdir(), "gantry-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync("openssl", [...request, "-subj", "/CN=localhost", "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
    response.end("ok"),
  );
  rmSync(folder, { recursive: true });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    address: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
