import { describe, expect, it } from "vitest";
import { knownFlags } from "../../../../components/serving/engine-vocabulary.ts";
import { slotTimeouts } from "../../../../components/serving/timeouts.ts";
import { vllm } from "../../../../components/serving/vllm.ts";
import { vllmFlags } from "../../../../policies/data/vllm-flags.ts";
import { repeatedFlags, vllmArguments } from "../../../../policies/read/engine/vllm-arguments.ts";
import { chat } from "../../../components/serving/releases.ts";

/** Flags of a command line that can be read. */
function flags(...args: readonly string[]) {
  const parsed = vllmArguments(args);
  if (!parsed.readable) throw new Error(parsed.reason);
  return Object.fromEntries(parsed.flags);
}

function reason(...args: readonly string[]) {
  const parsed = vllmArguments(args);
  return parsed.readable ? "readable" : parsed.reason;
}

describe("vLLM's arguments", () => {
  it.each([
    ["a value after the flag", ["--max-model-len", "8192"], { "--max-model-len": "8192" }],
    ["a value behind =", ["--max-model-len=8192"], { "--max-model-len": "8192" }],
    ["= inside a value", ["--revision=a=b"], { "--revision": "a=b" }],
    ["an empty value", ["--revision="], { "--revision": "" }],
    [
      "underscores in a name, not in a value",
      ["--served_model_name=a_b"],
      { "--served-model-name": ["a_b"] },
    ],
    ["a short form", ["-tp", "2"], { "--tensor-parallel-size": "2" }],
    ["a short form with =", ["-tp=2"], { "--tensor-parallel-size": "2" }],
    ["an optimization level without a space", ["-O3"], { "--optimization-level": "3" }],
    ["an optimization level with =", ["-O=2"], { "--optimization-level": "2" }],
    ["the last of two", ["--revision", "a", "--revision=b"], { "--revision": "b" }],
    ["a switch", ["--enforce-eager"], { "--enforce-eager": true }],
    ["a switch turned off", ["--no-enable-prefix-caching"], { "--enable-prefix-caching": false }],
    [
      "the last of a switch and its opposite",
      ["--enforce-eager", "--no-enforce-eager"],
      { "--enforce-eager": false },
    ],
    [
      "all values of a list",
      ["--served-model-name", "a", "b", "--port=1"],
      { "--served-model-name": ["a", "b"], "--port": "1" },
    ],
    ["one value of a list behind =", ["--served-model-name=a"], { "--served-model-name": ["a"] }],
    ["values that add up", ["--middleware", "a", "--middleware=b"], { "--middleware": ["a", "b"] }],
    ["a negative number", ["--max-model-len", "-1"], { "--max-model-len": "-1" }],
    ["JSON", ["--limit-mm-per-prompt", '{"image":2}'], { "--limit-mm-per-prompt": { image: 2 } }],
    ["the last of two keys in JSON", ["--hf-overrides", '{"a":1,"a":2}'], { "--hf-overrides": { a: 2 } }],
    ["dotted JSON", ["--hf-overrides.a_b.c", "1"], { "--hf-overrides": { a_b: { c: 1 } } }],
    ["dotted JSON behind =", ["--hf_overrides.a=x.y"], { "--hf-overrides": { a: "x.y" } }],
    [
      "dotted JSON of two flags",
      ["-cc.a=1", "-cc.b.c=true"],
      { "--compilation-config": { a: 1, b: { c: true } } },
    ],
    [
      "dotted JSON below a dotted key",
      ["-cc.a.b=1", "-cc.a.c=2"],
      { "--compilation-config": { a: { b: 1, c: 2 } } },
    ],
    ["the last of two dotted keys", ["-cc.a=1", "-cc.a=2"], { "--compilation-config": { a: 2 } }],
    [
      "dotted lists that add up",
      ["-cc.a+=x", "-cc.a+=y,z"],
      { "--compilation-config": { a: ["x", "y", "z"] } },
    ],
    [
      "dotted JSON over the JSON form after it",
      ["-sc.model=a", "-sc", '{"model":"b"}'],
      { "--speculative-config": { model: "a" } },
    ],
    ["a dot in a value", ["--gpu-memory-utilization=0.9"], { "--gpu-memory-utilization": "0.9" }],
  ])("are read with %s", (_, args, expected) => {
    expect(flags("model", ...args)).toEqual(expected);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ["nothing twice", ["--port=1", "--enforce-eager"], []],
    ["one flag in two spellings", ["--max-model-len=1", "--max_model_len", "2"], ["--max-model-len"]],
    [
      "a short form beside the long one",
      ["-tp", "2", "--tensor-parallel-size=2"],
      ["--tensor-parallel-size"],
    ],
    ["a switch and its opposite", ["--trust-remote-code", "--no-trust-remote-code"], ["--trust-remote-code"]],
    ["values that add up", ["--middleware=a", "--middleware=b"], ["--middleware"]],
    ["different keys", ["-cc.a=1", "-cc.ab=2", "-cc.b.c=1", "-cc.b.d=1"], []],
    ["a key twice", ["-cc.a=1", "-cc.a=2"], ["--compilation-config"]],
    ["a list that grows", ["-cc.a+=x", "-cc.a+=y"], ["--compilation-config"]],
    ["a key and one below it", ["-cc.a.b=1", "-cc.a={}"], ["--compilation-config"]],
    ["a key beside the whole", ["-cc.a=1", "-cc", "{}"], ["--compilation-config"]],
    ["two flags twice", ["--port=1", "--port=1", "--host=a", "--host=a", "--port=1"], ["--port", "--host"]],
  ])("give %s", (_, args, repeated) => {
    const parsed = vllmArguments(["org/name", ...args]);
    if (!parsed.readable) throw new Error(parsed.reason);
    expect([...repeatedFlags(parsed)]).toEqual(repeated);
  });

  it("keep what a later flag takes back", () => {
    const parsed = vllmArguments(["m", "--trust-remote-code", "-sc.model=a", "--no-trust-remote-code"]);
    expect(parsed.readable && parsed.given).toEqual([
      { name: "--trust-remote-code", keys: [], value: true },
      { name: "--speculative-config", keys: ["model"], value: { model: "a" } },
      { name: "--trust-remote-code", keys: [], value: false },
    ]);
  });

  it("state the model by position or by flag, wherever it stands", () => {
    expect(vllmArguments(["s3://bucket/a/b"])).toMatchObject({ model: "s3://bucket/a/b" });
    expect(vllmArguments(["--port=1", "org/name"])).toMatchObject({ model: "org/name" });
    expect(vllmArguments(["--model", "org/name"])).toMatchObject({ model: "org/name" });
  });

  it.each([
    ["no model", [], "no model is set"],
    ["a model that a list swallows", ["--served-model-name", "chat", "org/name"], "no model is set"],
    ["two models", ["org/name", "org/other"], "more than one model is set"],
    ["a model in two ways", ["org/name", "--model=org/name"], "more than one model is set"],
    ["a configuration file", ["m", "--config", "a.yaml"], "--config reads arguments from a file"],
    ["an expansion", ["m", "--revision=$(REVISION)"], "Kubernetes expands $( in its arguments"],
    ["an expansion as a value", ["m", "--revision", "$(REVISION)"], "Kubernetes expands $( in its arguments"],
    [
      "an expansion among values",
      ["m", "--served-model-name", "a", "$(NAME)"],
      "Kubernetes expands $( in its arguments",
    ],
    [
      "a level after something else",
      ["m", "--max-model-len", "8", "-xO3"],
      "a flag is not on the list of the engine's version",
    ],
    ["more than a level", ["m", "-O3 -q awq"], "a flag is not on the list of the engine's version"],
    [
      "no- inside a name",
      ["m", "--enable--no-log-requests"],
      "a flag is not on the list of the engine's version",
    ],
    ["a flag with a number for a value", ["m", "--revision", "-tp-1"], "--revision has no value"],
    [
      "a negative fraction",
      ["m", "--gpu-memory-utilization", "-1.5"],
      "--gpu-memory-utilization has no value",
    ],
    ["an abbreviation", ["m", "--rev", "a"], "a flag is not on the list of the engine's version"],
    ["another case", ["m", "--Revision", "a"], "a flag is not on the list of the engine's version"],
    ["an inherited name", ["m", "--constructor"], "a flag is not on the list of the engine's version"],
    ["a short form without a space", ["m", "-tp2"], "a flag is not on the list of the engine's version"],
    ["whitespace in a flag", ["m", "--revision a"], "a flag is not on the list of the engine's version"],
    ["a separator", ["m", "--"], "a flag is not on the list of the engine's version"],
    [
      "the opposite of what is no switch",
      ["m", "--no-revision"],
      "a flag is not on the list of the engine's version",
    ],
    ["a value flag at the end", ["m", "--revision"], "--revision has no value"],
    ["a flag where a value belongs", ["m", "--revision", "--port=1"], "--revision has no value"],
    ["a switch with a value", ["m", "--enforce-eager=true"], "--enforce-eager takes no value"],
    ["JSON that is none", ["m", "--hf-overrides", "{a:1}"], "--hf-overrides is not valid JSON"],
    ["keys of a plain flag", ["m", "--revision.a=1"], "--revision takes no keys"],
    ["an empty key", ["m", "--hf-overrides.=1"], "a flag is not on the list of the engine's version"],
    [
      "whitespace in a position",
      ["org/name --revision=a"],
      "a positional argument is empty or holds whitespace",
    ],
    ["an empty position", [""], "a positional argument is empty or holds whitespace"],
  ])("can't be read with %s", (_, args, expected) => {
    expect(reason(...args)).toBe(expected);
  });

  it("never quote a value in the reason", () => {
    const secret = "sk-CANARY";
    for (const args of [
      [secret, secret],
      ["m", `--api_key.${secret}=1`],
      ["m", `--${secret}`],
      ["m", "--hf-overrides", secret],
    ])
      expect(reason(...args)).not.toContain(secret);
  });
});

it("knows no flag that the engine doesn't have, and every one that the components write", () => {
  const known = knownFlags("0.32.0");
  expect(Object.keys(vllmFlags).filter((flag) => !known.has(flag))).toEqual([]);
  const times = slotTimeouts({
    longestStreamSeconds: 300,
    longestDrainSeconds: 300,
    spot: false,
  });
  for (const source of ["store", "hub"] as const) {
    const release = { ...chat, model: { ...chat.model, source } };
    const { args } = vllm.command({ release, times, region: "eu-central-1", bucket: "models" });
    const group = ["--nnodes=2", "--node-rank=1", "--master-addr=chat-blue-1-0", "--headless"];
    expect(reason(...args, ...group)).toBe("readable");
  }
});
