import { type BootstrapArgs, parseBootstrapArgs } from "../../stacks/bootstrap/settings.ts";
import { environmentName } from "../../stacks/environment-names.ts";
import { environments } from "../plan/environment.ts";
import { loadConfig } from "../plan/report/report.ts";

/** A user's settings for an account's bootstrap. */
export interface BootstrapOptions {
  readonly repository: string;
  /** @default gantry-state-<account>-<region> */
  readonly bucket?: string | undefined;
  readonly branch: string;
  readonly existingProvider: boolean;
}

/**
 * The bootstrap of the account that an environment's file names, for every environment in that account.
 * @throws ConfigurationError
 */
export function bootstrapSettings(
  root: string,
  environment: string,
  options: BootstrapOptions,
): BootstrapArgs {
  const { account } = loadConfig(root, environment);
  const shared = environments(root)
    .map((name) => loadConfig(root, name))
    .filter((config) => config.account.id === account.id && config.account.region === account.region);
  return parseBootstrapArgs(
    {
      account: account.id,
      region: account.region,
      bucket: options.bucket ?? `gantry-state-${account.id}-${account.region}`,
      repository: options.repository,
      branch: options.branch,
      environments: Object.fromEntries(
        shared.map((config) => [
          config.environment,
          {
            buckets: [
              config.modelStore.bucket,
              config.gateway.records.bucket,
              `${environmentName(config.environment)}-edge-${account.id}-${account.region}`,
            ],
          },
        ]),
      ),
      oidcProvider: options.existingProvider ? "existing" : "create",
    },
    "npm run bootstrap",
  );
}
