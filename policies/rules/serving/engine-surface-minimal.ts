import { closedFlags } from "../../data/closed-flags.ts";
import { programFolders, volumeKinds } from "../../data/engine-mounts.ts";
import { closedVariable, engineVariables, keyVariables } from "../../data/engine-variables.ts";
import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
import { at, elements, isFields, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { engineSettings, type ReadEngine, readEngine } from "../../read/engine/engine.ts";
import {
  type Container,
  containersOf,
  type PodSpec,
  podSpecs,
  workloads,
} from "../../read/kubernetes/containers.ts";
import { ownVariables, type Variable } from "../../read/kubernetes/environment.ts";
import { printable } from "../../read/text/printable.ts";

/** Maximum of answers per request: with the engine's own limit of 16384 a request can exhaust it (CVE-2026-34756). */
const mostAnswers = 128;
const answers = "VLLM_MAX_N_SEQUENCES";

const settings = {
  ...engineSettings,
  engineEnv: strings(
    "Environment variables that an engine may have; those that load code or redirect it can't be allowed.",
    { pattern: "^[A-Z][A-Z0-9_]*$", default: engineVariables },
  ),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

export const engineSurfaceMinimal: ResourceRule<typeof settings> = {
  name: "engine-surface-minimal",
  title: "An engine exposes only its API, and gets its settings only from the stack.",
  why: "Many of an engine's settings open a route without authentication, read files or URLs that a request names, or replace the model: one variable is enough.",
  fix: `Use only the variables of engineEnv with literal values, set ${answers} and --disable-fastapi-docs, remove the other flag, mount, hook and workingDir, and set enableServiceLinks to false on the pod, and shareProcessNamespace nowhere.`,
  severity: "critical",
  relatedChecks: { none: "the studied tools don't check engines" },
  resourceTypes: workloads,
  example: {
    good: `enableServiceLinks: false, env: [{ name: ${answers}, value: "16" }], args: [..., "--disable-fastapi-docs"]`,
    bad: 'env: [{ name: VLLM_SERVER_DEV_MODE, value: "1" }], args: [..., "--enable-sleep-mode"]',
  },
  config: settings,

  *check(resource, config) {
    for (const pod of podSpecs(resource)) {
      const engines = containersOf(pod).flatMap((container) => {
        const engine = readEngine(container, config);
        return engine === undefined ? [] : [{ container, engine }];
      });
      for (const { container, engine } of engines)
        for (const found of [...flagFindings(engine), ...variableFindings(container, engine, config)])
          yield { ...found, path: `${container.path}.${found.path}`, where: container.where };
      for (const { container } of engines) yield* filesOf(container);
      // A container that can't be read is reported with its arguments.
      if (engines.some(({ container }) => container.fields !== unknown)) yield* volumesOf(pod);
      if (engines.length > 0) yield* podFindings(pod);
    }
  },
};

/** Settings of an engine's pod that affect its containers. [Kubernetes API, PodSpec] */
function* podFindings({ prefix, spec }: PodSpec): Generator<Finding> {
  // A Service named vllm would set VLLM_PORT. Unset means true.
  if (at(spec, "enableServiceLinks") !== false)
    yield {
      path: `${prefix}enableServiceLinks`,
      where: "pod",
      problem: "every Service of the namespace sets environment variables of the engine",
      allowed: "enableServiceLinks: false",
    };
  // Processes of one namespace read each other's files and memory. Unset means false.
  if ((at(spec, "shareProcessNamespace") ?? false) !== false)
    yield {
      path: `${prefix}shareProcessNamespace`,
      where: "pod",
      problem:
        "other containers of the pod see the engine's process, with its key, its prompts and its files",
      allowed: "unset, or shareProcessNamespace: false",
    };
}

/** Settings that may add code or files to an engine's container. */
function* filesOf({ path, where, fields }: Container): Generator<Finding> {
  // A container that can't be read is reported with its arguments.
  if (fields === unknown) return;
  if (at(fields, "lifecycle", "postStart") !== undefined)
    yield {
      path: `${path}.lifecycle.postStart`,
      where,
      problem: "postStart runs another command in the engine's container",
      allowed: "no postStart",
    };
  // Python looks for modules in the folder that it is started in.
  if (at(fields, "workingDir") !== undefined)
    yield {
      path: `${path}.workingDir`,
      where,
      problem: "the engine starts in another folder than its image's, whose files it may load as code",
      allowed: "no workingDir",
    };
  for (const [index, mount] of orUnknown(elements(at(fields, "volumeMounts"))).entries()) {
    const folder = at(mount, "mountPath");
    if (typeof folder === "string" && !programFolders.test(folder)) continue;
    yield {
      path: `${path}.volumeMounts.${index}.mountPath`,
      where,
      problem: "the mount covers the image's programs, or where it is isn't known at preview",
      allowed: "a folder without programs, such as /cache or /models",
    };
  }
}

function* volumesOf({ prefix, spec }: PodSpec): Generator<Finding> {
  for (const [index, volume] of orUnknown(elements(at(spec, "volumes"))).entries()) {
    const kinds = isFields(volume) ? Object.keys(volume).filter((key) => key !== "name") : [];
    // hostPath is for pod-no-host-access.
    if (isFields(volume) && kinds.every((kind) => volumeKinds.includes(kind))) continue;
    yield {
      path: `${prefix}volumes.${index}`,
      where: `volume ${index}`,
      problem: "the volume brings files that the stack doesn't make",
      allowed: volumeKinds.filter((kind) => kind !== "hostPath").join(", "),
    };
  }
}

function* flagFindings(engine: ReadEngine): Generator<Finding> {
  if ("problem" in engine)
    return yield { path: "args", problem: engine.problem, allowed: "arguments known at preview" };
  if (engine.kind !== "vllm") return;
  const { flags, given } = engine.args;
  const opened = given.filter(({ name, value }) => closedFlags.has(name) && value !== false);
  for (const name of new Set(opened.map((flag) => flag.name)))
    yield { path: `args.${name}`, problem: `${name} exposes more than the API`, allowed: "the API only" };
  if (flags.get("--disable-fastapi-docs") !== true)
    yield {
      path: "args.--disable-fastapi-docs",
      problem: "the engine serves its API documentation",
      allowed: "--disable-fastapi-docs",
    };
}

function* variableFindings(container: Container, engine: ReadEngine, config: Config): Generator<Finding> {
  const { path, fields } = container;
  // A container that can't be read is reported with its arguments.
  if (fields === unknown) return;
  const whole = elements(at(fields, "envFrom"));
  if (whole === unknown || whole.length > 0)
    yield { path: "envFrom", problem: "envFrom sets variables of any name", allowed: "variables one by one" };
  const variables = ownVariables(container);
  if (variables === unknown)
    return yield {
      path: "env",
      problem: "a variable has no name known at preview",
      allowed: "a list of variables",
    };
  for (const variable of variables.values()) {
    const problem = variableProblem(variable, config.engineEnv);
    if (problem !== undefined) yield { path: variable.path.slice(path.length + 1), ...problem };
  }
  if ("kind" in engine && engine.kind === "vllm" && !variables.has(answers))
    yield {
      path: `env.${answers}`,
      problem: `one request may set n up to 16384, because ${answers} is unset`,
      allowed: `1 to ${mostAnswers}`,
    };
}

type Problem = Pick<Finding, "problem" | "allowed">;

function variableProblem(
  { name, value, from }: Variable,
  allowedNames: readonly string[],
): Problem | undefined {
  const shown = printable("variable", name);
  if (closedVariable.test(name))
    return {
      problem: `variable ${shown} loads code, redirects the engine or opens a route`,
      allowed: "absent",
    };
  if (!allowedNames.includes(name))
    return { problem: `variable ${shown} is not on the list`, allowed: allowedNames.join(", ") };
  if (from !== undefined)
    return keyVariables.includes(name) && at(from, "secretKeyRef") !== undefined
      ? undefined
      : {
          problem: `variable ${shown} has a value from another object`,
          allowed: "a literal string; a key from a Secret",
        };
  return valueProblem(name, value);
}

function valueProblem(name: string, value: Value): Problem | undefined {
  if (value === unknown || (typeof value === "string" && value.includes("$(")))
    return {
      problem: "a variable's value is not a literal string known at preview",
      allowed: "a literal string",
    };
  if (name === "VLLM_SERVER_DEV_MODE" && value !== "0")
    return { problem: "developer mode opens routes that run arbitrary code", allowed: 'unset or "0"' };
  const count = typeof value === "string" && /^\d{1,3}$/.test(value) ? Number(value) : 0;
  if (name === answers && (count < 1 || count > mostAnswers))
    return {
      problem: `${answers} is not a limit`,
      allowed: `a string with a number from 1 to ${mostAnswers}`,
    };
  return undefined;
}
