import { isDeepStrictEqual } from "node:util";
import type { DeployedResource, Outputs, PlannedStep } from "./deployed-stack.ts";

/** The properties that are compared for each kind: traffic and images. Status and counters change by themselves. */
const compared: Readonly<Record<string, (outputs: Outputs) => Readonly<Record<string, unknown>>>> = {
  "aws:lb/listenerRule:ListenerRule": (outputs) => ({
    priority: outputs?.priority,
    ...weights(outputs),
    conditions: sorted(outputs?.conditions),
  }),
  "aws:lb/listener:Listener": (outputs) => ({ defaultActions: outputs?.defaultActions }),
  "kubernetes:apps/v1:Deployment": images,
  "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet": images,
};

/** One difference between a live resource and the stack's state. */
export interface Difference {
  readonly type: string;
  readonly name: string;
  readonly field: string;
  readonly state: unknown;
  /** Absent where the resource itself is gone. */
  readonly found?: unknown;
}

/** The resources that are worth asking about. */
export function comparedResources(resources: readonly DeployedResource[]): readonly DeployedResource[] {
  return resources.filter(({ type }) => Object.hasOwn(compared, type));
}

/** The relevant differences that a refresh found. */
export function differences(found: readonly PlannedStep[]): readonly Difference[] {
  return found.flatMap(({ type, name, operation, before, after }): Difference[] => {
    const compare = compared[type];
    if (compare === undefined) return [];
    const state = compare(before);
    if (operation === "delete" || after === undefined) return [{ type, name, field: "", state: "deployed" }];
    const live = compare(after);
    return [...new Set([...Object.keys(state), ...Object.keys(live)])]
      .filter((field) => !isDeepStrictEqual(state[field], live[field]))
      .map((field) => ({ type, name, field, state: state[field], found: live[field] }));
  });
}

/** Weights by target group, so that their order doesn't count. */
function weights(outputs: Outputs): Record<string, unknown> {
  const actions = (outputs?.actions ?? []) as readonly Action[];
  return Object.fromEntries(
    actions.flatMap(({ type, targetGroupArn, forward }, index): [string, unknown][] => {
      const groups = forward?.targetGroups ?? (targetGroupArn ? [{ arn: targetGroupArn, weight: 100 }] : []);
      if (groups.length === 0) return [[`action ${index}`, type]];
      return groups.map(({ arn, weight }) => [`weight of ${groupName(arn)}`, weight]);
    }),
  );
}

interface Action {
  readonly type: string;
  readonly targetGroupArn?: string;
  readonly forward?: {
    readonly targetGroups?: readonly { readonly arn: string; readonly weight?: number }[];
  };
}

/** The name in `…:targetgroup/<name>/<id>`. */
function groupName(arn: string): string {
  return arn.split("/")[1] ?? arn;
}

function sorted(conditions: unknown): unknown {
  const texts = Array.isArray(conditions) ? conditions.map((condition) => JSON.stringify(condition)) : [];
  return texts.sort();
}

/** The image of each container, wherever the kind keeps its pods. */
function images(outputs: Outputs): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const search = (value: unknown, path: string) => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "containers" || key === "initContainers")
        for (const { name, image } of inner as { name: string; image: string }[])
          found[`image of ${path}${name}`] = image;
      else search(inner, key.endsWith("Template") ? `${key} ` : path);
    }
  };
  search(outputs?.spec, "");
  return found;
}
