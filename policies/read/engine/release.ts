import { type ConfigOf, integer, type RuleSettings } from "../../framework/settings.ts";
import { at, unknown } from "../../framework/value.ts";
import type { Container } from "../kubernetes/containers.ts";
import type { Pods } from "../kubernetes/kubernetes.ts";
import { engineArguments, engineKind, engineSettings } from "./engine.ts";

/** Annotations with the release that pods run, and the evaluated one with its score from 0 to 1. */
export const annotations = {
  release: "gantry.dev/release-id",
  evaluated: "gantry.dev/evaluated-release-id",
  score: "gantry.dev/evaluation-score",
} as const;

/** Settings of the rules about evaluated releases. */
export const releaseSettings = {
  ...engineSettings,
  minScorePercent: integer("Minimum percentage of evaluation cases that a release passes.", {
    minimum: 1,
    maximum: 100,
    default: 80,
  }),
} as const satisfies RuleSettings;

type ReleaseConfig = ConfigOf<typeof releaseSettings>;

/** Flags that depend on where a release runs, not on the release itself. */
const placement = new Set([
  "--shutdown-timeout",
  "--attention-backend",
  "--nnodes",
  "--node-rank",
  "--master-addr",
  "--headless",
]);

/** The id of the release that pods run; undefined where they have none that can be read. */
export function releaseId({ annotations: carried }: Pods): string | undefined {
  const id = at(carried, annotations.release);
  return typeof id === "string" && /^[0-9a-f]{64}$/.test(id) ? id : undefined;
}

/** Why the pods' release isn't known to be good enough; undefined when it is. */
export function unevaluated(pods: Pods, { minScorePercent }: ReleaseConfig): string | undefined {
  const evaluated = at(pods.annotations, annotations.evaluated);
  const score = at(pods.annotations, annotations.score);
  if (evaluated === undefined) return "its release was not evaluated";
  if (evaluated !== releaseId(pods))
    return "its evaluation is for another release, or isn't known at preview";
  if (typeof score !== "string" || !/^[01](?:\.\d{1,20})?$/.test(score))
    return "its evaluation has no score from 0 to 1";
  return Number(score) * 100 >= minScorePercent && Number(score) <= 1
    ? undefined
    : `its evaluation scored ${score}`;
}

/** The fix for a slot whose release isn't evaluated. */
export function evaluate({ workload }: Pods, ownHost: string | undefined): string {
  const at = ownHost === undefined ? "" : ` at its own host, ${ownHost},`;
  return `Evaluate ${workload.name}${at} and commit the record to its release.`;
}

/** Everything that determines an engine's answers, as one string; unknown where it can't be read. */
export function served(container: Container, config: ReleaseConfig) {
  const kind = engineKind(container, config);
  const image = at(container.fields, "image");
  if (kind === unknown || kind === undefined || kind === "other" || typeof image !== "string") return unknown;
  const args = engineArguments(container, kind);
  if (!args.readable) return unknown;
  const flags = [...args.flags]
    .filter(([flag]) => !placement.has(flag))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([image, args.model, flags]);
}
