import type { StackRule } from "../../framework/rule.ts";
import { readsToTargetGroups } from "../../read/aws/forward.ts";
import { annotations, evaluate, releaseSettings, unevaluated } from "../../read/engine/release.ts";
import { slots } from "../../read/engine/slot.ts";
import { readsToPods } from "../../read/kubernetes/kubernetes.ts";

export const onlySlotReleaseEvaluated: StackRule<typeof releaseSettings> = {
  name: "only-slot-release-evaluated",
  title: "A model's only slot runs an evaluated release.",
  why: "The first release of a model has to run before it can be evaluated, so this is advisory; until then the quality of its answers is unknown.",
  fix: "Evaluate the slot through its own hostname and commit the record to its release.",
  severity: "medium",
  level: "advisory",
  relatedChecks: { none: "the studied tools don't check evaluations" },
  resourceTypes: [...readsToTargetGroups, ...readsToPods],
  example: {
    good: "gantry.dev/evaluated-release-id: the pods' own release id, gantry.dev/evaluation-score: '0.94'",
    bad: "a pod template without gantry.dev/evaluated-release-id",
  },
  config: releaseSettings,

  *checkStack({ resources }, config) {
    const allowed = `an evaluation of this release id with a score of ${config.minScorePercent} % or more`;
    for (const { group, pods, alone, ownHost } of slots(resources, config)) {
      if (!alone) continue;
      if (pods.length === 0)
        yield {
          resource: group,
          path: "release",
          problem: "no pods of this stack are found behind it",
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
