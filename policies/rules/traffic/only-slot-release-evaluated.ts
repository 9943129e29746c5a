import type { StackRule } from "../../framework/rule.ts";
import { readsToTargetGroups } from "../../read/aws/forward.ts";
import { annotations, evaluate, releaseSettings, unevaluated } from "../../read/engine/release.ts";
import { slots } from "../../read/engine/slot.ts";
import { readsToPods } from "../../read/kubernetes/kubernetes.ts";

export const onlySlotReleaseEvaluated: StackRule<typeof releaseSettings> = {
  name: "only-slot-release-evaluated",
  title: "A model's only slot runs an evaluated release.",
  why: "The first release of a model has to run before anyone can evaluate it, so nothing is refused; but as long as nobody has, nobody knows what clients get.",
  fix: "Evaluate the slot at its own host and commit the record to its release.",
  severity: "medium",
  level: "advisory",
  relatedChecks: { none: "the studied tools know nothing of evaluations" },
  resourceTypes: [...readsToTargetGroups, ...readsToPods],
  example: {
    good: "gantry.dev/evaluated-release-id: the pods' own release id, gantry.dev/evaluation-score: '0.94'",
    bad: "a pod template without gantry.dev/evaluated-release-id",
  },
  config: releaseSettings,

  *checkStack({ resources }, config) {
    const allowed = `an evaluation of the release id itself, of ${config.minScorePercent} % or more`;
    for (const { group, pods, alone, ownHost } of slots(resources, config)) {
      if (!alone) continue;
      if (pods.length === 0)
        yield {
          resource: group,
          path: "release",
          problem: "no pods of this stack can be found behind it",
          allowed,
        };
      for (const one of pods) {
        const problem = unevaluated(one, config);
        if (problem !== undefined)
          yield {
            resource: one.workload,
            path: `${one.prefix}annotations.${annotations.evaluated}`,
            problem,
            allowed,
            fix: evaluate(one, ownHost),
          };
      }
    }
  },
};
