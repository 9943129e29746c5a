import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { unknown } from "../../framework/value.ts";
import { readsToTargetGroups } from "../../read/aws/forward.ts";
import { unlessApplication } from "../../read/aws/purpose.ts";
import {
  annotations,
  evaluate,
  releaseId,
  releaseSettings,
  served,
  unevaluated,
} from "../../read/engine/release.ts";
import { type Slot, type SlotPods, slots } from "../../read/engine/slot.ts";
import { readsToPods } from "../../read/kubernetes/kubernetes.ts";

type Config = ConfigOf<typeof releaseSettings>;

/** For a model's only slot `only-slot-release-evaluated` applies, which is advisory. */
export const slotReleaseEvaluated: StackRule<typeof releaseSettings> = {
  name: "slot-release-evaluated",
  title: "Slots state their release, and of two slots each one with traffic runs an evaluated release.",
  why: "A switch or a canary moves clients to other weights within a second; without an evaluation of exactly these weights the quality of the answers is unknown.",
  fix: "Evaluate the slot through its own hostname and commit the record to its release.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't check evaluations" },
  resourceTypes: [...readsToTargetGroups, ...readsToPods],
  example: {
    good: "gantry.dev/release-id and gantry.dev/evaluated-release-id: the same 64 hex digits, gantry.dev/evaluation-score: '0.94'",
    bad: "gantry.dev/release-id without gantry.dev/evaluated-release-id",
  },
  config: releaseSettings,

  *checkStack({ resources }, config) {
    const all = slots(resources, config);
    for (const slot of all) {
      if (slot.pods.length === 0)
        yield {
          resource: slot.group,
          path: "release",
          problem: "no pods of this stack are found behind it, so their release isn't known",
          allowed: `a binding and a Service to engines of the stack; ${unlessApplication}`,
        };
      for (const pods of slot.pods) yield* podProblems(slot, pods, config);
    }
    yield* sameIds(all, config);
  },
};

function* podProblems(slot: Slot, pods: SlotPods, config: Config): Iterable<StackFinding> {
  const where = `${pods.prefix}annotations`;
  if (releaseId(pods) === undefined) {
    yield {
      resource: pods.workload,
      path: `${where}.${annotations.release}`,
      problem: "its pods don't state their release",
      allowed: `${annotations.release} of 64 hex digits on the pod template, known at preview`,
    };
    return;
  }
  if (slot.alone || !slot.receives) return;
  const problem = unevaluated(pods, config);
  if (problem !== undefined)
    yield {
      resource: pods.workload,
      path: `${where}.${annotations.evaluated}`,
      problem,
      allowed: `an evaluation of this release id with a score of ${config.minScorePercent} % or more, or weight 0 in a target group whose ARN is known`,
      fix: evaluate(pods, slot.ownHost),
    };
}

/** Two slots with one release id must run the same release. */
function* sameIds(all: readonly Slot[], config: Config): Iterable<StackFinding> {
  const byGroup = new Map(all.map((slot) => [slot.group, slot]));
  const done = new Set<StackResource>();
  for (const slot of all) {
    done.add(slot.group);
    const earlier = slot.others
      .filter((other) => done.has(other))
      .flatMap((other) => byGroup.get(other)?.pods ?? []);
    for (const pods of slot.pods) {
      const twin = earlier.find((other) => differs(pods, other, config));
      if (twin !== undefined)
        yield {
          resource: pods.workload,
          path: `${pods.prefix}annotations.${annotations.release}`,
          problem: `it has the release id of ${twin.workload.name} but another image, model or arguments, or these can't be read`,
          allowed: "another id for another release",
        };
    }
  }
}

function differs(pods: SlotPods, other: SlotPods, config: Config): boolean {
  const id = releaseId(pods);
  if (id === undefined || id !== releaseId(other)) return false;
  const own = pods.engines.map((engine) => served(engine, config));
  const others = other.engines.map((engine) => served(engine, config));
  return (
    own.length !== others.length || own.some((text, index) => text === unknown || text !== others[index])
  );
}
