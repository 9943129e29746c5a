import { describe, expect, it } from "vitest";
import { noRemoteCode as rule } from "../../../../policies/rules/supply-chain/no-remote-code.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { commit, deployment, engine, everyWorkload } from "../../workload.ts";

const args = "chat-blue#containers.engine.args";
const withArgs = (...more: readonly Wire[]) =>
  deployment([{ ...engine, args: [`s3://gantry-dev-models/Qwen/Qwen3-8B-AWQ/${commit}`, ...more] }]);
const tgi = (fields: object) =>
  deployment([
    {
      name: "engine",
      image: "ghcr.io/huggingface/text-generation-inference:3",
      args: ["--model-id=/weights"],
      ...fields,
    },
  ]);
const tool = (...command: string[]) => deployment([{ name: "engine", image: "acme/tool:1", command }]);
const trust = `${args}.--trust-remote-code`;

cases(rule, {
  passes: [
    ["no such flag", deployment([engine])],
    ["the negative form alone", withArgs("--no-trust-remote-code")],
    ["a download that isn't run", tool("sh", "-c", "curl -sS x.example/health | jq .status; pip list")],
    ["a program named like an installer's", tool("./npm-report", "--install-date")],
    ["an executor of the engine's own", withArgs("--distributed-executor-backend=mp")],
    [
      "settings without code",
      withArgs(
        "-cc.backend=inductor",
        '-sc={"method":"ngram","trust_remote_code":false,"quantization":"awq"}',
      ),
    ],
    ["TGI without the flag", tgi({ env: [{ name: "API_KEY", value: "a" }] })],
    [
      "vLLM with TGI's variable, which it doesn't read",
      deployment([{ ...engine, env: [{ name: "TRUST_REMOTE_CODE" }] }]),
    ],
    ["other programs", deployment([{ name: "proxy", image: "envoy:1", args: ["--trust-remote-code"] }])],
  ],
  reports: [
    ["the flag", withArgs("--trust-remote-code"), [trust]],
    ["the flag with underscores", withArgs("--trust_remote_code"), [trust]],
    ["the flag before its negative form", withArgs("--trust-remote-code", "--no-trust-remote-code"), [trust]],
    ["the flag after its negative form", withArgs("--no-trust-remote-code", "--trust_remote-code"), [trust]],
    ["a secret flag", withArgs(secret("--trust-remote-code")), [trust]],
    ["a middleware", withArgs("--middleware", "x.y"), [`${args}.--middleware`]],
    ["logits processors", withArgs("--logits-processors", "a:B", "c:D"), [`${args}.--logits-processors`]],
    ["a worker class", withArgs("--worker-cls=x.Y"), [`${args}.--worker-cls`]],
    [
      "an extension of the worker",
      withArgs("--worker-extension-cls=x.Y"),
      [`${args}.--worker-extension-cls`],
    ],
    ["a scheduler class", withArgs("--scheduler-cls=x.Y"), [`${args}.--scheduler-cls`]],
    [
      "an executor by name",
      withArgs("--distributed-executor-backend=x.Y"),
      [`${args}.--distributed-executor-backend`],
    ],
    ["a tool parser's file", withArgs("--tool-parser-plugin=/a.py"), [`${args}.--tool-parser-plugin`]],
    [
      "a reasoning parser's file",
      withArgs("--reasoning-parser-plugin=/a.py"),
      [`${args}.--reasoning-parser-plugin`],
    ],
    ["a plug-in for inputs", withArgs("--io-processor-plugin=a"), [`${args}.--io-processor-plugin`]],
    ["a model class", withArgs('--model-class-overrides={"A":"x:Y"}'), [`${args}.--model-class-overrides`]],
    ["a file that configures logging", withArgs("--log-config-file=/a.json"), [`${args}.--log-config-file`]],
    ["the same by key", withArgs("--logging-config.pylogging_config_file=/a"), [`${args}.--logging-config`]],
    [
      "a connector's module",
      withArgs('--kv-transfer-config={"kv_connector":"X","kv_connector_module_path":"a.b"}'),
      [`${args}.--kv-transfer-config`],
    ],
    [
      "a module deep inside",
      withArgs('--kv-transfer-config={"kv_connector_extra_config":{"tiers":[{"spec_module_path":"a"}]}}'),
      [`${args}.--kv-transfer-config`],
    ],
    [
      "a connector's module by key",
      withArgs("--ec-transfer-config.ec_connector_module_path=a"),
      [`${args}.--ec-transfer-config`],
    ],
    [
      "a manager's class",
      withArgs("--ec-manager-config.encoder_cache_manager_cls=a.B"),
      [`${args}.--ec-manager-config`],
    ],
    [
      "code of a draft model",
      withArgs('-sc={"model":"a/b","trust_remote_code":true}'),
      [`${args}.--speculative-config`],
    ],
    [
      "code of a draft model, by a text",
      withArgs('-sc={"trust_remote_code":"yes"}'),
      [`${args}.--speculative-config`],
    ],
    [
      "a compiler that is no text",
      withArgs('-cc={"backend":["my.backend"]}'),
      [`${args}.--compilation-config`],
    ],
    ["a compiler by name", withArgs("-cc.backend=my.backend"), [`${args}.--compilation-config`]],
    [
      "compiler passes by name",
      withArgs('-cc={"inductor_passes":{"a":"x.y"}}'),
      [`${args}.--compilation-config`],
    ],
    [
      "a compiler's own settings",
      withArgs("-cc.inductor_compile_config.a=1"),
      [`${args}.--compilation-config`],
    ],
    [
      "a drafter's class",
      withArgs('-sc={"method":"custom_class","model":"x.Y"}'),
      [`${args}.--speculative-config`],
    ],
    [
      "code by the model's configuration",
      withArgs('--hf-overrides={"auto_map":{}}'),
      [`${args}.--hf-overrides`],
    ],
    [
      "what an earlier flag names and a later one doesn't",
      withArgs("-cc.backend=a.b", "-cc.backend=eager"),
      [`${args}.--compilation-config`],
    ],
    ["each flag", withArgs("--worker-cls=a.B", "--trust-remote-code"), [trust, `${args}.--worker-cls`]],
    ["arguments that can't be read", withArgs("--new-plugin=x"), [args]],
    ["an unknown argument", withArgs(unknown), [args]],
    ["unknown arguments", deployment([{ ...engine, args: unknown }]), [args]],
    ["one text for a list", deployment([{ ...engine, args: "--trust-remote-code" }]), [args]],
    [
      "TGI's flag, which its reader doesn't know",
      tgi({ args: ["--model-id=a", "--trust-remote-code"] }),
      [args],
    ],
    [
      "TGI's variable",
      tgi({ env: [{ name: "TRUST_REMOTE_CODE", value: "true" }] }),
      ["chat-blue#containers.engine.env"],
    ],
    [
      "TGI's variable from elsewhere",
      tgi({ env: [{ name: "TRUST_REMOTE_CODE", valueFrom: { configMapKeyRef: { name: "a", key: "b" } } }] }),
      ["chat-blue#containers.engine.env"],
    ],
    ["TGI with unknown variables", tgi({ env: unknown }), ["chat-blue#containers.engine.env"]],
    ["an unknown image", deployment([{ ...engine, image: unknown, args: [] }]), [args]],
    [
      "it in every list, beside what is unknown",
      deployment([unknown, engine], {
        initContainers: [{ ...engine, args: ["m", "--trust-remote-code"] }],
        ephemeralContainers: [{ ...engine, args: ["m", "--middleware=a"] }],
      }),
      [
        "chat-blue#containers.0.args",
        "chat-blue#initContainers.engine.args.--trust-remote-code",
        "chat-blue#ephemeralContainers.engine.args.--middleware",
      ],
    ],
    [
      "an engine of another name",
      deployment([{ name: "engine", image: "acme/llm:1", args: ["m", "--trust-remote-code"] }]),
      [trust],
      { config: { vllmImages: ["acme/llm"] } },
    ],
  ],
});

describe("no-remote-code", () => {
  it("checks every kind of workload", async () => {
    const all = everyWorkload({ containers: [{ ...engine, args: ["m", "--trust-remote-code"] }] });
    expect(await findings(rule, all)).toHaveLength(all.length);
  });

  it("shows no value of a flag", async () => {
    const given = withArgs("--middleware=sk-CANARY", "-cc.sk-CANARY_cls=1", '-sc={"sk-CANARY_plugin":1}');
    for (const { message } of await judge(rule, given)) expect(message).not.toContain("CANARY");
  });
});
