import { describe, expect, it } from "vitest";
import { engines } from "../../../../components/serving/engines.ts";
import { slotTimeouts } from "../../../../components/serving/timeouts.ts";
import { engineVariables } from "../../../../policies/data/engine-variables.ts";
import { engineSurfaceMinimal as rule } from "../../../../policies/rules/serving/engine-surface-minimal.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { chat } from "../../../components/serving/releases.ts";
import { findings, judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { commit, deployment, engine, everyWorkload } from "../../workload.ts";

const at = "chat-blue#containers.engine";
const quiet = { enableServiceLinks: false };
const args = [`s3://gantry-dev-models/Qwen/Qwen3-8B-AWQ/${commit}`, "--disable-fastapi-docs"];
const limit = { name: "VLLM_MAX_N_SEQUENCES", value: "16" };
const closed = { ...engine, args, env: [limit] };
const withArgs = (...more: readonly Wire[]) => deployment([{ ...closed, args: [...args, ...more] }], quiet);
const withEnv = (...more: readonly Wire[]) => deployment([{ ...closed, env: [limit, ...more] }], quiet);
const withLimit = (value: Wire) =>
  deployment([{ ...closed, env: [{ name: "VLLM_MAX_N_SEQUENCES", value }] }], quiet);
const first = [`${at}.env.0`];
const second = [`${at}.env.1`];
const key = { name: "VLLM_API_KEY", valueFrom: { secretKeyRef: { name: "engine-api-key", key: "key" } } };

/** What the components start an engine with. */
function started(kind: keyof typeof engines, image: string) {
  const times = slotTimeouts({
    longestStreamSeconds: 300,
    longestDrainSeconds: 90,
    spot: false,
  });
  const release = { ...chat, engine: { ...chat.engine, kind } };
  const command = engines[kind].command({ release, times, region: "eu-central-1", bucket: "models" });
  const probe = command.warmUp && { startupProbe: { exec: { command: [...command.warmUp] } } };
  const container = { name: "engine", image, args: [...command.args], env: command.env as unknown as Wire };
  return deployment([{ ...container, ...probe }], quiet);
}

cases(rule, {
  passes: [
    ["vLLM as the components start it", started("vllm", "vllm/vllm-openai:1")],
    ["TGI as the components start it", started("tgi", "ghcr.io/huggingface/text-generation-inference:3")],
    ["Ollama as the components start it", started("ollama", "ollama/ollama:0.34.0")],
    ["a key from a Secret", withEnv(key)],
    ["developer mode turned off", withEnv({ name: "VLLM_SERVER_DEV_MODE", value: "0" })],
    ["a flag's negative form", withArgs("--no-enable-sleep-mode")],
    ["the fewest answers", withLimit("1")],
    ["the most answers", withLimit("128")],
    ["a listed variable that is empty", withEnv({ name: "HOME" })],
    ["a secret value", withLimit(secret("16"))],
    [
      "a variable that the configuration adds",
      withEnv({ name: "NCCL_DEBUG", value: "WARN" }),
      { config: { engineEnv: [...engineVariables, "NCCL_DEBUG"] } },
    ],
    ["processes kept apart", deployment([closed], { ...quiet, shareProcessNamespace: false })],
    [
      "processes shared without an engine",
      deployment([{ name: "a", image: "a:1" }], { shareProcessNamespace: true }),
    ],
    [
      "other programs",
      deployment([{ name: "proxy", image: "envoy:1", env: [{ name: "LD_PRELOAD", value: "a" }] }]),
    ],
  ],
  reports: [
    ["developer mode", withEnv({ name: "VLLM_SERVER_DEV_MODE", value: "1" }), second],
    ["developer mode as another text", withEnv({ name: "VLLM_SERVER_DEV_MODE", value: "false" }), second],
    [
      "developer mode by reference",
      withEnv({ name: "VLLM_SERVER_DEV_MODE", valueFrom: { configMapKeyRef: { name: "a" } } }),
      second,
    ],
    ["developer mode that is unknown", withEnv({ name: "VLLM_SERVER_DEV_MODE", value: unknown }), second],
    ["no limit of answers", deployment([{ ...closed, env: [] }], quiet), [`${at}.env.VLLM_MAX_N_SEQUENCES`]],
    ["no variables", deployment([{ ...closed, env: null }], quiet), [`${at}.env.VLLM_MAX_N_SEQUENCES`]],
    ["no answers", withLimit("0"), first],
    ["too many answers", withLimit("129"), first],
    ["the engine's own limit", withLimit("16384"), first],
    ["a limit that is no number", withLimit("1e1"), first],
    ["a limit that is no text", withLimit(16), first],
    ["an empty limit", withLimit(""), first],
    ["a limit that expands", withLimit("$(N)"), first],
    ["the last of two limits", withEnv({ ...limit, value: "4096" }), second],
    [
      "a limit from elsewhere",
      deployment(
        [
          {
            ...closed,
            env: [{ name: "VLLM_MAX_N_SEQUENCES", valueFrom: { configMapKeyRef: { name: "a" } } }],
          },
        ],
        quiet,
      ),
      first,
    ],
    ["a variable that isn't listed", withEnv({ name: "VLLM_USE_V2_MODEL_RUNNER", value: "1" }), second],
    ["a listed variable that is unknown", withEnv({ name: "HOME", value: unknown }), second],
    ["a listed variable that expands", withEnv({ name: "HOME", value: "/tmp/$(N)" }), second],
    ["another model", withEnv({ name: "VLLM_MODEL_REDIRECT_PATH", value: "/tmp/a" }), second],
    ["another hub", withEnv({ name: "HF_ENDPOINT", value: "https://a" }), second],
    ["another store", withEnv({ name: "AWS_ENDPOINT_URL_S3", value: "https://a" }), second],
    ["a library before all others", withEnv({ name: "LD_PRELOAD", value: "/tmp/x.so" }), second],
    ["modules from elsewhere", withEnv({ name: "PYTHONPATH", value: "/tmp" }), second],
    [
      "what no configuration may add",
      withEnv({ name: "LD_PRELOAD", value: "/tmp/x.so" }),
      second,
      { config: { engineEnv: [...engineVariables, "LD_PRELOAD"] } },
    ],
    [
      "a key from a ConfigMap",
      withEnv({ ...key, valueFrom: { configMapKeyRef: { name: "a", key: "b" } } }),
      second,
    ],
    ["a listed variable from a Secret", withEnv({ name: "HOME", valueFrom: key.valueFrom }), second],
    [
      "variables of a whole object",
      deployment([{ ...closed, envFrom: [{ secretRef: { name: "a" } }] }], quiet),
      [`${at}.envFrom`],
    ],
    [
      "whole objects that are unknown, beside a bad variable",
      deployment([{ ...closed, envFrom: unknown, env: [limit, { name: "HF_TOKEN", value: "a" }] }], quiet),
      [`${at}.envFrom`, ...second],
    ],
    ["unknown variables", deployment([{ ...closed, env: unknown }], quiet), [`${at}.env`]],
    ["an unknown variable", withEnv(unknown), [`${at}.env`]],
    ["an unknown name", withEnv({ name: unknown, value: "a" }), [`${at}.env`]],
    [
      "the documentation",
      deployment([{ ...closed, args: args.slice(0, 1) }], quiet),
      [`${at}.args.--disable-fastapi-docs`],
    ],
    [
      "the documentation, turned on again",
      withArgs("--no-disable-fastapi-docs"),
      [`${at}.args.--disable-fastapi-docs`],
    ],
    ...[
      ["--enable-sleep-mode"],
      ["--enable_sleep_mode", "--no-enable-sleep-mode"],
      ["--grpc-port=1"],
      ["--uds=/tmp/a"],
      ["--tool-server", "demo"],
      ["--profiler-config.profiler=torch"],
      ["--trust-request-chat-template"],
      ["--allowed-local-media-path=/"],
      ["--enable-prompt-embeds"],
      ["--enable-tokenizer-info-endpoint"],
    ].map((flag): [string, ReturnType<typeof deployment>, string[]] => {
      const name = (flag[0] ?? "").replaceAll("_", "-").split(/[.=]/)[0];
      return [flag.join(" "), withArgs(...flag), [`${at}.args.${name}`]];
    }),
    ["arguments that can't be read", withArgs("--new"), [`${at}.args`]],
    [
      "unknown arguments beside a bad variable",
      deployment([{ ...closed, args: unknown, env: [limit, { name: "HF_TOKEN" }] }], quiet),
      [`${at}.args`, ...second],
    ],
    ...[true, "false", unknown].map((value): [string, ReturnType<typeof deployment>, string[]] => [
      `processes that are shared: ${String(value)}`,
      deployment([closed], { ...quiet, shareProcessNamespace: value }),
      ["chat-blue#shareProcessNamespace"],
    ]),
    ...["/cache", unknown].map((workingDir): [string, ReturnType<typeof deployment>, string[]] => [
      `another folder to start in: ${String(workingDir)}`,
      deployment([{ ...closed, workingDir }], quiet),
      [`${at}.workingDir`],
    ]),
    [
      "a volume of files from elsewhere, once for all engines of its pod",
      deployment([closed, { ...closed, name: "draft" }], {
        ...quiet,
        volumes: [
          { name: "a", emptyDir: {} },
          { name: "b", nfs: { server: "a", path: "/" } },
        ],
      }),
      ["chat-blue#volumes.1"],
    ],
    ["Services as variables", deployment([closed]), ["chat-blue#enableServiceLinks"]],
    [
      "Services as variables, said outright",
      deployment([closed], { enableServiceLinks: true }),
      ["chat-blue#enableServiceLinks"],
    ],
    [
      "links that are unknown",
      deployment([closed], { enableServiceLinks: unknown }),
      ["chat-blue#enableServiceLinks"],
    ],
    [
      "links that are a text",
      deployment([closed], { enableServiceLinks: "false" }),
      ["chat-blue#enableServiceLinks"],
    ],
    [
      "TGI's flags as variables",
      deployment(
        [
          {
            name: "engine",
            image: "ghcr.io/huggingface/text-generation-inference:3",
            args: ["--model-id=/weights"],
            env: [{ name: "TRUST_REMOTE_CODE", value: "true" }, { name: "MODEL_ID" }, { name: "NGROK" }],
          },
        ],
        quiet,
      ),
      [...first, ...second, `${at}.env.2`],
    ],
    [
      "unknown containers",
      deployment(unknown),
      ["chat-blue#containers.args", "chat-blue#enableServiceLinks"],
    ],
    [
      "it in every list",
      deployment([closed], {
        ...quiet,
        initContainers: [{ ...closed, args: [...args, "--grpc"] }],
        ephemeralContainers: [{ ...closed, env: [limit, { name: "ENV", value: "a" }] }],
      }),
      ["chat-blue#initContainers.engine.args.--grpc", "chat-blue#ephemeralContainers.engine.env.1"],
    ],
    [
      "an entry that is no variable",
      deployment([closed], quiet),
      ["chat-blue#configuration.engineEnv"],
      { config: { engineEnv: ["*"] } },
    ],
  ],
});

describe("engine-surface-minimal", () => {
  it("checks every kind of workload", async () => {
    const all = everyWorkload({ containers: [closed] });
    expect(await findings(rule, all)).toHaveLength(all.length);
  });

  it("shows names of variables, and no values or what else stands for a name", async () => {
    const given = withEnv({ name: "HF_TOKEN", value: "hf_CANARY" }, { name: "sk-CANARY", value: "a" });
    const all = await judge(rule, given);
    expect(all[0]?.found).toContain('variable "HF_TOKEN" is not on the list');
    for (const { message } of all) expect(message).not.toContain("CANARY");
  });
});
