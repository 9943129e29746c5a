import { cachePassword } from "../../components/secrets/secret-names.ts";
import { suggestion } from "../../components/shared/problems.ts";
import type { Config } from "../../stacks/config.ts";
import { secretProviders } from "../../stacks/secret-providers.ts";
import { cacheStep } from "./cache-step.ts";
import { modelStep } from "./model-step.ts";
import { providerStep, single, singleStep } from "./restart-steps.ts";
import type { RotationArgs, RotationStep } from "./rotation-step.ts";
import { tenantStep } from "./tenant-step.ts";

/** Every secret of an environment that can be rotated. */
export function rotatable(config: Config): string[] {
  return [
    ...Object.keys(config.tenants).map((tenant) => `tenants/${tenant}`),
    ...Object.keys(config.models).map((model) => `models/${model}`),
    ...secretProviders(config),
    ...(config.cache.create ? [cachePassword(1)] : []),
    ...Object.keys(single),
  ];
}

/** @throws Error for the user: a secret that isn't there, an end that came too early */
export async function rotationStep(config: Config, args: RotationArgs): Promise<RotationStep> {
  const { secret } = args;
  const known = rotatable(config);
  if (!known.includes(secret))
    throw new Error(`${config.environment} has no secret "${secret}"${suggestion(secret, known)}`);
  const [kind, name = ""] = secret.split("/");
  if (kind === "tenants") return tenantStep(config, name, args);
  if (kind === "models") return modelStep(config, name, args);
  if (secret === cachePassword(1) && config.cache.create) return cacheStep(config, config.cache.create, args);
  return Object.hasOwn(single, secret) ? singleStep(config, secret) : providerStep(secret);
}
