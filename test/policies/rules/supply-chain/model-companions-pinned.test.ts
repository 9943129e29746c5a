import { describe, expect, it } from "vitest";
import { modelCompanionsPinned as rule } from "../../../../policies/rules/supply-chain/model-companions-pinned.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { commit, deployment, engine, everyWorkload } from "../../workload.ts";

const args = "chat-blue#containers.engine.args";
const hub = "Qwen/Qwen3-8B-AWQ";
const other = commit.replaceAll("4", "5");
const withArgs = (...more: readonly Wire[]) =>
  deployment([{ ...engine, args: [hub, `--revision=${commit}`, ...more] }]);
const tokenizer = [`${args}.--tokenizer`];
const draft = [`${args}.--speculative-config`];

cases(rule, {
  passes: [
    ["a model alone", withArgs()],
    [
      "pins of the model's own parts",
      withArgs(`--code-revision=${commit}`, `--tokenizer-revision=${commit}`),
    ],
    ["the model as its own tokenizer", withArgs(`--tokenizer=${hub}`, `--hf-config-path=${hub}`)],
    [
      "another tokenizer with its commit",
      withArgs("--tokenizer=Qwen/Qwen3-0.6B", `--tokenizer_revision=${other}`),
    ],
    ["a tokenizer by path", withArgs("--tokenizer=/weights/tokenizer")],
    [
      "a draft model with its commit",
      withArgs("-sc", JSON.stringify({ model: "Qwen/Qwen3-0.6B", revision: other })),
    ],
    ["the same by keys", withArgs("-sc.model=Qwen/Qwen3-0.6B", `-sc.revision=${other}`)],
    ["a staged draft model", withArgs(`-sc.model=s3://models/a/b/${commit}`)],
    [
      "speculation without a model",
      withArgs('--speculative-config={"method":"ngram","num_speculative_tokens":3}'),
    ],
    ["a draft that is nothing", withArgs("-sc=null")],
    ["adapters by path", withArgs("--lora-modules", "law=/adapters/law", "tax=/adapters/tax")],
    ["weights as a stream", withArgs("--load-format=runai_streamer")],
    ["a secret commit", withArgs(secret(`--tokenizer-revision=${other}`))],
    ["other programs", deployment([{ name: "proxy", image: "envoy:1", args: ["--tokenizer=a/b"] }])],
  ],
  reports: [
    ["a tokenizer without a commit", withArgs("--tokenizer=Qwen/Qwen3-0.6B"), tokenizer],
    [
      "a tokenizer beside a staged model",
      deployment([{ ...engine, args: [`s3://b/a/b/${commit}`, "--tokenizer", "a/b"] }]),
      tokenizer,
    ],
    [
      "a tokenizer at a branch",
      withArgs("--tokenizer=a/b", "--tokenizer_revision", "main"),
      [...tokenizer, `${args}.--tokenizer-revision`],
    ],
    ["the tokenizer's branch alone", withArgs("--tokenizer_revision=main"), [`${args}.--tokenizer-revision`]],
    ["code at a tag", withArgs("--code-revision=v1"), [`${args}.--code-revision`]],
    ["a commit cut short", withArgs(`--code-revision=${commit.slice(0, 12)}`), [`${args}.--code-revision`]],
    [
      "a commit in capitals",
      withArgs(`--code-revision=${commit.toUpperCase()}`),
      [`${args}.--code-revision`],
    ],
    ["more before a commit", withArgs(`--code-revision=refs/${commit}`), [`${args}.--code-revision`]],
    ["more after a commit", withArgs(`--code-revision=${commit}0`), [`${args}.--code-revision`]],
    [
      "a branch after a commit",
      withArgs(`--code-revision=${commit}`, "--code-revision=main"),
      [`${args}.--code-revision`],
    ],
    ["a configuration from elsewhere", withArgs("--hf-config-path=a/b"), [`${args}.--hf-config-path`]],
    ["a draft model without a commit", withArgs('-sc={"model":"Qwen/Qwen3-0.6B"}'), draft],
    ["a draft model at a branch", withArgs('-sc={"model":"a/b","revision":"main"}'), draft],
    ["the model as its own draft without a commit", withArgs(`-sc.model=${hub}`), draft],
    ["a draft model that is no text", withArgs(`-sc={"model":7,"revision":"${commit}"}`), draft],
    ["a commit that is no text", withArgs('-sc={"model":"a/b","revision":7}'), draft],
    ["speculation that is no object", withArgs('-sc="a/b"'), draft],
    ["the draft's code at a branch", withArgs('-sc={"method":"ngram","code_revision":"main"}'), draft],
    [
      "a draft model by a flag, which takes no commit",
      withArgs("--spec-model=a/b"),
      [`${args}.--spec-model`],
    ],
    [
      "a draft that a key replaces",
      withArgs(`-sc={"model":"a/b","revision":"${other}"}`, "-sc.model=c/d"),
      draft,
    ],
    [
      "adapters from the hub",
      withArgs("--lora-modules", "law=acme/law", "tax=/adapters/tax", "all=s3://a/b"),
      [`${args}.--lora-modules.0`, `${args}.--lora-modules.2`],
    ],
    [
      "an adapter as JSON",
      withArgs('--lora-modules={"name":"a","path":"acme/law"}'),
      [`${args}.--lora-modules.0`],
    ],
    [
      "a load format with an address of its own",
      withArgs("--load-format=tensorizer"),
      [`${args}.--load-format`],
    ],
    ["a load format of a plug-in", withArgs("--load-format", "mine"), [`${args}.--load-format`]],
    ["each of them", withArgs("--tokenizer=a/b", "-sc.model=c/d"), [...tokenizer, ...draft]],
    ["an unknown flag", withArgs("--draft-model=a/b"), [args]],
    ["an unknown argument", withArgs("--tokenizer", unknown), [args]],
    ["unknown arguments", deployment([{ ...engine, args: unknown }]), [args]],
    ["a number", withArgs("--tokenizer-revision", 7), [args]],
    ["an unknown image", deployment([{ ...engine, image: unknown, args: [] }]), [args]],
    [
      "it in every list, beside what is unknown",
      deployment([unknown, engine], {
        initContainers: [{ ...engine, args: ["a/b", "--tokenizer=c/d"] }],
        ephemeralContainers: [{ ...engine, args: ["a/b", "--spec-model=c/d"] }],
      }),
      [
        "chat-blue#containers.0.args",
        "chat-blue#initContainers.engine.args.--tokenizer",
        "chat-blue#ephemeralContainers.engine.args.--spec-model",
      ],
    ],
    [
      "an engine of another name",
      deployment([{ name: "engine", image: "acme/llm:1", args: ["a/b", "--tokenizer=c/d"] }]),
      tokenizer,
      { config: { vllmImages: ["acme/llm"] } },
    ],
  ],
});

describe("model-companions-pinned", () => {
  it("checks every kind of workload", async () => {
    const all = everyWorkload({ containers: [{ ...engine, args: ["a/b", "--tokenizer=c/d"] }] });
    expect(await findings(rule, all)).toHaveLength(all.length);
  });

  it("shows no value of a flag", async () => {
    const given = withArgs(
      "--tokenizer=sk-CANARY",
      "--code-revision=sk-CANARY",
      "--lora-modules=a=sk-CANARY",
    );
    for (const { message } of await judge(rule, given)) expect(message).not.toContain("CANARY");
  });
});
