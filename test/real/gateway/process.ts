import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { routerVariables } from "../../../components/gateway/gateway-config.ts";
import { GatewayProcess } from "../../../scripts/local/gateway-process.ts";
import { freePort } from "../../../scripts/local/loopback.ts";
import { writeWhole } from "../../../scripts/local/mapped.ts";

const extension = fileURLToPath(new URL("../../../components/gateway/extension/", import.meta.url));

/** The files that a gateway reads, by their names in its folder. */
export interface GatewayFiles {
  readonly "config.yaml": string;
  readonly "settings.yaml": string;
  readonly "tenants.yaml": string;
  readonly "tenant-keys.yaml": string;
}

export interface GatewayProcessArgs {
  /** Programs of the Python environment. */
  readonly bin: string;
  /** With the documents in it. */
  readonly folder: string;
  readonly redisPort: number;
  /** Keys of models, and what else differs. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Writes documents, each replaced whole. */
export function writeDocuments(folder: string, documents: Partial<GatewayFiles>) {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(extension, "extension.py"), join(folder, "extension.py"));
  for (const [name, content] of Object.entries(documents)) writeWhole(folder, name, content);
}

/** Starts a gateway with documents of a test, without waiting until it answers. */
export async function startGateway({
  bin,
  folder,
  redisPort,
  environment,
}: GatewayProcessArgs): Promise<GatewayProcess> {
  const port = await freePort();
  return new GatewayProcess({
    program: join(bin, "litellm"),
    args: [`--config=${join(folder, "config.yaml")}`, "--host=127.0.0.1", `--port=${port}`],
    folder,
    port,
    variables: {
      HOME: folder,
      PYTHONPATH: extension,
      GANTRY_TENANTS: join(folder, "tenants.yaml"),
      GANTRY_TENANT_KEYS: join(folder, "tenant-keys.yaml"),
      GANTRY_SETTINGS: join(folder, "settings.yaml"),
      REDIS_HOST: "127.0.0.1",
      REDIS_PORT: String(redisPort),
      NO_DOCS: "True",
      NO_REDOC: "True",
      DISABLE_ADMIN_UI: "True",
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      LITELLM_MODE: "PRODUCTION",
      LITELLM_LOG: "ERROR",
      ...routerVariables,
      ...environment,
    },
  });
}
