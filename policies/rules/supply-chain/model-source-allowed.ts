import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
import { unknown } from "../../framework/value.ts";
import { engineSettings, readEngine } from "../../read/engine/engine.ts";
import { modelSources, sourceKind } from "../../read/engine/model-source.ts";
import { folderOrigin } from "../../read/engine/weights-folder.ts";
import {
  type Container,
  containersOf,
  type PodSpec,
  podSpecs,
  workloads,
} from "../../read/kubernetes/containers.ts";
import { ownVariables } from "../../read/kubernetes/environment.ts";

const settings = {
  ...engineSettings,
  allowedOrganisations: strings(
    "Organisations of the Hugging Face Hub that models may come from, case-sensitive.",
    { pattern: "^[\\w-][\\w.-]*$", default: ["Qwen", "RedHatAI"] },
  ),
  allowedBuckets: strings("Buckets that hold staged models.", {
    pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
    default: ["example-gantry-dev-models", "example-gantry-staging-models", "example-gantry-prod-models"],
  }),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

export const modelSourceAllowed: ResourceRule<typeof settings> = {
  name: "model-source-allowed",
  title: "Models come from allowed organisations or from verified copies.",
  why: "Weights determine every answer: a repository whose name resembles the publisher's, a foreign bucket or a disk that other workloads can write to would serve a model that wasn't evaluated.",
  fix: "Stage the model and load s3://bucket/organisation/name/<40 hex>, or add its organisation to allowedOrganisations, or its bucket to allowedBuckets, after checking who owns it.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read engine command lines" },
  resourceTypes: workloads,
  example: {
    good: 'args: ["s3://example-gantry-prod-models/Qwen/Qwen3-8B-AWQ/4da05a8edb55c6046cce958586c33b61da07bb79"]',
    bad: 'args: ["/models/qwen3"] with an emptyDir at /models',
  },
  config: settings,

  *check(resource, config) {
    for (const pod of podSpecs(resource))
      for (const container of containersOf(pod)) {
        yield* disallowed(container, pod, config);
        yield* staged(container, config);
      }
  },
};

const hub = "https://huggingface.co";

/** What a Job copies from the hub for engines, by the variables of its script. */
function* staged(container: Container, config: Config): Generator<Finding> {
  const variables = ownVariables(container);
  if (variables === unknown || !["HUB", "REPOSITORY", "REVISION"].every((name) => variables.has(name)))
    return;
  const allowed: Readonly<Record<string, readonly [(value: string) => boolean, string]>> = {
    HUB: [(value) => value === hub, hub],
    REPOSITORY: [
      (value) => config.allowedOrganisations.some((organisation) => value.startsWith(`${organisation}/`)),
      `a repository of ${config.allowedOrganisations.join(", ")}`,
    ],
    REVISION: [(value) => /^[0-9a-f]{40}$/.test(value), "a commit of 40 hex digits"],
  };
  for (const [name, [isAllowed, expected]] of Object.entries(allowed)) {
    const variable = variables.get(name);
    if (variable === undefined || (typeof variable.value === "string" && isAllowed(variable.value))) continue;
    yield {
      path: variable.path,
      where: container.where,
      problem: `${name} of the model to be staged is not one that may be served`,
      allowed: expected,
    };
  }
}

function* disallowed(container: Container, pod: PodSpec, config: Config): Generator<Finding> {
  const finding = (below: string, problem: string): Finding => ({
    path: `${container.path}.${below}`,
    where: container.where,
    problem,
    allowed:
      `a repository of ${config.allowedOrganisations.join(", ")}; ` +
      `a commit's folder in ${config.allowedBuckets.join(", ")}; such a copy, or an image with a digest, as a volume`,
  });
  const engine = readEngine(container, config);
  if (engine === undefined) return;
  if ("problem" in engine) return yield finding("args", engine.problem);

  for (const { of, path, name } of modelSources(engine.args)) {
    const problem =
      name === undefined ? "is not a literal string" : sourceProblem(name, { container, pod, config });
    if (problem !== undefined) yield finding(path, `the ${of} ${problem}`);
  }
}

interface Place {
  readonly container: Container;
  readonly pod: PodSpec;
  readonly config: Config;
}

/** Why a source may not be loaded, as the end of a sentence. */
function sourceProblem(name: string, { container, pod, config }: Place): string | undefined {
  switch (sourceKind(name)) {
    case "hub": {
      const [organisation = "", repository] = name.split("/");
      return repository !== undefined && config.allowedOrganisations.includes(organisation)
        ? undefined
        : "is from an organisation that is not on the list";
    }
    case "bucket":
      return bucketProblem(name, config.allowedBuckets);
    case "path": {
      const origin = folderOrigin(name, container, pod);
      if (origin.from === "image") return undefined;
      return origin.from === "bucket"
        ? bucketProblem(origin.uri, config.allowedBuckets)
        : `is read from the container's disk: ${origin.why}`;
    }
    case "other":
      return "is neither a repository nor a bucket address nor a path";
  }
}

/** A staged copy is below its commit or its release, so that the same address always means the same files. */
function bucketProblem(uri: string, buckets: readonly string[]): string | undefined {
  const [bucket = "", ...folders] = uri.slice("s3://".length).replace(/\/$/, "").split("/");
  if (!buckets.includes(bucket)) return "is in a bucket that is not on the list";
  if (!folders.every((folder) => /^[\w+-][\w.+-]*$/.test(folder)))
    return "has an address that isn't written in full";
  return folders.filter((folder) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(folder)).length === 1
    ? undefined
    : "is not below the 40 hex digits of one commit or the 64 of one release";
}
