import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Candidate, candidates, type Demand } from "../components/capacity/choose.ts";
import { priceSource } from "../components/capacity/cost.ts";
import { instanceType, instanceTypeNames } from "../components/capacity/instances.ts";
import { throughputBandPercent } from "../components/capacity/throughput.ts";
import { place } from "../components/serving/placement.ts";
import { type Release, releaseSchema } from "../components/serving/release.ts";
import { startLimits } from "../components/serving/start-limits.ts";
import { own } from "../components/shared/own.ts";
import { ConfigurationError, problemsOf, suggestion } from "../components/shared/problems.ts";
import { readReleases, releaseFolder } from "../stacks/config.ts";
import { booleanOption, numberOption } from "./arguments.ts";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { table } from "./table.ts";

const usage = `npm run capacity -- --release <file> [options]

Lists which GPUs, how many and with which quantization serve a model at the lowest cost, and why the others can't.

  --release      a file under stacks/releases, without its extension
  --requests     requests a second                              (1)
  --prompt       tokens of a typical prompt                     (1000)
  --answer       tokens of a typical answer                     (250)
  --context      maximum tokens of prompt and answer together   (the release's)
  --first-token  TTFT objective in seconds                      (2)
  --per-token    TPOT objective in seconds                      (0.1)
  --on           an instance type: shows a cold start of the release on it, with the limits
  --json         for machines`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(main, { usage });

async function main(): Promise<number> {
  const { demand, json, release, on } = readArguments();
  // Standard output is the JSON's alone.
  if (on !== undefined)
    (json ? console.error : print)(`${coldStartReport(release, on)}
`);
  const all = candidates(demand);
  print(json ? JSON.stringify({ demand, candidates: all }, null, 2) : report(demand, all));
  return all[0]?.plan === undefined ? 1 : 0;
}

function readArguments(): { demand: Demand; json: boolean; release: Release; on: string | undefined } {
  const { values } = parseArgs({
    options: {
      release: { type: "string" },
      requests: { type: "string", default: "1" },
      prompt: { type: "string", default: "1000" },
      answer: { type: "string", default: "250" },
      context: { type: "string" },
      "first-token": { type: "string", default: "2" },
      "per-token": { type: "string", default: "0.1" },
      on: { type: "string" },
      json: booleanOption,
    },
  });
  if (values.release === undefined) throw new Error(usage);
  const releases = readReleases(root);
  const found = own(releases, values.release);
  if (found === undefined) {
    throw new Error(
      `no release "${values.release}" under stacks/releases${suggestion(values.release, Object.keys(releases))}`,
    );
  }
  const release = releaseSchema.safeParse(found);
  if (!release.success) {
    const file = `${releaseFolder}/${values.release}.yaml`;
    throw new ConfigurationError({ [file]: problemsOf(release.error, found) });
  }
  const { model, engine, limits } = release.data;
  const contextLength =
    values.context === undefined ? limits.contextLength : positive("context", values.context);
  const demand = {
    model,
    engine,
    contextLength,
    requestsPerSecond: positive("requests", values.requests),
    promptTokens: positive("prompt", values.prompt),
    answerTokens: positive("answer", values.answer),
    firstTokenSeconds: positive("first-token", values["first-token"]),
    perTokenSeconds: positive("per-token", values["per-token"]),
  };
  if (contextLength > model.maxPositions) {
    throw new Error(
      `--context ${contextLength} is above the ${model.maxPositions} tokens that the model was trained for`,
    );
  }
  if (demand.promptTokens + demand.answerTokens > contextLength) {
    throw new Error(
      `a request of ${demand.promptTokens} + ${demand.answerTokens} tokens is above --context ${contextLength}`,
    );
  }
  return { demand, json: values.json, release: release.data, on: values.on };
}

/** Every sum of a cold start with its limit and the margin between them. */
function coldStartReport(release: Release, name: string): string {
  const type = instanceType(name);
  if (type?.gpu === undefined)
    throw new Error(
      `--on "${name}": no such instance type with a GPU${suggestion(name, instanceTypeNames())}`,
    );
  const placed = place({
    release,
    poolName: name,
    pool: { instanceTypes: [name], capacity: ["on-demand"], maxGpus: type.gpu.count },
    replicas: { max: 1 },
    region: "us-east-1",
    bucket: "models",
  });
  const limits = startLimits(release, type, placed);
  const rows = limits.map(({ what, unit, sum, limit }) => [
    what,
    `${sum.toFixed(1)} ${unit}`,
    `${limit.toFixed(1)} ${unit}`,
    `${Math.round(100 * (limit / sum - 1))} %`,
  ]);
  return [
    `A cold start on ${name}`,
    "",
    ...table([["", "takes", "limit", "margin"], ...rows], [1, 2, 3]),
    ...limits.flatMap(({ what, terms }) => (terms === undefined ? [] : [`  ${what}: ${terms}`])),
  ].join("\n");
}

function positive(option: string, text: string): number {
  return numberOption(option, text, "a number above 0", (value) => value > 0 && Number.isFinite(value));
}

function report(
  { requestsPerSecond, promptTokens, answerTokens, contextLength }: Demand,
  all: readonly Candidate[],
): string {
  const best = all[0]?.plan?.usdPerMonth;
  const rows = all.map(({ gpu, gpusPerReplica, quantization, instance, plan, problem }) =>
    plan === undefined
      ? [`${gpu} × ${gpusPerReplica}`, quantization, instance ?? "", "", "", "", "", problem ?? ""]
      : [
          `${gpu} × ${gpusPerReplica}`,
          quantization,
          instance ?? "",
          String(plan.replicas),
          String(plan.concurrency),
          Math.round(plan.usdPerMonth).toLocaleString("en-US"),
          `${plan.tokens.usdPerMillionInput.toFixed(2)} + ${plan.tokens.usdPerMillionOutput.toFixed(2)}`,
          plan.usdPerMonth === best
            ? "cheapest"
            : `${(plan.usdPerMonth / (best ?? 1)).toFixed(1)} times the cheapest`,
        ],
  );
  const head = [
    "GPUs",
    "quantization",
    "instance",
    "replicas",
    "at once",
    "$ a month",
    "$ for 1M in + out",
    "",
  ];
  return [
    `${requestsPerSecond} requests a second of ${promptTokens} + ${answerTokens} tokens, context ${contextLength}`,
    `${priceSource()}; speeds are estimates, nine of ten within ${throughputBandPercent} %; weights of quantizations other than the release's are computed`,
    "",
    ...table([head, ...rows], [3, 4, 5]),
  ].join("\n");
}
