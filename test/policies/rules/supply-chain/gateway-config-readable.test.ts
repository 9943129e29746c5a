import { basename } from "node:path";
import { expect, it } from "vitest";
import { gatewayConfigReadable as rule } from "../../../../policies/rules/supply-chain/gateway-config-readable.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { type Given, judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import {
  configMap,
  configWith,
  container,
  containerWith,
  deployment,
  documents,
  gatewayStack,
  inConfig,
  pod,
  settings,
  stackWith,
  tenants,
} from "../../gateway-stack.ts";

const args = (...all: readonly Wire[]) => stackWith(containerWith("args", [...all]));
const env = (...all: readonly Wire[]) => stackWith(containerWith("env", [...all]));
const mount = (changed: Wire, volumes: Wire = pod.volumes ?? null) =>
  stackWith(deployment({ ...pod, containers: [{ ...container, volumeMounts: changed }], volumes }));
const mounts = container.volumeMounts as readonly Wire[];
const volumes = pod.volumes as readonly Wire[];
const file = "--config=/etc/litellm/config.yaml";
const atArgs = ["gateway#containers.gateway.args"];
const atEnv = ["gateway#containers.gateway.env.0"];
const loads = (path: string, value: Wire, found = path) =>
  [`code in ${path}`, stackWith(configWith(path, value)), [inConfig(found)]] as const;
const inNamespace = (given: Given, namespace: string): Given => ({
  ...given,
  props: { ...given.props, metadata: { name: "gateway", namespace } },
});
const projected = (items: Wire): Wire => [
  {
    name: "config",
    projected: {
      sources: [
        { configMap: { name: "gateway", items } },
        { configMap: { name: "other", items: [{ key: "a", path: "a" }] } },
      ],
    },
  },
];
const both = [
  { key: "config.yaml", path: "config.yaml" },
  { key: "tenants.yaml", path: "tenants.yaml" },
];

