import {
  cachePassword,
  engineKey,
  gatewayMasterKey,
  gatewayMetricsKey,
  grafanaAdmin,
  tenantKey,
} from "../../components/secrets/secret-names.ts";
import { other } from "../../components/serving/traffic.ts";
import { own } from "../../components/shared/own.ts";
import { suggestion } from "../../components/shared/problems.ts";
import type { Config } from "../../stacks/config.ts";
import { passwordsOf } from "../../stacks/generated-secrets.ts";
import { grafanaClient, modelHub, pagerDuty, secretProviders, slack } from "../../stacks/secret-providers.ts";
import { keyGeneration, slotsOf } from "../../stacks/slots.ts";

/** What a rotation does next. It follows from the stack's file and Secrets Manager alone, so that it can be broken off anywhere. */
export interface RotationStep {
  /** A setting of the stack's file, after `gantry:`, and its new value. */
  readonly edit?: { readonly path: readonly string[]; readonly value: number | readonly number[] };
  /** A provider whose new key is read from standard input. */
  readonly put?: string;
  /** What a person does then, a line each. */
  readonly after: readonly string[];
}

export interface RotationArgs {
  /** As it was typed: `tenants/web`, `models/chat`, `openai`, `gateway-master-key`. */
  readonly secret: string;
  /** Whether every client has the new value, so that the one before may go. */
  readonly finish: boolean;
  /** Whether a secret has a value, by its name in Secrets Manager. */
  readonly exists: (name: string) => Promise<boolean>;
}

/** Values that one reader holds alone, so that a second one would open nothing. */
const single: Readonly<Record<string, string>> = {
  [gatewayMasterKey]: restart("gateway", "gateway"),
  [gatewayMetricsKey]: `${restart("gateway", "gateway")} (Prometheus reads its own copy within 5 minutes; scrapes that come between are refused)`,
  [grafanaAdmin]: restart("monitoring", "--selector=app.kubernetes.io/name=grafana"),
};

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
    throw new Error(
      `${config.environment} has no secret "${secret}"${suggestion(secret, known)}; it has ${known.join(", ")}`,
    );
  const [kind, name = ""] = secret.split("/");
  if (kind === "tenants") return tenantStep(config, name, args);
  if (kind === "models") return modelStep(config, name, args);
  if (secret === cachePassword(1) && config.cache.create) return cacheStep(config, config.cache.create, args);
  return Object.hasOwn(single, secret) ? singleStep(config, secret) : providerStep(secret);
}

async function tenantStep(
  config: Config,
  tenant: string,
  { finish, exists }: RotationArgs,
): Promise<RotationStep> {
  const { environment } = config;
  const keys = own(config.tenants, tenant)?.keys ?? [1];
  const path = ["tenants", tenant, "keys"];
  const newest = Math.max(...keys);
  const name = `gantry/${environment}/${tenantKey(tenant, newest)}`;
  const again = `npm run rotate -- ${environment} tenants/${tenant}`;
  if (keys.length === 1) {
    if (finish && !(await exists(name)))
      throw new Error(`${name} has no value yet: ${up(environment)}, first. Nothing was changed`);
    if (finish)
      return {
        after: [
          `${tenant} has one key, number ${newest}: the rotation is over once ${up(environment)} has run`,
        ],
      };
    return {
      edit: { path, value: [newest, newest + 1] },
      after: [`${up(environment)}: makes key ${newest + 1}; both are valid`, `${again}: the next step`],
    };
  }
  if (!(await exists(name)))
    return { after: [`${up(environment)}: makes key ${newest}; both are valid`, `${again}: the next step`] };
  if (!finish)
    return {
      after: [
        `give ${tenant} its new key: ${read(config, name)}`,
        `and its new key for signing, if its servers sign users: ${read(config, `${name}/signing`)}`,
        `${again} --finish: when all its clients send the new one; the one before is revoked`,
      ],
    };
  return {
    edit: { path, value: [newest] },
    after: [`${up(environment)}: revokes ${keys.filter((key) => key !== newest).join(", ")} within a minute`],
  };
}

