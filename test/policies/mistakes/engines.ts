import type { Wire } from "../../../scripts/plan/wire.ts";
import { container, type Mistake } from "../mutations.ts";

const digest = `sha256:${"0".repeat(64)}`;
const text = (value: Wire) => JSON.stringify(value);

/** A slip in what only engines have. */
const inEngine = (
  what: string,
  field: "args" | "env",
  becomes: (list: readonly Wire[]) => Wire,
  ...caughtBy: readonly string[]
): Mistake => ({
  what,
  type: "v1:Deployment",
  path: `${container}.${field}`,
  where: (list) => text(list).includes(field === "args" ? "--max-model-len" : "VLLM_MAX_N_SEQUENCES"),
  becomes: (list) => becomes(list as readonly Wire[]),
  caughtBy,
});
const more = (what: string, flags: readonly string[], ...caughtBy: readonly string[]) =>
  inEngine(what, "args", (args) => [...args, ...flags] as Wire, ...caughtBy);
const model = (what: string, name: string, ...caughtBy: readonly string[]) =>
  inEngine(what, "args", ([, ...flags]) => [name, ...flags] as Wire, ...caughtBy);
const variable = (what: string, entry: { readonly name: string } & Record<string, Wire>) =>
  inEngine(
    what,
    "env",
    (env) => [...env.filter((one) => !text(one).includes(`"${entry.name}"`)), entry] as Wire,
    "engine-surface-minimal",
  );

const image = (what: string, becomes: string): Mistake => ({
  what,
  type: "v1:Deployment",
  path: `${container}.image`,
  becomes: () => becomes,
  caughtBy: ["image-registry-allowed"],
});
const version = (what: string, stated: Wire | undefined): Mistake => ({
  what,
  type: "v1:Deployment",
  path: "spec.template.metadata.labels",
  where: (labels) => text(labels).includes('"app.kubernetes.io/name":"vllm"'),
  becomes: (labels) => {
    const { "app.kubernetes.io/version": _, ...others } = labels as Record<string, Wire>;
    return stated === undefined ? others : { ...others, "app.kubernetes.io/version": stated };
  },
  caughtBy: ["engine-version-floor"],
});

/** What can be wrong with what an engine runs, loads and listens to. */
export const engineMistakes: readonly Mistake[] = [
  image(
    "an image of a host that looks like the public one",
    `docker.io.example.com/vllm/vllm-openai@${digest}`,
  ),
  image("an image whose name only begins like the engine's", `vllm/vllm-openai-cpu@${digest}`),
  image("an image from a mirror", `docker.io/mirror/vllm/vllm-openai@${digest}`),

  version("a version with more vulnerabilities than the exempted one", "0.30.0"),
  version("a release candidate", "0.33.0rc1"),
  version("a version that moves", "latest"),
  version("no version", undefined),

  more("a flag twice, spelled otherwise", ["--max_model_len=8192"], "engine-command-readable"),
  more("a short form beside the long one", ["-tp", "1"], "engine-command-readable"),
  more("flags from a file", ["--config", "/etc/vllm.yaml"], "engine-command-readable"),
  more("a flag from a variable", ["--port=$(PORT)"], "engine-command-readable"),
  more("a second model", ["--model=someone/else"], "engine-command-readable"),
  more("an abbreviated flag", ["--trust"], "engine-command-readable"),

  more("code that is taken back", ["--trust-remote-code", "--no-trust-remote-code"], "no-remote-code"),
  more("a worker's class", ["--worker-cls=a.B"], "no-remote-code"),
  more("a parser's file", ["--tool-parser-plugin", "/tmp/parser.py"], "no-remote-code"),
  more("a connector's module", ["--kv-transfer-config.kv_connector_module_path=a.b"], "no-remote-code"),
  more("a compiler by name", ["-cc.backend=a.b"], "no-remote-code"),
  more("a drafter's class", ['-sc={"method":"custom_class","model":"a.B"}'], "no-remote-code"),

  more("a tokenizer at a branch", ["--tokenizer-revision=main"], "model-companions-pinned"),
  more("code at a branch", ["--code_revision", "main"], "model-companions-pinned"),
  more("a draft model by keys", ["-sc.model=someone/else"], "model-companions-pinned"),
  more("an adapter from the hub", ["--lora-modules", "law=someone/law"], "model-companions-pinned"),
  more("a configuration from elsewhere", ["--hf-config-path=someone/else"], "model-companions-pinned"),

  model("another organisation's model, at a commit", "someone/Qwen3-8B-AWQ", "model-source-allowed"),
  model("a model of a name that looks the same", "qwen/Qwen3-8B-AWQ", "model-source-allowed"),
  model("a model on the pod's own disk", "/cache/model", "model-source-allowed"),
  model("a model by another scheme", "gs://example-gantry-dev-models/a/b", "model-source-allowed"),
  model(
    "a staged model without its commit",
    "s3://example-gantry-dev-models/Qwen/Qwen3-8B-AWQ",
    "model-source-allowed",
  ),

  more("a second port", ["--grpc-port=50051"], "engine-surface-minimal"),
  more("templates from requests", ["--trust_request_chat_template"], "engine-surface-minimal"),
  more("files of the pod", ["--allowed-local-media-path=/"], "engine-surface-minimal"),
  more("tensors from requests", ["--enable-prompt-embeds"], "engine-surface-minimal"),
  variable("more answers than it can bear", { name: "VLLM_MAX_N_SEQUENCES", value: "16384" }),
  variable("a limit from a ConfigMap", {
    name: "VLLM_MAX_N_SEQUENCES",
    valueFrom: { configMapKeyRef: { name: "limits", key: "n" } },
  }),
  variable("another model by a variable", { name: "VLLM_MODEL_REDIRECT_PATH", value: "/tmp/models" }),
  variable("another hub", { name: "HF_ENDPOINT", value: "https://hub.example.com" }),
  variable("another store", { name: "AWS_ENDPOINT_URL", value: "https://s3.example.com" }),
  variable("modules from elsewhere", { name: "PYTHONPATH", value: "/tmp" }),
  {
    what: "variables of a whole object",
    type: "v1:Deployment",
    path: `${container}.envFrom`,
    where: (_, { inputs }) => text(inputs).includes("VLLM_MAX_N_SEQUENCES"),
    becomes: () => [{ configMapRef: { name: "more" } }],
    caughtBy: ["engine-surface-minimal"],
  },
  {
    what: "a liveness that asks the server alone",
    type: "v1:Deployment",
    path: `${container}.livenessProbe`,
    where: (probe) => text(probe).includes("vllm:"),
    becomes: () => ({ httpGet: { path: "/health", port: "http" } }),
    caughtBy: ["liveness-sees-stall"],
  },
];
