import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { knownVersions } from "../components/serving/engine-vocabulary.ts";
import { suggestion } from "../components/shared/problems.ts";
import { releaseFolder } from "../stacks/config.ts";
import { booleanOption, numberOption, readCommand } from "./arguments.ts";
import { exitWith } from "./exit-code.ts";
import { compareVersions } from "./outdated/newest.ts";
import { print } from "./output.ts";
import { environments } from "./plan/environment.ts";
import { loadConfig } from "./plan/report/report.ts";
import { publicHub } from "./release/hub.ts";
import {
  type NewRelease,
  newRelease,
  type ReleaseRequest,
  releaseText,
  writeNew,
} from "./release/new-release.ts";
import { type PoolFit, type Pools, poolFits, smallestSplit } from "./release/pools.ts";
import { table } from "./table.ts";

const usage = `npm run release -- <name> --model <organisation/name> [options]

Writes stacks/releases/<name>.yaml from the model hub and the registry: commit, files with their hashes,
weights, shape, quantization, and the image's digest; and lists the pools that it fits. Refuses shapes that the planner
doesn't know, and names what it only estimates. An existing file is never changed.

  --model            the repository on the hub
  --revision         a commit, branch or tag                       (main, as the commit that it is now)
  --engine           vllm@<version> or tgi@<version>                (vllm, the newest version whose flags are known)
  --image            the engine's image as repository@sha256:…      (resolved from the version's tag)
  --served-name      the name that requests carry                   (the repository's, in lower case)
  --context          tokens of prompt and answer together           (16384, or what the model has)
  --concurrent       sequences that a replica computes at once      (32)
  --tensor-parallel  GPUs that share each layer                     (the fewest that fit one of your pools)
  --kv-cache         type of the KV cache                           (auto)
  --utilization      share of the GPU memory                        (0.9)
  --dry-run          print the file and write nothing
  --json             the file's path, what it holds and the pools, for machines

HF_TOKEN is sent to the hub for gated and private models.`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(main, { usage });

async function main(): Promise<number> {
  const { request, choose, dryRun, json } = readArguments();
  const file = join(releaseFolder, `${request.name}.yaml`);
  if (!dryRun && existsSync(join(root, file)))
    throw new Error(
      `${file} already exists, and a release that was live is never edited: choose another name`,
    );
  if (process.stderr.isTTY) console.error("Reading the model hub and the registry …");
  const read = await newRelease(request, publicHub(fetch), new Date().toISOString().slice(0, 10));
  const { pools, skipped } = readPools();
  const found = { ...read, release: choose ? smallestSplit(read.release, pools) : read.release };
  const fits = poolFits(found.release, pools);
  const text = releaseText(found);
  if (!dryRun) writeNew(join(root, releaseFolder), `${request.name}.yaml`, text);
  if (json) print(JSON.stringify({ file, written: !dryRun, ...found, pools: fits, skipped }, null, 2));
  else print([dryRun ? text : `wrote ${file}`, ...report(found, fits), ...skipped].join("\n"));
  return 0;
}

/** @returns `choose`: whether the command chooses how many GPUs share a layer */
function readArguments(): {
  readonly request: ReleaseRequest;
  readonly choose: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
} {
  const { name, values } = readCommand(usage, ["name"], {
    model: { type: "string" },
    revision: { type: "string", default: "main" },
    engine: { type: "string", default: `vllm@${newestKnown()}` },
    image: { type: "string" },
    "served-name": { type: "string" },
    context: { type: "string" },
    concurrent: { type: "string", default: "32" },
    "tensor-parallel": { type: "string" },
    "kv-cache": { type: "string", default: "auto" },
    utilization: { type: "string", default: "0.9" },
    "dry-run": booleanOption,
    json: booleanOption,
  });
  if (values.model === undefined) throw new Error(usage);
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name))
    throw new Error(
      `"${name}" isn't a release's name: lower-case letters, digits, dots and dashes, such as qwen3-8b-awq-1`,
    );
  if (!/^[\w.-]+\/[\w.-]+$/.test(values.model))
    throw new Error(`--model "${values.model}": a repository on the hub, such as Qwen/Qwen3-8B-AWQ`);
  const repositoryName = values.model.slice(values.model.indexOf("/") + 1);
  const request = {
    name,
    servedName: values["served-name"] ?? repositoryName.toLowerCase(),
    repository: values.model,
    revision: values.revision,
    engine: engineOf(values.engine),
    image: values.image,
    limits: {
      contextLength: values.context === undefined ? undefined : whole("context", values.context),
      concurrentSequences: whole("concurrent", values.concurrent),
      tensorParallel: whole("tensor-parallel", values["tensor-parallel"] ?? "1"),
      gpuMemoryUtilization: Number(values.utilization),
      kvCacheDtype: values["kv-cache"],
    },
  };
  const choose = values["tensor-parallel"] === undefined;
  return { request, choose, dryRun: values["dry-run"], json: values.json };
}

