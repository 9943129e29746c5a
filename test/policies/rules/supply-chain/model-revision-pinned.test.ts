import { describe, expect, it } from "vitest";
import { modelRevisionPinned as rule } from "../../../../policies/rules/supply-chain/model-revision-pinned.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, judge } from "../../../support/policy.ts";
import { commit, deployment, engine, everyWorkload } from "../../workload.ts";

const finding = (path: string) => `model-revision-pinned[chat-blue#${path}]`;
const here = [finding("containers.engine.args")];
const withArgs = (...args: readonly Wire[]) => deployment([{ ...engine, args }]);
const hub = "Qwen/Qwen3-8B-AWQ";

describe("model-revision-pinned", () => {
  it.each<[string, readonly Wire[]]>([
    ["weights that were staged", [`s3://gantry-dev-models/${hub}/${commit}`]],
    ["a path", ["/models/qwen3"]],
    ["a relative path", ["./qwen3"]],
    ["a hub id with a commit", [hub, `--revision=${commit}`]],
    ["a commit as the next argument", [hub, "--revision", commit]],
    ["a commit after a branch", [hub, "--revision=main", `--revision=${commit}`]],
    ["a secret commit", [hub, secret(`--revision=${commit}`)]],
    ["the model as a flag", ["--model", hub, `--revision=${commit}`]],
  ])("accepts %s", async (_, args) => {
    expect(await findings(rule, withArgs(...args))).toEqual([]);
  });

  it.each<[string, readonly Wire[]]>([
    ["no revision", [hub]],
    ["a bare name", ["gpt2"]],
    ["a branch", [hub, "--revision=main"]],
    ["a tag", [hub, "--revision=v1.0"]],
    ["a short hash", [hub, `--revision=${commit.slice(0, 12)}`]],
    ["a hash in capitals", [hub, `--revision=${commit.toUpperCase()}`]],
    ["more before a commit", [hub, `--revision=refs/${commit}`]],
    ["more after a commit", [hub, `--revision=${commit}0`]],
    ["a branch after a commit", [hub, `--revision=${commit}`, "--revision=main"]],
    ["only the tokenizer's commit", [hub, `--tokenizer-revision=${commit}`]],
    ["an expansion", [hub, "--revision=$(REVISION)"]],
    ["an unknown argument", [hub, unknown]],
    ["a number as an argument", [hub, "--port", 8000, `--revision=${commit}`]],
    ["an unknown flag", [hub, `--revision=${commit}`, "--new-flag"]],
    ["no model", [`--revision=${commit}`]],
    ["no arguments", []],
  ])("reports %s", async (_, args) => {
    expect(await findings(rule, withArgs(...args))).toEqual(here);
  });

  it.each<[string, Wire]>([
    ["unknown", unknown],
    ["null", null],
    ["one text", `${hub} --revision=${commit}`],
    ["an object", { model: hub }],
  ])("reports arguments that are %s", async (_, args) => {
    expect(await findings(rule, deployment([{ ...engine, args }]))).toEqual(here);
  });

  it("says what is wrong, what is allowed and what to do", async () => {
    const [found] = await judge(rule, withArgs(hub, "--revision=main"));
    expect(found).toMatchObject({
      where: "chat-blue, container engine",
      found: '--revision "main" is not a full commit',
      allowed: "a hub id with --revision of 40 hex digits, in arguments known at preview",
      fix: rule.fix,
    });
  });

  it("finds an engine behind a shell and under another image name", async () => {
    const shell = { name: "engine", image: "acme/llm:1", command: ["sh", "-c"], args: [`vllm serve ${hub}`] };
    expect(await findings(rule, deployment([shell]))).toEqual(here);
  });

  it("reads TGI by its own flags, and refuses Ollama, which knows no commits", async () => {
    const tgi = (...args: readonly Wire[]) =>
      deployment([{ name: "engine", image: "ghcr.io/huggingface/text-generation-inference:3", args }]);
    expect(await findings(rule, tgi("--model-id", hub, `--revision=${commit}`))).toEqual([]);
    expect(await findings(rule, tgi("--model-id", hub))).toEqual(here);
    expect(
      await findings(rule, deployment([{ name: "engine", image: "ollama/ollama:1", args: ["serve"] }])),
    ).toEqual(here);
  });

  it("finds it in every list and every kind of workload", async () => {
    const bad = { ...engine, args: [hub] };
    const lists = deployment([engine], { initContainers: [bad], ephemeralContainers: [bad] });
    expect(await findings(rule, lists)).toEqual([
      finding("ephemeralContainers.engine.args"),
      finding("initContainers.engine.args"),
    ]);
    const workloads = everyWorkload({ containers: [bad] });
    expect(await findings(rule, workloads)).toHaveLength(workloads.length);
  });

  it("can't rule out an engine in what is unknown", async () => {
    expect(await findings(rule, deployment(unknown))).toEqual([finding("containers.args")]);
    expect(await findings(rule, deployment([unknown, engine]))).toEqual([finding("containers.0.args")]);
    expect(await findings(rule, deployment([{ name: "engine", image: unknown }]))).toEqual(here);
  });

  it("ignores containers that are not engines", async () => {
    expect(await findings(rule, deployment([{ name: "proxy", image: "envoy:1", args: [unknown] }]))).toEqual(
      [],
    );
    expect(await findings(rule, { ...withArgs(hub), type: "kubernetes:core/v1:ConfigMap" })).toEqual([]);
  });

  it("knows the engine under the name that the configuration gives it", async () => {
    const own = deployment([{ name: "engine", image: "acme/llm:1", args: [hub] }]);
    expect(await findings(rule, own)).toEqual([]);
    expect(await findings(rule, own, { config: { vllmImages: ["acme/llm"] } })).toEqual(here);
    expect(await findings(rule, own, { config: { vllmImages: { only: [] } } })).toEqual([
      finding("configuration.vllmImages"),
    ]);
  });

  it("shows no value of an argument that isn't a revision", async () => {
    const [found] = await judge(rule, withArgs(hub, "--revision=hf_CANARY", "--api-key=sk-CANARY"));
    expect(found?.message).not.toContain("CANARY");
  });
});
