import { describe, expect, it } from "vitest";
import { engineCommandReadable as rule } from "../../../../policies/rules/supply-chain/engine-command-readable.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { commit, deployment, engine, everyWorkload } from "../../workload.ts";

const here = ["chat-blue#containers.engine.args"];
const model = `s3://gantry-dev-models/Qwen/Qwen3-8B-AWQ/${commit}`;
const withArgs = (...args: readonly Wire[]) => deployment([{ ...engine, args: [model, ...args] }]);
const withCommand = (command: Wire) => deployment([{ ...engine, command }]);
const gpu = { limits: { "nvidia.com/gpu": "1" } };
const tgi = (fields: object) =>
  deployment([{ name: "engine", image: "ghcr.io/huggingface/text-generation-inference:3", ...fields }]);
const ollama = (script: string) =>
  deployment([
    {
      name: "engine",
      image: "ollama/ollama:0.34.0",
      args: ["serve"],
      startupProbe: { exec: { command: ["sh", "-euc", script] } },
    },
  ]);
const config = { gpuUtilities: ["nvidia/k8s/dcgm-exporter"] };

cases(rule, {
  passes: [
    ["flags in all their spellings", withArgs("--tensor_parallel_size=2", "--port", "8000", "-q", "awq")],
    ["a short form with a value after it", withArgs("-tp", "2")],
    ["different keys of one flag", withArgs("-cc.a=1", "-cc.b.c=2")],
    ["the image's program in full", withCommand(["vllm", "serve"])],
    ["an empty command", withCommand([])],
    ["a secret flag", withArgs(secret("--max-model-len=1"))],
    ["TGI by its own flags", tgi({ args: ["--model-id=/weights", "--max-batch-size=8"] })],
    ["Ollama with its file", ollama('ollama create chat -f /weights/Modelfile && ollama run chat ""')],
    [
      "other programs",
      deployment([{ name: "proxy", image: "envoy:1", command: ["envoy"], args: ["-c", "a"] }]),
    ],
    [
      "a listed utility of a GPU",
      deployment([{ name: "dcgm", image: "nvcr.io/nvidia/k8s/dcgm-exporter:4", resources: gpu }]),
      { config },
    ],
  ],
  reports: [
    ["a shell around it", withCommand(["sh", "-c", `vllm serve ${model}`]), here],
    [
      "a shell under another image",
      deployment([{ name: "engine", image: "acme/llm:1", command: ["sh"], args: ["-c", "vllm serve x"] }]),
      here,
    ],
    ["half of the program", withCommand(["vllm"]), here],
    [
      "another program of the image",
      withCommand(["python3", "-m", "vllm.entrypoints.openai.api_server"]),
      here,
    ],
    ["an unknown command", withCommand(unknown), here],
    ["one text for a list", deployment([{ ...engine, args: `${model} --port=8000` }]), here],
    ["unknown arguments", deployment([{ ...engine, args: unknown }]), here],
    ["an unknown argument", withArgs(unknown), here],
    ["a number", withArgs("--port", 8000), here],
    ["no arguments", deployment([{ name: "engine", image: "vllm/vllm-openai:1" }]), here],
    ["two models", withArgs("org/other"), here],
    ["an abbreviation", withArgs("--max-model", "8"), here],
    ["an unknown flag", withArgs("--no-such-flag"), here],
    ["a configuration file", withArgs("--config", "/a.yaml"), here],
    ["an expansion", withArgs("--port=$(PORT)"), here],
    ["a flag twice", withArgs("--max-model-len=1", "--max_model_len", "1"), [`${here[0]}.--max-model-len`]],
    [
      "each flag that is twice",
      withArgs("--port=1", "--host=a", "--port=1", "--host=a", "--enforce-eager"),
      [`${here[0]}.--port`, `${here[0]}.--host`],
    ],
    [
      "a switch that is taken back",
      withArgs("--trust-remote-code", "--no-trust-remote-code"),
      [`${here[0]}.--trust-remote-code`],
    ],
    [
      "a key beside the whole value",
      withArgs("-sc", "{}", "-sc.model=a"),
      [`${here[0]}.--speculative-config`],
    ],
    [
      "a GPU for a program of no known kind",
      deployment([{ name: "engine", image: "acme/llm:1", resources: gpu }]),
      here,
    ],
    [
      "another program that hides its arguments",
      deployment([{ name: "engine", image: "acme/tool:1", args: [unknown] }]),
      here,
    ],
    ["TGI behind a shell", tgi({ command: ["sh"], args: ["--model-id=/weights"] }), here],
    ["TGI with a flag twice", tgi({ args: ["--model-id=a", "--model-id=b"] }), here],
    ["Ollama that pulls", ollama('ollama run llama3 ""'), here],
    ["an unknown image", deployment([{ ...engine, image: unknown, args: ["a"] }]), here],
    ["unknown containers", deployment(unknown), ["chat-blue#containers.args"]],
    [
      "what is bad beside what is unknown, in every list",
      deployment([unknown, engine], {
        initContainers: [{ ...engine, command: ["sh"] }],
        ephemeralContainers: [{ ...engine, args: [] }],
      }),
      [
        "chat-blue#containers.0.args",
        "chat-blue#initContainers.engine.args",
        "chat-blue#ephemeralContainers.engine.args",
      ],
    ],
    [
      "an image under the name that the configuration gives it",
      deployment([{ name: "engine", image: "acme/llm:1", args: ["--new"] }]),
      here,
      { config: { vllmImages: ["acme/llm"] } },
    ],
    [
      "a utility that is no repository",
      deployment([engine]),
      ["chat-blue#configuration.gpuUtilities"],
      { config: { gpuUtilities: ["*"] } },
    ],
  ],
});

describe("engine-command-readable", () => {
  it("checks every kind of workload", async () => {
    const all = everyWorkload({ containers: [{ ...engine, command: ["sh"] }] });
    expect(await findings(rule, all)).toHaveLength(all.length);
  });

  it("shows no value of an argument", async () => {
    const given = withArgs(
      "-sc.sk-CANARY=1",
      "-sc.sk-CANARY=2",
      "--api-key=sk-CANARY",
      "--api-key=sk-CANARY",
    );
    for (const { message } of await judge(rule, given)) expect(message).not.toContain("CANARY");
  });
});
