import { instanceType } from "../components/capacity/instances.ts";
import type { GpuPoolSettings } from "../components/cluster/gpu-pool-settings.ts";
import { keyGenerations, maxKeyGenerations } from "../components/gateway/engine-keys.ts";
import { slotModel } from "../components/gateway/models.ts";
import { tenantsDocument } from "../components/gateway/tenants.ts";
import type { Release } from "../components/serving/release.ts";
import { own } from "../components/shared/own.ts";
import { type Problem, suggestion } from "../components/shared/problems.ts";
import { engineKeyGenerations, modelPrice, tenantsOf } from "./catalogue.ts";
import { fitProblems } from "./fit-consistency.ts";
import { minMaxProblems } from "./min-max.ts";
import { repeated } from "./network-consistency.ts";
import { routeProblems } from "./route-consistency.ts";
import type { Settings } from "./schema.ts";
import { slotsOf } from "./slots.ts";

/** Configuration that the gateway can't serve: ambiguous or unknown names, limits that contradict each other. */
export function gatewayProblems(settings: Settings, releases: Readonly<Record<string, Release>>): Problem[] {
  return [
    ...nameProblems(settings),
    ...routeProblems(settings),
    ...tenantProblems(settings),
    ...priceProblems(settings, releases),
    ...keyProblems(settings),
    ...minMaxProblems("gateway.replicas", settings.gateway.replicas),
    ...bucketProblems(settings),
  ];
}

/** Routes, models and hosted models share one namespace, so each name must be unique. */
function nameProblems({ models, hosted, routes }: Settings): Problem[] {
  const known = new Map(Object.keys(models).map((model) => [model, `models.${model}`]));
  for (const [model, settings] of Object.entries(models))
    for (const { colour } of slotsOf(settings))
      known.set(slotModel(model, colour), `models.${model}.${colour}`);
  const others = [
    ...Object.keys(hosted).map((name) => ["hosted", name] as const),
    ...Object.keys(routes).map((name) => ["routes", name] as const),
  ];
  return others.flatMap(([section, name]) => {
    const path = `${section}.${name}`;
    const first = known.get(name);
    if (first === undefined) known.set(name, path);
    return first === undefined
      ? []
      : [{ path, value: name, message: `${first} has this name for clients already; take another one` }];
  });
}

/** Characters of JSON; as YAML they take a little less than a ConfigMap holds. [Kubernetes, ConfigMap: 1 MiB] */
const longestTenants = 800_000;

function tenantProblems({ tenants, models, hosted, routes }: Settings): Problem[] {
  const known = [...Object.keys(routes), ...Object.keys(models), ...Object.keys(hosted)];
  const whole = tenantsOf(tenants);
  const problems = Object.entries(tenants).flatMap(([name, tenant]) => {
    const path = `tenants.${name}`;
    const limits = own(whole, name);
    return [
      ...tenant.models.flatMap((model, index) =>
        known.includes(model)
          ? []
          : [
              {
                path: `${path}.models.${index}`,
                value: model,
                message: `no route, model or hosted model of this name${suggestion(model, known)}`,
              },
            ],
      ),
      ...repeated(`${path}.models`, tenant.models),
      ...repeated(`${path}.keys`, (tenant.keys ?? []).map(String)),
      ...(limits === undefined ? [] : limitProblems(path, limits)),
    ];
  });
  const length = JSON.stringify(tenantsDocument(whole)).length;
  if (length > longestTenants)
    return [
      {
        path: "tenants",
        value: Object.keys(tenants).length,
        message: `tenants take about ${Math.ceil(length / 1024)} KiB, and the gateway reads them from a ConfigMap, which holds 1024 with its other files; join callers of one owner, or spread them over environments`,
      },
    ];
  if (Object.keys(tenants).length > 0) return problems;
  const message =
    "there is no tenant, so every request is refused; add one with models, requestsPerMinute, tokensPerMinute and monthlyBudgetUsd";
  return [{ path: "tenants", value: tenants, message }];
}

function limitProblems(path: string, limits: ReturnType<typeof tenantsOf>[string]): Problem[] {
  const ordered = [
    ["requestsPerDay", limits.requestsPerDay, "requestsPerMinute", limits.requestsPerMinute],
    ["tokensPerDay", limits.tokensPerDay, "tokensPerMinute", limits.tokensPerMinute],
    [
      "requestsPerMinute",
      limits.requestsPerMinute,
      "users.requestsPerMinute",
      limits.users.requestsPerMinute,
    ],
    ["tokensPerMinute", limits.tokensPerMinute, "inputTokens", limits.inputTokens],
  ] as const;
  return ordered.flatMap(([larger, most, smaller, least]) =>
    most >= least
      ? []
      : [
          {
            path: `${path}.${larger}`,
            value: most,
            message: `below ${smaller}, which is ${least} and could never be used; raise the one or lower the other`,
          },
        ],
  );
}

/** Only of models that can run; why one can't is reported on its own. */
function priceProblems(settings: Settings, releases: Readonly<Record<string, Release>>): Problem[] {
  return Object.entries(settings.models).flatMap(([name, model]) => {
    const runs = slotsOf(model).every(({ slot }) => {
      const release = own(releases, slot.release);
      const pool = own(settings.pools, slot.pool);
      return release && pool && fitProblems(release, pool, slot.replicas).length === 0 && hasGpus(pool);
    });
    if (!runs || modelPrice(model, { ...settings, releases }) !== undefined) return [];
    const message =
      "its instances have no price in the table, so that budgets wouldn't count it; add usdPerMillion: { input: <US dollars>, output: <US dollars> }";
    return [{ path: `models.${name}.usdPerMillion`, value: undefined, message }];
  });
}

function hasGpus({ instanceTypes }: GpuPoolSettings): boolean {
  return instanceTypes.every((type) => instanceType(type)?.gpu !== undefined);
}

function keyProblems({ models }: Settings): Problem[] {
  const used = keyGenerations(
    Object.values(models).map((model) => ({ keyGenerations: engineKeyGenerations(model) })),
  );
  if (used.length <= maxKeyGenerations) return [];
  const message = `slots take keys of ${used.length} generations, and the gateway sends ${maxKeyGenerations} at most; bring the slots of ${used[0]} to a later one first`;
  return [{ path: "models", value: used, message }];
}

function bucketProblems({ gateway, modelStore }: Settings): Problem[] {
  const { bucket } = gateway.records;
  if (bucket !== modelStore.bucket) return [];
  const message = "the weights are in this bucket, which never expire; take another name for the records";
  return [{ path: "gateway.records.bucket", value: bucket, message }];
}
