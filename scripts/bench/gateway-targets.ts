import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { engineKey } from "../../components/secrets/secret-names.ts";
import { DataPath } from "../local/data-path.ts";
import { GatewayProcess } from "../local/gateway-process.ts";
import { closeAtOnce, freePort, listenOnLoopback } from "../local/loopback.ts";
import { readStackConfig } from "../plan/environment.ts";
import { projectCopy } from "../project-copy.ts";

const behaviour = { tokensPerSecond: 20_000, firstTokenSeconds: 0, errorRate: 0 };
/** Above what this machine can send. */
const unlimited = {
  models: ["assistant"],
  requestsPerMinute: 1_000_000,
  tokensPerMinute: 1_000_000_000,
  requestsPerDay: 10_000_000,
  tokensPerDay: 1_000_000_000,
  parallelRequests: 1000,
  monthlyBudgetUsd: 1_000_000,
};

/** Something that answers chat requests. */
export interface ChatServer {
  readonly name: string;
  readonly url: string;
  readonly key: string;
  readonly model: string;
  /** Of the gateway's process. */
  readonly pid?: number;
}

/** Takes what collectors of OpenTelemetry are sent, and keeps none of it. */
export async function collect() {
  const server = createServer((request, response) => void request.resume().on("end", () => response.end()));
  const port = await listenOnLoopback(server);
  return { address: `http://127.0.0.1:${port}`, stop: () => closeAtOnce(server) };
}

/** Dev's data path with one tenant without limits. @param collector address of what takes its spans @default none */
export async function startGateway(bin: string, paths: DataPath[], collector?: string): Promise<DataPath> {
  const project = projectCopy();
  try {
    const shipped = readStackConfig(project, "dev");
    const tracing = collector && { tracing: { namespace: "tracing", service: "collector" } };
    const config = {
      ...shipped,
      "gantry:tenants": { web: unlimited },
      "gantry:monitoring": { ...(shipped["gantry:monitoring"] as object), ...tracing },
    };
    writeFileSync(join(project, "Pulumi.dev.yaml"), stringify({ config }));
    const path = await DataPath.start({
      ...{ root: project, environment: "dev", bin, behaviour, collector, pageAddress: "http://127.0.0.1:9" },
      ...{ port: await freePort(), progress: () => undefined },
    });
    paths.push(path);
    return path;
  } finally {
    rmSync(project, { recursive: true });
  }
}

/** The gateway of a data path, as its tenant calls it. */
export function target(name: string, { gateway, secrets }: DataPath): ChatServer {
  return {
    name,
    url: gateway.address,
    key: secrets.ofTenant("web").key,
    model: "assistant",
    pid: gateway.pid,
  };
}

/** What the gateway calls for its self-hosted model: the load balancer, and behind it the engine. */
export function engineOf(path: DataPath): ChatServer {
  const file = join(path.folder, "etc/litellm/config.yaml");
  const { model_list: models } = parse(readFileSync(file, "utf8"));
  const url = new URL(
    models.find(({ model_name: name }: { model_name: string }) => name === "chat").litellm_params.api_base,
  );
  return {
    name: "engine",
    url: url.origin,
    key: path.secrets.named(`gantry/dev/${engineKey(1)}`),
    model: "chat",
  };
}

/** LiteLLM with nothing configured but the engine. */
export async function startBare(bin: string, scratch: string, engine: ChatServer): Promise<GatewayProcess> {
  const folder = join(scratch, "bare");
  mkdirSync(folder);
  const parameters = { model: "hosted_vllm/chat", api_base: `${engine.url}/v1`, api_key: engine.key };
  writeFileSync(
    join(folder, "config.yaml"),
    stringify({ model_list: [{ model_name: "chat", litellm_params: parameters }] }),
  );
  const port = await freePort();
  const process = new GatewayProcess({
    program: join(bin, "litellm"),
    args: [`--config=${join(folder, "config.yaml")}`, "--host=127.0.0.1", `--port=${port}`],
    ...{ folder, port },
    // As the pod has them, where they change what a request costs.
    variables: {
      HOME: folder,
      LITELLM_MODE: "PRODUCTION",
      LITELLM_LOG: "WARNING",
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
    },
  });
  await process.ready("/health/liveliness");
  return process;
}
