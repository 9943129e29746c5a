import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type PlaceArgs, place } from "../../components/serving/placement.ts";
import { type Release, releaseSchema } from "../../components/serving/release.ts";
import { readReleases } from "../../stacks/config.ts";
import { type EngineCase, engineCases, instanceGpu } from "../components/serving/engine-refusals.ts";
import { root } from "../support/plan.ts";
import { fixtureValues } from "../support/project.ts";
import { Collector } from "./gateway/collector.ts";

const folder = join(root, "test/real/engine");
const requirements = join(folder, "requirements.txt");
const version = "0.31.0";

/** The published package with all that it imports, 4 GB, kept for the next run. */
const environment = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
  `gantry/vllm-${version}-${createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 8)}`,
);

/** Why the engine's code can't be asked here, or `undefined` once it can. */
function missing(): string | undefined {
  const ready = join(environment, "ready");
  if (existsSync(ready)) return undefined;
  const tools = ["python3", "gcc", "nm", "readelf"].filter(
    (tool) => spawnSync(tool, ["--version"]).status !== 0,
  );
  if (tools.length > 0) return `${tools.join(", ")} not found`;
  const step = (command: string, ...args: readonly string[]) => {
    const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
    return status === 0
      ? undefined
      : `${command} ${args.slice(0, 3).join(" ")}: ${stderr.trim().split("\n").at(-1)}`;
  };
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(environment, { recursive: true });
  const python = join(environment, "bin/python");
  const problem =
    step("python3", "-m", "venv", environment) ??
    step(python, "-m", "pip", "install", "--quiet", "--no-deps", "-r", requirements) ??
    step(python, join(folder, "stubs.py"), sitePackages(python), join(environment, "stubs"));
  if (problem === undefined) writeFileSync(ready, "");
  return problem;
}

function sitePackages(python: string): string {
  return execFileSync(python, ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], {
    encoding: "utf8",
  }).trim();
}

/** What the engine says of each question: its own words where it refuses, `null` where it accepts. */
function ask(questions: readonly unknown[]): readonly (string | null)[] {
  const { stdout, stderr, status } = spawnSync(join(environment, "bin/python"), [join(folder, "judge.py")], {
    input: JSON.stringify(questions),
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    env: { ...process.env, LD_LIBRARY_PATH: join(environment, "stubs") },
  });
  if (status !== 0) throw new Error(`judge.py: ${stderr.split("\n").slice(-12).join("\n")}`);
  return JSON.parse(stdout);
}

function question({ question, release, instance }: EngineCase) {
  const { computeCapability, visibleGiB, product } = instanceGpu(instance);
  const gpu = { capability: computeCapability, gib: visibleGiB, product };
  if (question === undefined || question.kind !== "start") return { ...question, gpu };
  return start(release, instance, gpu);
}

/** The command line that a release's pod gets, and what the engine reads of the model. */
function start(release: Release, instance: string, gpu: object) {
  const { args } = commandOf(release, instance);
  return { kind: "start", gpu, about: { args, config: configJson(release) } };
}

function commandOf(release: Release, instance: string, more: Partial<PlaceArgs> = {}) {
  return place({
    release,
    poolName: "pool",
    pool: { instanceTypes: [instance], capacity: ["on-demand"], maxGpus: 8 },
    replicas: { max: 1 },
    region: "us-east-1",
    bucket: "example-models",
    ...more,
  }).command;
}

/** The repository's `config.json`, as far as the engine's configuration reads it. */
function configJson({ model }: Release) {
  const formats: Readonly<Record<string, object>> = {
    awq: { quant_method: "awq", bits: 4, group_size: 128, zero_point: true, version: "gemm" },
    fp8: { quant_method: "fp8", activation_scheme: "dynamic", weight_block_size: [128, 128] },
  };
  return {
    architectures: ["Qwen3ForCausalLM"],
    model_type: "qwen3",
    torch_dtype: "bfloat16",
    hidden_size: model.hiddenSize,
    num_hidden_layers: model.layers,
    num_attention_heads: model.heads,
    num_key_value_heads: model.kvHeads,
    head_dim: model.headDimension,
    intermediate_size: model.feedForwardSize ?? 12_288,
    max_position_embeddings: model.maxPositions,
    vocab_size: model.vocabularySize,
    rope_theta: 1_000_000,
    ...(formats[model.quantization] && { quantization_config: formats[model.quantization] }),
  };
}