async function cacheStep(
  { environment }: Config,
  cache: NonNullable<Config["cache"]["create"]>,
  { finish, exists }: RotationArgs,
): Promise<RotationStep> {
  const passwords = passwordsOf(cache);
  const path = ["cache", "create", "passwords"];
  const newest = passwords.at(-1) ?? 1;
  const again = `npm run rotate -- ${environment} redis`;
  const made = await exists(`gantry/${environment}/${cachePassword(newest)}`);
  const makes = (number: number) =>
    `${up(environment)}: makes password ${number}, which the cache takes beside the one before, and replaces the gateway's pods`;
  if (passwords.length === 1) {
    if (finish && !made)
      throw new Error(`password ${newest} has no value yet: ${up(environment)}, first. Nothing was changed`);
    if (finish)
      return {
        after: [
          `the cache has one password, number ${newest}: the rotation is over once ${up(environment)} has run`,
        ],
      };
    return {
      edit: { path, value: [newest, newest + 1] },
      after: [makes(newest + 1), `${again} --finish: once it has run to its end`],
    };
  }
  if (!made) return { after: [makes(newest), `${again} --finish: once it has run to its end`] };
  if (!finish)
    return {
      after: [
        "kubectl --namespace gateway rollout status deployment gateway: all pods have the new password once it says so",
        `${again} --finish: the one before is revoked`,
      ],
    };
  return {
    edit: { path, value: [newest] },
    after: [`${up(environment)}: from then on the cache takes password ${newest} alone`],
  };
}

async function modelStep(
  config: Config,
  model: string,
  { finish, exists }: RotationArgs,
): Promise<RotationStep> {
  const { environment, models } = config;
  const settings = own(models, model);
  if (settings === undefined) throw new RangeError(`no model ${model}`);
  const { live } = settings.traffic;
  const standby = settings[other(live)];
  const generation = (slot = settings[live]) => (slot === undefined ? 0 : keyGeneration(slot));
  const again = `npm run rotate -- ${environment} models/${model}`;
  const path = (colour: string) => ["models", model, colour, "keyGeneration"];
  const [now, waiting] = [generation(), generation(standby)];
  const newest = Math.max(
    ...Object.values(models)
      .flatMap(slotsOf)
      .map(({ slot }) => keyGeneration(slot)),
  );
  // Models share keys: one that another model has already comes before a further one, since the gateway holds two.
  const next = newest > now ? newest : now + 1;
  const name = `gantry/${environment}/${engineKey(next)}`;
  if (standby === undefined)
    return {
      edit: { path: path(live), value: next },
      after: [
        `give clients that ask ${model} past the gateway both keys, if there are any, before the next line; the new one exists once any slot has generation ${next}`,
        `${up(environment)}: replaces the replicas one after the other; the gateway sends both keys`,
      ],
    };
  if (waiting === now)
    return {
      edit: { path: path(other(live)), value: next },
      after: [
        `${up(environment)}: gives ${model}'s ${other(live)} slot key ${next}; the gateway sends both`,
        `${again}: the next step`,
      ],
    };
  if (waiting > now) {
    const made = await exists(`gantry/${environment}/${engineKey(waiting)}`);
    return {
      after: [
        ...(made
          ? [
              `give clients that ask past the gateway the new key beside the one before: ${read(config, name)}`,
            ]
          : [`${up(environment)}: gives ${model}'s ${other(live)} slot key ${waiting}`]),
        `npm run switch -- ${environment} ${model} ${other(live)}: sends the traffic to the slot with the new key`,
        `${again} --finish: when no rollback is wanted any more`,
      ],
    };
  }
  if (!finish)
    return {
      after: [
        `${again} --finish: when no rollback is wanted any more; key ${waiting} opens nothing after it`,
      ],
    };
  return {
    edit: { path: path(other(live)), value: now },
    after: [`${up(environment)}: from then on key ${waiting} opens nothing of ${model}`],
  };
}

const perMessage = "nothing restarts: Alertmanager reads it for each message";
/** What is done for those that aren't the gateway's. */
const readers: Readonly<Record<string, string>> = {
  [modelHub]: "nothing restarts: the next staging job reads it",
  [slack]: perMessage,
  [pagerDuty]: perMessage,
  [grafanaClient]: restart("monitoring", "grafana"),
};

function providerStep(provider: string): RotationStep {
  return {
    put: provider,
    after: [
      "wait 5 minutes: the cluster reads Secrets Manager that often",
      own(readers, provider) ?? restart("gateway", "gateway"),
      `revoke the key before at ${provider}: it stays valid there, and in Secrets Manager as AWSPREVIOUS, until then`,
    ],
  };
}

function singleStep({ environment }: Config, secret: string): RotationStep {
  return {
    after: [
      `pulumi up --stack ${environment} --replace '**RandomPassword::secrets-${secret}': makes a new value`,
      "wait 5 minutes: the cluster reads Secrets Manager that often",
      single[secret] ?? "",
    ],
  };
}

function up(environment: string): string {
  return `pulumi up --stack ${environment}`;
}

function restart(namespace: string, what: string): string {
  return `kubectl --namespace ${namespace} rollout restart deployment ${what}: pods read it when they start`;
}

/** Into a file that its owner alone can read: a terminal keeps what it shows. */
function read({ account }: Config, name: string): string {
  return `(umask 077; aws secretsmanager get-secret-value --region ${account.region} --secret-id ${name} --query SecretString --output text > key.txt)`;
}
