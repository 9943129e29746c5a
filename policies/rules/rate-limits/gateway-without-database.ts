import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, elements, unknown, type Value } from "../../framework/value.ts";
import { inGatewayConfigs, mustBeAbsent, mustBeOff } from "../../read/gateway/gateway-config.ts";
import { isGateway } from "../../read/gateway/gateway-container.ts";
import { type Container, containers, workloads } from "../../read/kubernetes/containers.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";
import { ownVariables, type Variable } from "../../read/kubernetes/environment.ts";

const allowed = "no database; store_model_in_db absent or false";
const why = "keys, limits and models could change without review";

/** Variables with which LiteLLM finds a database. [litellm/proxy/proxy_cli.py, litellm/proxy/db] */
const databaseVariable = /^(?:DATABASE_[A-Z_]+|DIRECT_URL|STORE_MODEL_IN_DB|IAM_TOKEN_DB_AUTH)$/;

export const gatewayWithoutDatabase: ResourceRule = {
  name: "gateway-without-database",
  title: "The gateway has no database.",
  why: "With a database, anyone who reaches the admin API can change keys, limits and models at run time, and what runs is no longer what was reviewed.",
  fix: "Remove the database settings and variables; configure tenants and models in the stack.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: [...documentCarriers, ...workloads],
  example: {
    good: "general_settings: { store_model_in_db: false }",
    bad: "env: [{ name: DATABASE_URL, value: postgresql://litellm }]",
  },

  *check(resource) {
    yield* inGatewayConfigs(resource, inConfig);
    for (const container of containers(resource)) yield* inContainer(container);
  },
};

function* inConfig(root: Value): Iterable<Finding> {
  for (const name of ["database_url", "database_type", "database_args"])
    yield* mustBeAbsent(root, `general_settings.${name}`, why);
  yield* mustBeOff(root, "general_settings.store_model_in_db", why);
}

function* inContainer(container: Container): Iterable<Finding> {
  const { path, where, fields } = container;
  const gateway = isGateway(container);
  if (gateway === false) return;
  if (gateway === unknown) {
    yield { path, where, problem: "whether this is a gateway isn't known at preview", allowed };
    return;
  }
  const sources = elements(at(fields, "envFrom"));
  if (sources === unknown || sources.length > 0)
    yield { path: `${path}.envFrom`, where, problem: "envFrom may set a database's variables", allowed };
  const variables = ownVariables(container);
  if (variables === unknown) {
    yield { path: `${path}.env`, where, problem: "a variable's name isn't known at preview", allowed };
    return;
  }
  for (const variable of variables.values())
    if (databaseVariable.test(variable.name) && !isOff(variable))
      yield {
        path: variable.path,
        where,
        problem: `${variable.name} configures a database: ${why}`,
        allowed,
      };
}

function isOff({ name, value }: Variable): boolean {
  return name === "STORE_MODEL_IN_DB" && (value === undefined || value === "False" || value === "false");
}
