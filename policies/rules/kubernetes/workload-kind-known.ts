import { podlessKinds } from "../../data/podless-kinds.ts";
import { workloads } from "../../lib/containers.ts";
import type { ResourceRule } from "../../lib/rule.ts";
import { at, isFields, isList, unknown, type Value } from "../../lib/value.ts";

/** What may hold images and makes no pods of its own, with who judges them. */
const knownCarriers: ReadonlySet<string> = new Set([
  // Their charts and values: chart-version-pinned and helm-release-outside-inference.
  "kubernetes:helm.sh/v3:Release",
  // Components, whose objects are resources of the stack: the rules of those.
  "kubernetes:helm.sh/v4:Chart",
  "kubernetes:kustomize/v2:Directory",
  "kubernetes:yaml/v2:ConfigFile",
  "kubernetes:yaml/v2:ConfigGroup",
]);

const kinds: ReadonlySet<string> = new Set(workloads.map(kindOf));

export const workloadKindKnown: ResourceRule = {
  name: "workload-kind-known",
  title: "Pods come only from kinds that the rules can read.",
  why: "A patch, a list, an older API group or an operator's own kind makes pods that no other rule sees, whatever image, command line and privileges they have.",
  fix: "Write the pods as one of the kinds in policies/lib/containers.ts, or teach them there how the new kind keeps its pods.",
  severity: "critical",
  level: "mandatory",
  anchors: { none: "the studied tools pass over kinds that they don't know" },
  reads: ["kubernetes:*"],
  example: { good: "kubernetes:apps/v1:Deployment", bad: "kubernetes:apps/v1:DeploymentPatch" },
  config: {},

  *check({ type, props }) {
    if (workloads.includes(type) || podlessKinds.has(type) || knownCarriers.has(type)) return;
    const problem = unread(type, props);
    if (problem !== undefined)
      yield { path: "kind", problem, allowed: `${[...kinds].join(", ")}, each in its current API group` };
  },
};

/** Why a resource may make pods that no rule reads. */
function unread(type: string, props: Value): string | undefined {
  if (kinds.has(kindOf(type).replace(/(?:Patch|List)$/, "")))
    return "the kind is another form of a workload, which no rule reads";
  switch (holdsImage(props)) {
    case true:
      return "the resource names an image, and no rule reads its kind";
    case unknown:
      return "a part of the resource isn't known at preview and may hold pods, and no rule reads its kind";
    default:
      return undefined;
  }
}

/** Whether a field called `image` stands anywhere; unknown where one may. */
function holdsImage(value: Value): boolean | typeof unknown {
  if (value === unknown) return unknown;
  if (isFields(value) && at(value, "image") !== undefined) return true;
  const inner = isFields(value) ? Object.values(value) : isList(value) ? value : [];
  const found = inner.map(holdsImage);
  if (found.includes(true)) return true;
  return found.includes(unknown) ? unknown : false;
}

function kindOf(type: string): string {
  return type.split(":").at(-1) ?? "";
}
