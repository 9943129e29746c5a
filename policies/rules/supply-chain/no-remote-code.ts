import { codeFlags, codeKey } from "../../data/code-flags.ts";
import type { Finding, ResourceRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { unknown } from "../../framework/value.ts";
import { type EngineKind, engineSettings, readEngine, wholeCommandLines } from "../../read/engine/engine.ts";
import {
  type EngineArguments,
  type GivenFlag,
  type Json,
  keysWithin,
} from "../../read/engine/vllm-arguments.ts";
import { type Container, containers, workloads } from "../../read/kubernetes/containers.ts";
import { environment } from "../../read/kubernetes/environment.ts";
import { fetchesCode } from "../../read/text/fetched-code.ts";

const allowed = "models that the engine's own code supports, and no imported classes";
const allowedPrograms = "programs that the image brings";

export const noRemoteCode: ResourceRule<typeof engineSettings> = {
  name: "no-remote-code",
  title: "Containers run only code from their images.",
  why: "Code from a model repository, from a module that a flag names, or from an installer at startup was neither reviewed nor pinned, and runs with the container's permissions and access to weights, prompts and keys.",
  fix: "Remove the flag, and serve models whose architecture the engine supports; build additional code into an image of your own, pinned by its digest.",
  severity: "critical",
  relatedChecks: { none: "the studied tools don't read engine command lines" },
  resourceTypes: workloads,
  example: {
    good: 'args: ["s3://models/Qwen/Qwen3-8B-AWQ/<40 hex>", "--no-trust-remote-code"]',
    bad: 'args: ["s3://models/Qwen/Qwen3-8B-AWQ/<40 hex>", "--trust_remote_code"]',
  },
  config: engineSettings,

  *check(resource, config) {
    for (const container of containers(resource)) {
      yield* loading(container, config);
      yield* fetching(container);
    }
  },
};

function* fetching(container: Container): Generator<Finding> {
  for (const { path, text } of wholeCommandLines(container))
    if (fetchesCode(text))
      yield {
        path: `${container.path}.${path}`,
        where: container.where,
        problem: "the command downloads a program and runs it, without a pin",
        allowed: allowedPrograms,
      };
}

function* loading(container: Container, config: ConfigOf<typeof engineSettings>): Generator<Finding> {
  const { path, where } = container;
  const finding = (below: string, problem: string): Finding => ({
    path: `${path}.${below}`,
    where,
    problem,
    allowed,
  });
  const engine = readEngine(container, config);
  if (engine === undefined) return;
  if ("problem" in engine) return yield finding("args", engine.problem);

  for (const flag of flagsWithCode(engine.args))
    yield finding(`args.${flag}`, `${flag} lets the engine load code`);
  if (mayTrust(container, engine.kind))
    yield finding("env", "TRUST_REMOTE_CODE is set, or can't be ruled out");
}

/** Each flag once, even if a later one overrides it: it was set on purpose. */
function flagsWithCode({ given }: EngineArguments): ReadonlySet<string> {
  return new Set(given.filter(bringsCode).map(({ name }) => name));
}

function bringsCode({ name, value }: GivenFlag): boolean {
  if (codeFlags.has(name)) return true;
  if (name === "--trust-remote-code") return value !== false;
  // Any other value is a class name.
  if (name === "--distributed-executor-backend")
    return typeof value !== "string" || !["mp", "ray", "uni"].includes(value);
  return [...keysWithin(value)].some(([key, inner]) => codeKey.test(key) || namesCode(key, inner));
}

/** Settings that accept a built-in name or the name of a class to import. */
function namesCode(key: string, value: Json): boolean {
  switch (key) {
    case "trust_remote_code":
      return value !== false;
    case "method":
      return value === "custom_class";
    case "backend":
      return typeof value !== "string" || value.includes(".");
    default:
      return false;
  }
}

/** TGI also reads the flag from its environment. [text-generation-inference docs/source/reference/launcher.md] */
function mayTrust(container: Container, kind: EngineKind): boolean {
  if (kind !== "tgi") return false;
  const variables = environment(container);
  return variables === unknown || variables.has("TRUST_REMOTE_CODE");
}