cases(rule, {
  passes: [
    ["a mounted configuration", gatewayStack],
    ["its short flag", args("-c", "/etc/litellm/config.yaml")],
    ["an argument that is secret", args(secret(file))],
    [
      "a file mounted alone",
      stackWith(
        deployment({
          ...pod,
          containers: [
            {
              ...container,
              args: ["--config=/app/config.yaml"],
              volumeMounts: ["/app/config.yaml", "/etc/litellm/tenants.yaml"].map((mountPath) => ({
                name: "config",
                mountPath,
                subPath: basename(mountPath),
              })),
            },
          ],
        }),
      ),
    ],
    [
      "a file under another name",
      mount(container.volumeMounts ?? null, [
        {
          name: "config",
          configMap: { name: "gateway", items: both },
        },
      ]),
    ],
    ["a projected volume that lists its items", mount(container.volumeMounts ?? null, projected(both))],
    [
      "tenants in a ConfigMap of their own",
      [
        documents({ "config.yaml": JSON.stringify(settings) }),
        documents({ "tenants.yaml": JSON.stringify(tenants) }, "tenants"),
        deployment({
          containers: [
            { ...container, volumeMounts: [...mounts, { name: "tenants", mountPath: "/etc/tenants" }] },
          ],
          volumes: [...volumes, { name: "tenants", configMap: { name: "tenants" } }],
        }),
      ],
    ],
    [
      "another program with a ConfigMap of its own",
      [
        documents({ greeting: "hello" }),
        deployment({ ...pod, containers: [{ name: "proxy", image: "envoy:1", volumeMounts: mounts }] }),
      ],
    ],
    [
      "the same name in another namespace beside it",
      [...gatewayStack, { ...inNamespace(configMap("model_list: []"), "other"), name: "second" }],
    ],
    [
      "no custom authentication and no tenants",
      [documents({ "config.yaml": "general_settings: {}" }), deployment()],
    ],
    [
      "callbacks that LiteLLM knows",
      stackWith(configWith("litellm_settings.callbacks", ["prometheus", "otel"])),
    ],
    [
      "containers of others",
      [
        deployment({
          containers: [{ name: "proxy", image: "envoy:1", args: ["--config=/x"], env: unknown }],
        }),
      ],
    ],
    [
      "a new variable on the list",
      env({ name: "NEW_API_KEY", value: "x" }),
      { config: { gatewayEnv: ["NEW_API_KEY"] } },
    ],
    [
      "a new module on the list",
      stackWith(configWith("litellm_settings.callbacks", ["extension.more"])),
      { config: { gatewayModules: ["extension.authenticate", "extension.more"] } },
    ],
  ],
  reports: [
    ["no configuration", args("--port=4000"), atArgs],
    ["no arguments", stackWith(containerWith("args", undefined)), atArgs],
    ["two configurations", args(file, file), atArgs],
    ["a program of its own", stackWith(containerWith("command", ["litellm"])), atArgs],
    ["a shell", stackWith(containerWith("command", ["sh", "-c"])), atArgs],
    ["an expansion", args("--config=$(CONFIG)"), atArgs],
    ["models by a flag", args(file, "--model=openai/gpt-4o"), atArgs],
    ["an argument that is not known", args(unknown), atArgs],
    ["arguments that are a text", stackWith(containerWith("args", file)), atArgs],
    ["a relative path", args("--config=config.yaml"), atArgs],
    ["a path with dots", args("--config=/etc/litellm/../litellm/config.yaml"), atArgs],
    ["a path that LiteLLM doesn't read", args("--config=/etc/litellm/config.json"), atArgs],
    ["a path that is not mounted", args("--config=/app/config.yaml"), atArgs],
    ["a key that is not there", args("--config=/etc/litellm/other.yaml"), atArgs],
    ["a file that is no configuration", args("--config=/etc/litellm/tenants.yaml"), atArgs],
    ["nothing mounted", mount([], []), [...atArgs]],
    [
      "a volume that is no ConfigMap",
      mount(container.volumeMounts ?? null, [{ name: "config", emptyDir: {} }]),
      atArgs,
    ],
    ["a volume that is not known", mount(container.volumeMounts ?? null, unknown), atArgs],
    ["a mount that is not known", mount([{ name: "config", mountPath: unknown }]), atArgs],
    [
      "a mount over it",
      mount([
        { name: "config", mountPath: "/etc/litellm" },
        { name: "more", mountPath: "/etc/litellm/config.yaml", subPath: "x" },
      ]),
      atArgs,
    ],
    ["a projected volume of all", mount(container.volumeMounts ?? null, projected([])), atArgs],
    ["a ConfigMap of another stack", [deployment()], atArgs],
    ["a ConfigMap of another namespace", stackWith(inNamespace(configMap(), "other")), atArgs],
    [
      "a ConfigMap whose name Pulumi makes up",
      stackWith({ ...configMap(), props: { ...configMap().props, metadata: { namespace: "gateway" } } }),
      atArgs,
    ],
    ["two ConfigMaps of one name", [...gatewayStack, { ...configMap(), name: "second" }], atArgs],
    [
      "no tenants for the extension",
      [
        documents({ "config.yaml": 'general_settings: {custom_auth: "extension.authenticate"}' }),
        deployment(),
      ],
      ["gateway#containers.gateway.volumeMounts"],
    ],
    [
      "a file that includes others",
      stackWith(configMap("include: [more.yaml]\nmodel_list: []")),
      [inConfig("include")],
    ],
    [
      "variables in the file",
      stackWith(configMap("environment_variables: {A: b}\nmodel_list: []")),
      [inConfig("environment_variables")],
    ],
    ["servers of tools", stackWith(configWith("mcp_servers", {})), [inConfig("mcp_servers")]],
    [
      "a section with an odd name",
      stackWith(configMap({ model_list: [], "sk-1": {}, "sk-a": {} })),
      [inConfig("1"), inConfig("2")],
    ],
    loads("general_settings.custom_auth", "evil.auth"),
    loads("general_settings.custom_sso", "x"),
    loads("general_settings.plugins", [{}], "general_settings.plugins.0"),
    loads("litellm_settings.callbacks", ["prometheus", "evil.hook"], "litellm_settings.callbacks.1"),
    loads("litellm_settings.success_callback", ["s3://bucket/code"], "litellm_settings.success_callback.0"),
    loads("litellm_settings.post_call_rules", "evil.rule"),
    loads(
      "litellm_settings.custom_provider_map",
      [{ provider: "x", custom_handler: "evil.x" }],
      "litellm_settings.custom_provider_map.0.custom_handler",
    ),
    loads(
      "guardrails",
      [{ litellm_params: { guardrail: "evil.Guard" } }],
      "guardrails.0.litellm_params.guardrail",
    ),
    loads("router_settings.plugins", ["evil.route"], "router_settings.plugins.0"),
    ["a configuration from a bucket", env({ name: "LITELLM_CONFIG_BUCKET_NAME", value: "x" }), atEnv],
    ["tenants that no mount has", env({ name: "GANTRY_TENANTS", value: "/tmp/tenants.yaml" }), atEnv],
    ["tenants at an unknown place", env({ name: "GANTRY_TENANTS", value: unknown }), atEnv],
    ["an administrator's pages", env({ name: "DISABLE_ADMIN_UI", value: "False" }), atEnv],
    ["a developer's mode", env({ name: "LITELLM_MODE", value: "DEV" }), atEnv],
    ["prices that are fetched", env({ name: "LITELLM_LOCAL_MODEL_COST_MAP", value: "0" }), atEnv],
    ["a configuration by a variable", env({ name: "CONFIG_FILE_PATH", value: "/x.yaml" }), atEnv],
    ["code at the start", env({ name: "LITELLM_WORKER_STARTUP_HOOKS", value: "x" }), atEnv],
    ["another path of modules", env({ name: "PYTHONPATH", value: "/x" }), atEnv],
    [
      "each variable",
      env({ name: "A", value: "x" }, { name: "B", value: "x" }),
      [...atEnv, "gateway#containers.gateway.env.1"],
    ],
    [
      "variables from elsewhere",
      stackWith(containerWith("envFrom", [{ secretRef: { name: "x" } }])),
      ["gateway#containers.gateway.envFrom"],
    ],
    [
      "variables from an unknown source",
      stackWith(containerWith("envFrom", unknown)),
      ["gateway#containers.gateway.envFrom"],
    ],
    [
      "variables that are not known",
      stackWith(containerWith("env", unknown)),
      ["gateway#containers.gateway.env"],
    ],
    [
      "an image that is not known",
      [deployment({ containers: [{ name: "a", image: unknown }] })],
      ["gateway#containers.a"],
    ],
    [
      "another image that mounts the configuration",
      stackWith(
        deployment({
          ...pod,
          containers: [{ name: "a", image: "acme/proxy:1", volumeMounts: container.volumeMounts ?? null }],
        }),
      ),
      ["gateway#containers.a.args"],
    ],
    [
      "each container",
      stackWith(
        deployment({
          ...pod,
          initContainers: [{ ...container, args: [] }],
          ephemeralContainers: [{ ...container, args: [] }],
        }),
      ),
      ["gateway#ephemeralContainers.gateway.args", "gateway#initContainers.gateway.args"],
    ],
    [
      "a configuration that can't be read",
      stackWith(configMap("model_list: [")),
      ["gateway#data.config.yaml"],
    ],
    [
      "data that is not known",
      stackWith(documents(unknown)),
      ["gateway#containers.gateway.args", "gateway#data"],
    ],
    [
      "a variable that no list may hold",
      gatewayStack,
      ["stack#configuration.gatewayEnv"],
      { config: { gatewayEnv: ["OPENAI_API_BASE"] } },
    ],
  ],
});

it("shows names of variables, and nothing that only stands where one should", async () => {
  const given = env({ name: "NEW_API_KEY", value: "x" }, { name: "sk-CANARY", value: "x" });
  const all = await judge(rule, given);
  expect(all[0]?.found).toContain('variable "NEW_API_KEY" is not on the list');
  for (const { message } of all) expect(message).not.toContain("CANARY");
});