function engineOf(text: string): ReleaseRequest["engine"] {
  const [kind = "", version = "", ...more] = text.split("@");
  if (kind !== "vllm" && kind !== "tgi")
    throw new Error(
      kind === "ollama"
        ? '--engine "ollama" reads GGUF files, whose shape no config.json says: copy a file in stacks/releases'
        : `--engine "${text}": vllm@<version> or tgi@<version>${suggestion(kind, ["vllm", "tgi"])}`,
    );
  if (!/^\d+\.\d+\.\d+$/.test(version) || more.length > 0)
    throw new Error(`--engine "${text}": an exact version, such as ${kind}@${newestKnown()}`);
  return { kind, version };
}

function newestKnown(): string {
  return [...knownVersions()].sort(compareVersions).at(-1) ?? "";
}

function whole(option: string, text: string): number {
  return numberOption(
    option,
    text,
    "a whole number above 0",
    (value) => Number.isInteger(value) && value > 0,
  );
}

/** The pools of the environments that can be read; one that can't doesn't keep a release from being written. */
function readPools(): { readonly pools: Pools; readonly skipped: readonly string[] } {
  const skipped: string[] = [];
  const read = environments(root).flatMap((environment) => {
    try {
      return [[environment, loadConfig(root, environment).pools] as const];
    } catch (error) {
      skipped.push(
        `pools of ${environment} aren't known: ${(error as Error).message.split("\n").slice(0, 2).join(" ")}`,
      );
      return [];
    }
  });
  return { pools: Object.fromEntries(read), skipped };
}

function report({ release, estimated, gated }: NewRelease, fits: readonly PoolFit[]): string[] {
  const { model, engine, limits } = release;
  const size = model.activeParametersB === undefined ? "" : `, ${model.activeParametersB} for each token`;
  const rows = fits.map(({ environment, pool, gpus, problems, memory }) => [
    environment,
    `${pool}: ${gpus}`,
    problems.length > 0 ? `no: ${problems.join("; ")}` : "fits",
    memory === undefined || problems.length > 0
      ? ""
      : `${memory.tokens.toLocaleString("en-US")} ± ${Math.round(memory.band)} %, ${(memory.tokens / limits.contextLength).toFixed(1)} × ${limits.contextLength.toLocaleString("en-US")}`,
  ]);
  return [
    `${model.repository} at ${model.revision}`,
    `  ${model.parametersB} billion parameters${size}, ${model.weightsGiB} GiB in ${Object.keys(model.files ?? {}).length} files, ${model.quantization}`,
    `  ${engine.kind} ${engine.version}, ${engine.image}`,
    ...estimated.map((each) => `  estimated: ${each}`),
    ...(gated
      ? [
          `  gated: engines read it with modelStore.hubToken and npm run put-secret -- <environment> huggingface`,
        ]
      : []),
    "",
    ...table(
      [["environment", "pool", "", "KV cache in tokens, full contexts"], ...rows],
      [],
      process.stdout.columns,
    ),
    "",
    "The policy pack checks memory by its own figures: add a row for the model to policies/data/models.ts. Until then it uses this file's.",
    "Next: name it in a slot of Pulumi.<environment>.yaml, and run npm start -- <environment>.",
  ];
}