const h100 = { capability: 90, gib: 79.18, product: "NVIDIA H100" };

const reason = missing();
if (reason !== undefined) console.warn(`vLLM ${version} can't be asked: ${reason}`);

describe.skipIf(reason !== undefined)(`vLLM ${version} itself`, () => {
  const asked = engineCases.filter(({ question }) => question !== undefined);
  const releases = Object.entries(readReleases(fixtureValues)).map(
    ([name, file]) => [name, releaseSchema.parse(file)] as const,
  );
  const own = releases.filter(([, { engine }]) => engine.kind === "vllm" && engine.version === version);
  const template = withChatTemplate(own[0]?.[1]);
  const questions = [
    ...asked.map(question),
    template.question,
    ...own.map(([, release]) => start(release, "p5.48xlarge", h100)),
  ];
  // All at once: importing the engine takes most of a minute.
  const answers = reason === undefined ? ask(questions) : [];
  const ofReleases = answers.slice(asked.length + 1);

  it.each(asked.map((one, index) => [one.refused ? "refuses" : "accepts", one.what, one, index] as const))(
    "%s what the table says: %s",
    (_, __, { refused }, index) => {
      const answer = answers[index];
      expect([answer !== null, answer]).toEqual([refused, answer]);
    },
  );

  it("takes a release's chat template as text", () => {
    expect(template.question.about.args).toContain(`--chat-template=${template.text}`);
    expect(answers[asked.length]).toBe(null);
  });

  it("continues a gateway's trace, under the request's id, and sends it where its command line says", async () => {
    const [release] = Object.values(readReleases(fixtureValues)).map((file) => releaseSchema.parse(file));
    if (release === undefined) throw new Error("no release is shipped");
    const address = { namespace: "tracing", service: "collector" };
    const command = commandOf(release, "p5.48xlarge", {
      colour: "blue",
      tracing: { collector: address, environment: "test" },
    });
    const env = Object.fromEntries(
      command.env.flatMap(({ name, value }) => (/^OTEL_/.test(String(name)) ? [[name, value]] : [])),
    );
    const collector = await Collector.start(join(environment, "bin"));
    try {
      const args = command.args.map((arg) =>
        arg.replace("http://collector.tracing.svc:4318", collector.address),
      );
      const [trace, parent] = ["0123456789abcdef0123456789abcdef", "0123456789abcdef"];
      const headers = { traceparent: `00-${trace}-${parent}-01`, "x-request-id": trace };
      const about = { args, config: configJson(release), env, headers };
      expect(ask([{ kind: "trace", gpu: h100, about }])).toEqual([null]);
      await expect
        .poll(() => collector.of(trace))
        .toMatchObject([
          {
            ...{ name: "llm_request", parent, kind: 2, path: "/v1/traces" },
            attributes: { "gen_ai.request.id": `chatcmpl-${trace}`, "gen_ai.usage.completion_tokens": 5 },
            resource: { "service.name": `${release.servedName}-blue`, "deployment.environment.name": "test" },
          },
        ]);
    } finally {
      await collector.stop();
    }
  });

  it("takes the command line of every shipped release", () => {
    expect(own.map(([name], index) => [name, ofReleases[index]])).toEqual(own.map(([name]) => [name, null]));
    expect(own.length).toBeGreaterThan(0);
  });
});

/** The question for a release with a chat template that Kubernetes would take for a variable. */
function withChatTemplate(release: Release | undefined) {
  if (release === undefined) throw new Error(`no release runs vLLM ${version}`);
  const text = "{% for message in messages %}{{ message.content }} $(x)\n{% endfor %}";
  const sha256 = createHash("sha256").update(text).digest("hex");
  const { about, ...rest } = start(
    { ...release, chatTemplate: { file: "chat.jinja", sha256, text } },
    "p5.48xlarge",
    h100,
  );
  // As Kubernetes hands it to the container.
  const args = about.args.map((arg) => arg.replaceAll("$$(", "$("));
  return { text, question: { ...rest, about: { ...about, args } } };
}
