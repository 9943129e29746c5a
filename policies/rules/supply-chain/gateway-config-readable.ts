import { knownSections, knownSettings } from "../../data/gateway-settings.ts";
import {
  documentVariables,
  knownVariables,
  neverAllowedVariables,
  requiredVariableValues,
} from "../../data/gateway-variables.ts";
import type { Finding, StackRule } from "../../framework/rule.ts";
import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
import { at, elements, isFields, unknown, type Value } from "../../framework/value.ts";
import { gatewayArguments } from "../../read/gateway/gateway-arguments.ts";
import { configFile, gatewayModels, inGatewayConfigs } from "../../read/gateway/gateway-config.ts";
import { isGateway } from "../../read/gateway/gateway-container.ts";
import { namedModules } from "../../read/gateway/gateway-modules.ts";
import { moduleSettings } from "../../read/gateway/gateway-settings.ts";
import { Mounts, type Pod } from "../../read/gateway/mounts.ts";
import { type Container, containersOf, podSpecs, workloads } from "../../read/kubernetes/containers.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";
import { ownVariables } from "../../read/kubernetes/environment.ts";
import { mountedFile } from "../../read/kubernetes/mounted-file.ts";
import { printable } from "../../read/text/printable.ts";

const settings = {
  ...moduleSettings,
  gatewayEnv: strings("Environment variables that a gateway's container may have.", {
    pattern: "^[A-Z][A-Z0-9_]*$",
    not: { pattern: neverAllowedVariables },
    default: knownVariables,
  }),
  gatewaySettings: strings("Settings that a gateway's configuration may have, by name.", {
    pattern: "^[a-z][a-z0-9_]*$",
    default: knownSettings,
  }),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

export const gatewayConfigReadable: StackRule<typeof settings> = {
  name: "gateway-config-readable",
  title: "The gateway's configuration is one document of this stack.",
  why: "Every other rule about the gateway reads that document; a configuration that is fetched, baked into the image or replaced by a variable bypasses all of them.",
  fix: "Run the image's entrypoint with one --config that names a .yaml key of a mounted ConfigMap, and add new variables and modules to the lists after reading them.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: [...workloads, ...documentCarriers],
  example: {
    good: 'args: ["--config=/etc/litellm/config.yaml"], with config.yaml in a mounted ConfigMap',
    bad: "env: [{ name: LITELLM_CONFIG_BUCKET_NAME, value: configs }]",
  },
  config: settings,

  *checkStack({ resources }, config) {
    for (const resource of resources)
      for (const finding of inGatewayConfigs(resource, (root) => unread(root, config)))
        yield { ...finding, resource };

    const mounts = new Mounts(resources);
    for (const resource of resources)
      for (const { prefix, spec } of podSpecs(resource))
        for (const container of containersOf({ prefix, spec }))
          for (const finding of ofContainer({ mounts, container, pod: { workload: resource, spec } }, config))
            yield { ...finding, resource, where: container.where };
  },
};

/** What a document contains that no rule checks. */
function* unread(root: Value, { gatewayModules, gatewaySettings }: Config): Iterable<Finding> {
  yield* unlisted(root, gatewaySettings);
  const names = isFields(root) ? Object.keys(root) : [];
  for (const [index, name] of names.entries())
    if (!knownSections.includes(name))
      yield {
        path: /^[a-z_]{1,40}$/.test(name) ? name : String(index),
        problem: "no rule checks this section, or it includes another file",
        allowed: `only ${knownSections.join(", ")}`,
      };
  for (const { path, value } of namedModules(root))
    if (typeof value !== "string" || !gatewayModules.includes(value))
      yield {
        path,
        problem: "it loads code that is not on the list",
        allowed: `one of ${gatewayModules.join(", ")}`,
      };
}

/** Settings within the sections, that no rule knows: they may open, disable or redirect what the others check. */
function* unlisted(root: Value, known: readonly string[]): Iterable<Finding> {
  const within = (path: string, value: Value) =>
    isFields(value) ? Object.keys(value).map((name) => ({ path: `${path}.${name}`, name })) : [];
  const settings = [
    ...["general_settings", "litellm_settings", "router_settings"].flatMap((section) =>
      within(section, at(root, section)),
    ),
    ...gatewayModels(root).flatMap(({ path, params }) => within(`${path}.litellm_params`, params)),
  ];
  // Those that load code are reported as such.
  const modules = namedModules(root).map(({ path }) => `${path}.`);
  for (const { path, name } of settings)
    if (!known.includes(name) && !modules.some((one) => one.startsWith(`${path}.`)))
      yield {
        path: /^[a-z0-9_]{1,60}$/.test(name) ? path : path.slice(0, -name.length - 1),
        problem: `no rule knows the setting ${printable("setting", name)}`,
        allowed: "settings that rules know, or its name in gatewaySettings",
      };
}

interface Place {
  readonly mounts: Mounts;
  readonly container: Container;
  readonly pod: Pod;
}

function* ofContainer({ mounts, container, pod }: Place, config: Config): Iterable<Finding> {
  const gateway = isGateway(container);
  const carriers = mounts.carriersOf(pod, container);
  const mountsConfig = carriers.some((carrier) => mounts.configsIn(carrier).length > 0);
  if (gateway === false && !mountsConfig) return;
  if (gateway === unknown && !mountsConfig) {
    yield {
      path: container.path,
      problem: "whether this is a gateway isn't known at preview",
      allowed: "an image and a command line known at preview",
    };
    return;
  }
  const unfound = [...configOf({ mounts, container, pod })];
  yield* unfound;
  yield* variablesOf(container, config);
  // Mounts that hide the configuration hide the other documents as well: one finding covers it.
  if (unfound.length === 0) yield* documentsOf(container, pod);
}

function* configOf({ mounts, container, pod }: Place): Iterable<Finding> {
  const path = `${container.path}.args`;
  const allowed = "the image's entrypoint with one --config, in a mounted ConfigMap or Secret of this stack";
  const args = gatewayArguments(container);
  if (!args.readable) {
    yield { path, problem: `the gateway's arguments can't be read: ${args.reason}`, allowed };
    return;
  }
  const file = args.flags.get("--config");
  if (typeof file !== "string") {
    yield { path, problem: "--config is not set", allowed };
    return;
  }
  const document = configFile.test(file)
    ? mounts.configAt(pod, container, file)
    : "doesn't end in .yaml, so LiteLLM ignores it";
  if (typeof document === "string") {
    yield { path, problem: `the file of --config ${document}`, allowed };
    return;
  }
  const custom = at(document.root, "general_settings", "custom_auth");
  const carriers = mounts.carriersOf(pod, container);
  if (custom !== undefined && !carriers.some((carrier) => mounts.holdsTenants(carrier)))
    yield {
      path: `${container.path}.volumeMounts`,
      problem: "custom_auth has no tenants: no mounted document of this stack lists them",
      allowed: "a mounted ConfigMap with a document that has the root key tenants, known at preview",
    };
}

function* variablesOf(container: Container, { gatewayEnv }: Config): Iterable<Finding> {
  const allowed = `variables by name, of ${gatewayEnv.join(", ")}`;
  const sources = elements(at(container.fields, "envFrom"));
  if (sources === unknown || sources.length > 0)
    yield { path: `${container.path}.envFrom`, problem: "envFrom can set variables of any name", allowed };
  const variables = ownVariables(container);
  if (variables === unknown) {
    yield {
      path: `${container.path}.env`,
      problem: "a variable's name isn't known at preview",
      allowed,
    };
    return;
  }
  for (const variable of variables.values()) {
    const { name, path, value } = variable;
    if (!gatewayEnv.includes(name))
      yield { path, problem: `variable ${printable("variable", name)} is not on the list`, allowed };
    const needed = requiredVariableValues.get(name);
    if (needed !== undefined && !(typeof value === "string" && value.toLowerCase() === needed))
      yield {
        path,
        problem: `${name} opens or fetches what no rule sees`,
        allowed: `"${needed}", known at preview, or no such variable`,
      };
  }
}

function* documentsOf(container: Container, { spec }: Pod): Iterable<Finding> {
  const variables = ownVariables(container);
  if (variables === unknown) return;
  for (const name of documentVariables) {
    const variable = variables.get(name);
    if (variable === undefined) continue;
    const { path, value } = variable;
    if (typeof value !== "string" || typeof mountedFile(spec, container.fields, value) === "string")
      yield {
        path,
        problem: `${name} names a file that may say anything`,
        allowed: "a key of a mounted ConfigMap or Secret, known at preview",
      };
  }
}
