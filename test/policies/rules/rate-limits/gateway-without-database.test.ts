import { gatewayWithoutDatabase as rule } from "../../../../policies/rules/rate-limits/gateway-without-database.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import {
  configMap,
  configWith,
  container,
  containerWith,
  deployment,
  inConfig,
  unreadable,
} from "../../gateway-stack.ts";
import { everyWorkload } from "../../workload.ts";

const general = (field: string) => `general_settings.${field}`;
const env = (...variables: readonly Wire[]) => containerWith("env", [...variables]);
const at = ["gateway#containers.gateway.env.0"];
const reference = { secretKeyRef: { name: "db", key: "url" } };
const connected = { ...container, env: [{ name: "DATABASE_URL", value: "postgresql://x" }] };

cases(rule, {
  passes: [
    ["a gateway without one", [configMap(), deployment()]],
    ["models in the database, plainly off", configWith(general("store_model_in_db"), false)],
    ["no word of it", configWith(general("store_model_in_db"), undefined)],
    ["off by a variable", env({ name: "STORE_MODEL_IN_DB", value: "False" })],
    ["off in small letters", env({ name: "STORE_MODEL_IN_DB", value: "false" })],
    [
      "a database of another container",
      deployment({ containers: [{ ...connected, image: "postgres:18", args: [] }] }),
    ],
    [
      "a database that a later entry takes away",
      env({ name: "STORE_MODEL_IN_DB", value: "True" }, { name: "STORE_MODEL_IN_DB" }),
    ],
  ],
  reports: [
    ["a database", configWith(general("database_url"), "os.environ/X"), [inConfig(general("database_url"))]],
    ["another kind", configWith(general("database_type"), "dynamo_db"), [inConfig(general("database_type"))]],
    [
      "models in it",
      configWith(general("store_model_in_db"), true),
      [inConfig(general("store_model_in_db"))],
    ],
    [
      "models in it by a text",
      configWith(general("store_model_in_db"), "true"),
      [inConfig(general("store_model_in_db"))],
    ],
    ["a variable", env({ name: "DATABASE_URL", value: "postgresql://x" }), at],
    ["an empty variable", env({ name: "DATABASE_URL", value: "" }), at],
    ["a variable that says no", env({ name: "DATABASE_URL", value: "False" }), at],
    ["a variable by reference", env({ name: "DATABASE_HOST", valueFrom: reference }), at],
    ["a secret variable", env({ name: "DIRECT_URL", value: secret("postgresql://x") }), at],
    ["a switch by a variable", env({ name: "STORE_MODEL_IN_DB", value: "True" }), at],
    ["a switch by reference", env({ name: "STORE_MODEL_IN_DB", valueFrom: reference }), at],
    ["a switch that is not known", env({ name: "STORE_MODEL_IN_DB", value: unknown }), at],
    [
      "variables from elsewhere",
      containerWith("envFrom", [{ configMapRef: { name: "x" } }]),
      ["gateway#containers.gateway.envFrom"],
    ],
    ["variables from somewhere", containerWith("envFrom", unknown), ["gateway#containers.gateway.envFrom"]],
    ["variables that are not known", containerWith("env", unknown), ["gateway#containers.gateway.env"]],
    ["a name that is not known", env({ name: unknown, value: "x" }), ["gateway#containers.gateway.env"]],
    [
      "an image that is not known",
      deployment({ containers: [{ name: "a", image: unknown }] }),
      ["gateway#containers.a"],
    ],
    ["containers that are not known", deployment({ containers: unknown }), ["gateway#containers"]],
    [
      "each container",
      deployment({ containers: [connected, { ...connected, name: "second" }], initContainers: [connected] }),
      [
        "gateway#containers.gateway.env.0",
        "gateway#containers.second.env.0",
        "gateway#initContainers.gateway.env.0",
      ],
    ],
    [
      "each kind of workload",
      everyWorkload({ containers: [connected] }),
      everyWorkload({}).map(({ type }) =>
        type.includes("LeaderWorkerSet")
          ? "chat-blue#workerTemplate.containers.gateway.env.0"
          : "chat-blue#containers.gateway.env.0",
      ),
    ],
    ...unreadable,
  ],
});
