import { describe, expect, it } from "vitest";
import { configure } from "../../../../policies/framework/settings.ts";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import {
  engineArguments,
  engineKind,
  engineSettings,
  hidesCommand,
} from "../../../../policies/read/engine/engine.ts";
import type { Container } from "../../../../policies/read/kubernetes/containers.ts";

const { config } = configure(engineSettings, {});
const container = (fields: Value): Container => ({ path: "containers.a", where: "container a", fields });
const kind = (fields: Value, given = config) => engineKind(container(fields), given);
const gpu = { limits: { "nvidia.com/gpu": "1" } };

describe("an engine", () => {
  it.each<[string, Value, string]>([
    ["by its image", { image: "vllm/vllm-openai:v1" }, "vllm"],
    [
      "by its image behind a mirror",
      { image: "123.dkr.ecr.eu-central-1.amazonaws.com/hub/vllm/vllm-openai:v1" },
      "vllm",
    ],
    ["by its image, of another kind", { image: "ghcr.io/huggingface/text-generation-inference:3" }, "tgi"],
    ["by its program", { image: "a/b", command: ["/usr/bin/vllm", "serve"] }, "vllm"],
    [
      "by its Python module",
      { image: "a/b", command: ["python3", "-m", "vllm.entrypoints.openai.api_server"] },
      "vllm",
    ],
    ["by a shell's script", { image: "a/b", args: ["-c", "exec vllm serve org/name"] }, "vllm"],
    ["by a command that is a text", { image: "a/b", command: "ollama serve" }, "ollama"],
    ["by a GPU", { image: "a/b", resources: gpu }, "other"],
    ["by shared GPUs", { image: "a/b", resources: { limits: { "nvidia.com/gpu.shared": 1 } } }, "other"],
    [
      "by a slice of a GPU",
      { image: "a/b", resources: { limits: { "nvidia.com/mig-1g.10gb": 1 } } },
      "other",
    ],
    ["by another maker's", { image: "a/b", resources: { requests: { "amd.com/gpu": "1" } } }, "other"],
    ["by Neuron", { image: "a/b", resources: { limits: { "aws.amazon.com/neuroncore": 2 } } }, "other"],
    ["by a claim", { image: "a/b", resources: { claims: [{ name: "gpu" }] } }, "other"],
    [
      "by the runtime's variable",
      { image: "a/b", env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "all" }] },
      "other",
    ],
    [
      "by another engine's program",
      { image: "a/b", command: ["python3", "-m", "sglang.launch_server"] },
      "other",
    ],
    [
      "by a program in a hook",
      { image: "a/b", lifecycle: { postStart: { exec: { command: ["ollama", "serve"] } } } },
      "ollama",
    ],
    ["by another engine's image", { image: "lmsysorg/sglang:v1" }, "other"],
    ["by its image's name", { image: "acme/vllm-cuda:v1" }, "other"],
    ["by a GPU that is unknown", { image: "a/b", resources: unknown }, "other"],
  ])("is known %s", (_, fields, expected) => {
    expect(kind(fields)).toBe(expected);
  });

  it.each([
    ["for a container without a GPU", { image: "a/b", args: ["--port=1"] }],
    ["for a longer name", { image: "a/my-vllmish" }],
    ["for a network card", { image: "a/b", resources: { limits: { "vpc.amazonaws.com/efa": 1 } } }],
    ["for memory in huge pages", { image: "a/b", resources: { limits: { "hugepages-2Mi": "1Gi" } } }],
    [
      "for a variable that gives it no GPU",
      { image: "a/b", env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "void" }] },
    ],
    ["for a word of another tool", { image: "a/b", args: ["http://vllm-chat:8000", "hosted_vllm/chat"] }],
    ["for no GPU", { image: "a/b", resources: { limits: { "nvidia.com/gpu": 0 } } }],
  ])("is not taken %s", (_, fields) => {
    expect(kind(fields)).toBeUndefined();
  });

  it("may be anything when it or its image can't be read", () => {
    expect(kind(unknown)).toBe(unknown);
    expect(kind({ image: unknown })).toBe(unknown);
  });

  it("is not a listed GPU utility", () => {
    const fields = { image: "nvcr.io/nvidia/k8s/dcgm-exporter:4", resources: gpu };
    expect(kind(fields)).toBe("other");
    expect(kind(fields, { ...config, gpuUtilities: ["nvidia/k8s/dcgm-exporter"] })).toBeUndefined();
  });
});

describe("an engine's arguments", () => {
  it.each<[string, Value, boolean]>([
    ["without a command", { args: ["org/name"] }, true],
    ["with an empty command", { command: [], args: ["org/name"] }, true],
    ["with its own program", { command: ["vllm", "serve"], args: ["org/name"] }, true],
    ["behind a shell", { command: ["sh", "-c", "vllm serve org/name"] }, false],
    ["behind a longer command", { command: ["vllm", "serve", "org/name"] }, false],
    ["behind another subcommand", { command: ["vllm", "bench"], args: ["org/name"] }, false],
    ["behind half a command", { command: ["vllm"], args: ["serve", "org/name"] }, false],
    ["behind an unknown command", { command: unknown, args: ["org/name"] }, false],
    ["with an unknown part", { args: ["org/name", unknown] }, false],
    ["with a number", { args: ["org/name", "--port", 8000] }, false],
    ["as one text", { args: "org/name" }, false],
  ])("%s are readable: %j", (_, fields, readable) => {
    expect(engineArguments(container(fields), "vllm").readable).toBe(readable);
  });

  it("of TGI are read by TGI's parser", () => {
    expect(engineArguments(container({ args: ["--model-id=org/name"] }), "tgi")).toMatchObject({
      model: "org/name",
    });
    expect(engineArguments(container({ command: ["text-generation-launcher"] }), "tgi").readable).toBe(false);
    expect(
      engineArguments(container({ command: ["vllm", "serve"], args: ["--model-id=a"] }), "tgi").readable,
    ).toBe(false);
  });

  it("of Ollama are read from its start-up probe", () => {
    const startupProbe = {
      exec: { command: ["sh", "-euc", 'ollama create chat -f /weights/Modelfile && ollama run chat ""'] },
    };
    expect(engineArguments(container({ args: ["serve"], startupProbe }), "ollama")).toMatchObject({
      model: "/weights/Modelfile",
    });
    expect(engineArguments(container({ args: ["serve"] }), "ollama").readable).toBe(false);
  });
});

it.each<[string, Value, boolean]>([
  ["nothing", {}, false],
  ["plain words", { command: ["sh"], args: ["-c", "true"] }, false],
  ["an unknown argument", { args: ["-c", unknown] }, true],
  ["an unknown command", { command: unknown }, true],
  ["a number", { args: [8000] }, true],
  ["one text", { command: "vllm serve" }, true],
  ["itself unknown", unknown, true],
])("a container with %s hides what it runs: %j", (_, fields, hides) => {
  expect(hidesCommand(container(fields))).toBe(hides);
});
