import { chartReleases } from "../../lib/cluster.ts";
import { type Container, containers, workloads } from "../../lib/containers.ts";
import { leaves, passesSecret, plainSecret, secretInText } from "../../lib/plain-secret.ts";
import type { Finding, Resource, ResourceRule } from "../../lib/rule.ts";
import { holdsToken, looksSecret } from "../../lib/secret-name.ts";
import { at, elements, isFields, orUnknown, type Value } from "../../lib/value.ts";

const configMap = "kubernetes:core/v1:ConfigMap";

/** Files in which `token: x` is code or prose and sets nothing; credentials are looked for by their shape. */
const program = /\.(?:py|js|ts|lua|rb|jinja|md|txt)$/;

const allowed =
  "valueFrom.secretKeyRef, the name of a Secret, or os.environ/NAME in a gateway's configuration; all else known at preview";

export const noPlaintextSecret: ResourceRule = {
  name: "no-plaintext-secret",
  title: "No password, key or token stands in clear in pods, config maps and chart values.",
  why: "Whoever may read the cluster's objects, the state or the repository then has the key, and nobody can change it without a release.",
  fix: "Put the value into Secrets Manager with npm run put-secret, bring it in with an ExternalSecret, and refer to that Secret.",
  severity: "critical",
  level: "mandatory",
  anchors: ["CKV_K8S_35", "polaris:sensitiveContainerEnvVar"],
  reads: [...workloads, configMap, ...chartReleases],
  example: {
    good: "env: [{ name: VLLM_API_KEY, valueFrom: { secretKeyRef: { name: engine-api-key, key: key } } }]",
    bad: "env: [{ name: VLLM_API_KEY, value: the-key }]",
  },
  config: {},

  check(resource) {
    if (resource.type === configMap) return ofConfigMap(resource.props);
    if (chartReleases.includes(resource.type)) return inSettings("values", at(resource.props, "values"));
    return ofWorkload(resource);
  },
};

function ofWorkload(resource: Resource): Finding[] {
  return containers(resource).flatMap((container) => [
    ...variables(container),
    ...commandLine(container, "command"),
    ...commandLine(container, "args"),
    ...["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"].flatMap((name) =>
      inSettings(`${container.path}.${name}`, at(container.fields, name)).map((finding) => ({
        ...finding,
        where: container.where,
      })),
    ),
  ]);
}

/** Every entry counts, also one that a later one of its name replaces: it stands in the object all the same. */
function variables({ path, where, fields }: Container): Finding[] {
  return orUnknown(elements(at(fields, "env"))).flatMap((entry, index) => {
    const problem = inVariable(entry);
    return problem === undefined
      ? []
      : [{ path: `${path}.env.${index}`, where, problem: `variable ${index} ${problem}`, allowed }];
  });
}

function inVariable(entry: Value): string | undefined {
  const name = at(entry, "name");
  if (!isFields(entry) || typeof name !== "string") return "has no name that is known at preview";
  const from = at(entry, "valueFrom");
  if (from === undefined) return plainSecret(name, at(entry, "value"));
  return looksSecret(name) && !isFields(at(from, "secretKeyRef"))
    ? "looks like a secret and comes from something else than a Secret"
    : undefined;
}

function commandLine({ path, where, fields }: Container, list: "command" | "args"): Finding[] {
  return orUnknown(elements(at(fields, list))).flatMap((word, index) => {
    const problem = inWord(word);
    return problem === undefined
      ? []
      : [{ path: `${path}.${list}.${index}`, where, problem: `${list} ${index} ${problem}`, allowed }];
  });
}

function inWord(word: Value): string | undefined {
  if (typeof word !== "string") return "is no text that is known at preview, so it may hold a secret";
  return passesSecret(word)
    ? "is a flag for a secret, which shows in the list of processes"
    : secretInText(word);
}

function ofConfigMap(props: Value): Finding[] {
  return [
    ...entries("data", at(props, "data"), (key, value) =>
      program.test(key) && typeof value === "string" ? shape(value) : plainSecret(key, value),
    ),
    // In base64, which is looked through anyway.
    ...entries("binaryData", at(props, "binaryData"), plainSecret),
  ];
}

function shape(text: string): string | undefined {
  return holdsToken(text) ? "holds what looks like a credential" : undefined;
}

function entries(
  path: string,
  value: Value,
  problemOf: (key: string, value: Value) => string | undefined,
): Finding[] {
  if (value === undefined) return [];
  if (!isFields(value))
    return [{ path, problem: "can't be read at preview, so it may hold a secret", allowed }];
  return Object.entries(value).flatMap(([key, inner]) => {
    const problem = problemOf(key, inner);
    return problem === undefined
      ? []
      : [{ path: `${path}.${key}`, problem: `the entry ${problem}`, allowed }];
  });
}

function inSettings(path: string, value: Value): Finding[] {
  return leaves(path, value).flatMap((leaf) => {
    const problem = plainSecret(leaf.name, leaf.value);
    return problem === undefined ? [] : [{ path: leaf.path, problem: `the setting ${problem}`, allowed }];
  });
}
