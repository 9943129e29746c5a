import { describe, expect, it } from "vitest";
import { stagedFiles } from "../../../../components/serving/weights.ts";
import { modelSourceAllowed as rule } from "../../../../policies/rules/supply-chain/model-source-allowed.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { chat } from "../../../components/serving/releases.ts";
import { findings, judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { commit, deployment, engine, everyWorkload, pinnedImage } from "../../workload.ts";

const args = "chat-blue#containers.engine.args";
const here = [args];
const bucket = "s3://example-gantry-dev-models";
const withArgs = (...given: readonly Wire[]) => deployment([{ ...engine, args: given }]);
const pinned = `--revision=${commit}`;

/** An engine that reads a path, with the volumes of its pod and how it mounts them. */
const onVolume = (path: string, volumes: Wire, mounts: Wire) =>
  deployment([{ ...engine, args: [path], volumeMounts: mounts }], { volumes });
const weights = { name: "weights", mountPath: "/weights" };
const image = { name: "weights", image: { reference: pinnedImage } };

/** What the components write for TGI and for Ollama. */
const staged = (kind: "tgi" | "ollama", fromBucket: string) => {
  const file = kind === "ollama" ? { file: "Qwen3-8B-Q4_K_M.gguf" } : {};
  const { initContainers, volumes, mounts } = stagedFiles(
    { ...chat, model: { ...chat.model, ...file }, engine: { ...chat.engine, kind } },
    fromBucket,
    "eu-central-1",
  );
  const container =
    kind === "tgi"
      ? { image: "ghcr.io/huggingface/text-generation-inference:3", args: ["--model-id=/weights"] }
      : {
          image: "ollama/ollama:0.34.0",
          args: ["serve"],
          startupProbe: {
            exec: {
              command: ["sh", "-euc", 'ollama create chat -f /weights/Modelfile && ollama run chat ""'],
            },
          },
        };
  return deployment([{ name: "engine", ...container, volumeMounts: mounts as unknown as Wire }], {
    initContainers: initContainers as unknown as Wire,
    volumes: volumes as unknown as Wire,
  });
};

cases(rule, {
  passes: [
    ["a commit in a listed bucket", withArgs(`${bucket}/Qwen/Qwen3-8B-AWQ/${commit}`)],
    ["a file below a commit", withArgs(`${bucket}/Qwen/Qwen3-8B-GGUF/${commit}/a.gguf.d`)],
    ["a release in a listed bucket", withArgs(`${bucket}/releases/${"0a".repeat(32)}`)],
    ["a repository of a listed organisation", withArgs("Qwen/Qwen3-8B-AWQ", pinned)],
    ["a secret address", withArgs(secret(`${bucket}/Qwen/Qwen3-8B-AWQ/${commit}`))],
    ["a volume of an image", onVolume("/weights/qwen", [image], [weights])],
    [
      "the volume itself",
      onVolume(
        "/weights",
        [image, { name: "tmp", emptyDir: {} }],
        [weights, { name: "tmp", mountPath: "/tmp" }],
      ),
    ],
    ["a checked copy for TGI", staged("tgi", "example-gantry-dev-models")],
    ["a checked copy for Ollama", staged("ollama", "example-gantry-dev-models")],
    [
      "a bucket that the configuration lists",
      withArgs(`s3://acme-models/a/b/${commit}`),
      { config: { allowedBuckets: ["acme-models"] } },
    ],
    ["other programs", deployment([{ name: "proxy", image: "envoy:1", args: ["s3://a/b"] }])],
  ],
  reports: [
    ["another bucket", withArgs(`s3://someone-else/Qwen/Qwen3-8B-AWQ/${commit}`), here],
    [
      "a bucket whose name begins like a listed one",
      withArgs(`${bucket}-2/Qwen/Qwen3-8B-AWQ/${commit}`),
      here,
    ],
    ["a branch in the bucket", withArgs(`${bucket}/Qwen/Qwen3-8B-AWQ/main`), here],
    ["a commit as a part of a folder's name", withArgs(`${bucket}/Qwen/Qwen3-8B-AWQ-${commit}`), here],
    ["a commit that a folder's name begins with", withArgs(`${bucket}/Qwen/${commit}-AWQ`), here],
    ["two commits", withArgs(`${bucket}/${commit}/${commit}`), here],
    ["the bucket alone", withArgs(bucket), here],
    ["steps up", withArgs(`${bucket}/Qwen/${commit}/../other`), here],
    ["an escaped step", withArgs(`${bucket}/Qwen/%2e%2e/${commit}`), here],
    ["a query", withArgs(`${bucket}/Qwen/Qwen3?a/${commit}`), here],
    ["an empty step", withArgs(`${bucket}//${commit}`), here],
    ["another scheme", withArgs(`gs://example-gantry-dev-models/Qwen/Qwen3-8B-AWQ/${commit}`), here],
    ["another scheme in capitals", withArgs(`S3://example-gantry-dev-models/a/b/${commit}`), here],
    ["another organisation", withArgs("someone/Qwen3-8B-AWQ", pinned), here],
    ["an organisation that begins like a listed one", withArgs("Qwen2/Qwen3-8B", pinned), here],
    ["an organisation in another case", withArgs("qwen/Qwen3-8B", pinned), here],
    ["a listed organisation alone", withArgs("Qwen", pinned), here],
    ["a bare name", withArgs("gpt2", pinned), here],
    ["a relative path", withArgs("./Qwen/Qwen3-8B"), here],
    ["a path on no volume", withArgs("/models/qwen"), here],
    [
      "a path on the pod's own disk",
      onVolume("/weights", [{ name: "weights", emptyDir: {} }], [{ ...weights, readOnly: true }]),
      here,
    ],
    [
      "a path on a claim",
      onVolume("/weights", [{ name: "weights", persistentVolumeClaim: { claimName: "a" } }], [weights]),
      here,
    ],
    [
      "an image by tag",
      onVolume("/weights", [{ name: "weights", image: { reference: "a/b:1" } }], [weights]),
      here,
    ],
    ["a path beside the volume", onVolume("/weights2", [image], [weights]), here],
    ["steps up from the volume", onVolume("/weights/../tmp", [image], [weights]), here],
    [
      "a disk mounted inside",
      onVolume(
        "/weights",
        [image, { name: "tmp", emptyDir: {} }],
        [weights, { name: "tmp", mountPath: "/weights/a" }],
      ),
      here,
    ],
    [
      "a disk mounted over the path",
      onVolume(
        "/weights/a",
        [image, { name: "tmp", emptyDir: {} }],
        [weights, { name: "tmp", mountPath: "/weights/a" }],
      ),
      here,
    ],
    ["unknown volumes", onVolume("/weights", unknown, [weights]), here],
    ["an unknown volume", onVolume("/weights", [image, unknown], [weights]), here],
    ["unknown mounts", onVolume("/weights", [image], unknown), here],
    ["an unknown mount", onVolume("/weights", [image], [weights, unknown]), here],
    ["a copy from another bucket", staged("tgi", "someone-else"), here],
    [
      "a tokenizer, a draft model and an adapter from elsewhere",
      withArgs(
        `${bucket}/Qwen/Qwen3-8B-AWQ/${commit}`,
        "--tokenizer=someone/else",
        `-sc={"model":"other/draft","revision":"${commit}"}`,
        "--lora-modules",
        "a=/tmp/a",
        '{"name":"b","path":"c/d"}',
      ),
      [
        `${args}.--tokenizer`,
        `${args}.--speculative-config`,
        `${args}.--lora-modules.0`,
        `${args}.--lora-modules.1`,
      ],
    ],
    ["arguments that can't be read", withArgs("Qwen/Qwen3-8B", "--new"), here],
    ["an unknown argument", withArgs(unknown), here],
    ["unknown arguments", deployment([{ ...engine, args: unknown }]), here],
    ["an unknown pod", { ...deployment([]), props: { spec: unknown } }, ["chat-blue#containers.args"]],
    [
      "it in every list, beside what is unknown",
      deployment([unknown, { ...engine, args: ["Qwen/a"] }], {
        initContainers: [{ ...engine, args: ["a/b"] }],
        ephemeralContainers: [{ ...engine, args: ["/a"] }],
      }),
      [
        "chat-blue#containers.0.args",
        "chat-blue#initContainers.engine.args",
        "chat-blue#ephemeralContainers.engine.args",
      ],
    ],
    [
      "what the default allows when the list is another",
      withArgs("Qwen/Qwen3-8B"),
      here,
      { config: { allowedOrganisations: { only: [] } } },
    ],
    [
      "an organisation with a wildcard",
      withArgs("Qwen/Qwen3-8B"),
      ["chat-blue#configuration.allowedOrganisations"],
      { config: { allowedOrganisations: ["*"] } },
    ],
  ],
});

describe("model-source-allowed", () => {
  it("checks every kind of workload", async () => {
    const all = everyWorkload({ containers: [{ ...engine, args: ["a/b"] }] });
    expect(await findings(rule, all)).toHaveLength(all.length);
  });

  it("shows no value of an argument", async () => {
    const given = withArgs("sk-CANARY/model", "--tokenizer=/sk-CANARY", "--lora-modules=a=s3://sk-CANARY/b");
    for (const { message } of await judge(rule, given)) expect(message).not.toContain("CANARY");
  });
});
