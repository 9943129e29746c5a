import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type ConfigOf, type RuleSettings, string } from "../../framework/settings.ts";
import { at, type Unknown, unknown, type Value } from "../../framework/value.ts";
import { engineKind, engineSettings } from "../../read/engine/engine.ts";
import { isGateway } from "../../read/gateway/gateway-container.ts";
import { type Container, containersOf, podSpecs, workloads } from "../../read/kubernetes/containers.ts";
import { imageReference } from "../../read/text/image-reference.ts";
import { printable } from "../../read/text/printable.ts";
import { compareNumbers, semver, type Version } from "../../read/text/semver.ts";

const settings = {
  ...engineSettings,
  versionLabel: string("Pod label that states the version of the software.", {
    pattern: "^[a-z0-9./-]+$",
    default: "app.kubernetes.io/version",
  }),
  // The patterns of both minimum versions match nothing below their defaults.
  engineFloor: string(
    "Minimum version of vLLM: before 0.32.0 a chat template exhausts the server (PYSEC-2026-4344, -4349).",
    {
      pattern: "^(?:0\\.(?:3[2-9]|[4-9]\\d|[1-9]\\d{2,3})|[1-9]\\d{0,3}\\.\\d{1,4})\\.\\d{1,4}$",
      default: "0.32.0",
    },
  ),
  gatewayFloor: string("Minimum version of LiteLLM: the first with a fix for every advisory that has one.", {
    pattern: "^(?:1\\.(?:8[4-9]|9\\d|[1-9]\\d{2,3})|[2-9]\\.\\d{1,4}|[1-9]\\d{1,3}\\.\\d{1,4})\\.\\d{1,4}$",
    default: "1.84.0",
  }),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

/** What may follow the three numbers: builds of a release for a platform, but not release candidates or nightlies. */
const builds =
  /^(?:cu\d{2,3}|ubuntu\d{4}|x86_64|aarch64|stable(?:\.patch\.\d{1,3})?)(?:-(?:ubuntu\d{4}|x86_64|aarch64))?$/;

export const engineVersionFloor: ResourceRule<typeof settings> = {
  name: "engine-version-floor",
  title: "The vLLM engine and the gateway run a stated version without known vulnerabilities.",
  why: "A digest doesn't show the version, and a single request can crash, exhaust or take over an old version.",
  fix: "Run a newer release and state its version in the image's tag or the pod's label app.kubernetes.io/version; a version below the minimum needs an exemption that names the advisories.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't check versions of engines" },
  resourceTypes: workloads,
  example: {
    good: "image: vllm/vllm-openai:v0.32.0@sha256:<64 hex>",
    bad: "image: vllm/vllm-openai:v0.9.2@sha256:<64 hex>",
  },
  config: settings,

  *check(resource, config) {
    for (const pod of podSpecs(resource)) {
      const label = at(pod.metadata, "labels", config.versionLabel);
      for (const container of containersOf(pod)) yield* versionFindings(container, label, config);
    }
  },
};

function* versionFindings(container: Container, label: Value, config: Config): Generator<Finding> {
  const kind = engineKind(container, config);
  const gateway = isGateway(container);
  const { path, where, fields } = container;
  const required = [
    ...(kind === "vllm" ? [{ of: "vLLM", minimum: config.engineFloor }] : []),
    ...(gateway === true ? [{ of: "LiteLLM", minimum: config.gatewayFloor }] : []),
  ];
  if (required.length === 0 && gateway === unknown)
    yield {
      path: `${path}.image`,
      where,
      problem: "whether this is vLLM or the gateway isn't known at preview",
      allowed: "an image and a command line known at preview",
    };
  for (const { of, minimum } of required) {
    const found = outdated(at(fields, "image"), label, minimum);
    if (found === undefined) continue;
    const allowed = `${of} ${minimum} or later, with three numbers, known at preview`;
    yield { path: `${path}.${found.path}`, where, problem: found.problem, allowed };
    // For a container that is both, the first problem is enough.
    return;
  }
}

/** Why a version isn't known to be the minimum or later; undefined when the tag, the label or both show that it is. */
function outdated(
  image: Value,
  label: Value,
  minimum: string,
): Pick<Finding, "path" | "problem"> | undefined {
  const reference = imageReference(image);
  // An image that can't be read may have a tag that contradicts the label.
  const both: readonly Value[] = [reference === undefined ? unknown : reference.tag, label];
  const stated = both.filter((text) => text !== undefined);
  const shown = stated.map((text) => printable("version", text));
  const versions = stated.map(release);
  const [first, second] = versions;
  const odd = versions.indexOf(unknown);
  const lowest = release(minimum);
  const path = "image";
  if (first === undefined)
    return { path, problem: "neither the image's tag nor the pod's version label states a version" };
  if (first === unknown || second === unknown || lowest === unknown)
    return { path, problem: `version ${shown[odd]} is not a release such as 1.2.3` };
  if (second !== undefined && compareNumbers(first, second) !== 0)
    return { path, problem: `the image's tag is ${shown[0]}, the pod's version label ${shown[1]}` };
  // The version is part of the finding's id, so that an exemption for one version doesn't cover an older one.
  return compareNumbers(first, lowest) < 0
    ? { path: `version.${first.numbers.join(".")}`, problem: `version ${shown[0]} is below ${minimum}` }
    : undefined;
}

/** A released version; unknown for partial versions, release candidates and anything else. */
function release(text: Value): Version | Unknown {
  const version = semver(text);
  if (version === unknown || version.suffix === undefined) return version;
  return builds.test(version.suffix) ? version : unknown;
}
