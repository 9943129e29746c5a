import { onlySlotReleaseEvaluated as rule } from "../../../../policies/rules/traffic/only-slot-release-evaluated.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { listener, listenerRule, loadBalancer, slot } from "../../slot.ts";

const id = "a".repeat(64);
const release = (evaluated: Wire, score: Wire = "0.94"): Wire => ({
  "gantry.dev/release-id": id,
  "gantry.dev/evaluated-release-id": evaluated,
  "gantry.dev/evaluation-score": score,
});
const only = (annotations: Wire) => {
  const { all, group } = slot({ annotations });
  const direct = listenerRule([[group, 100]], {
    name: "chat-blue-direct",
    host: "chat-blue.models.internal",
  });
  return [loadBalancer, listener, listenerRule([[group, 100]]), direct, ...all];
};
const { all, group } = slot({ annotations: release(null) });
const second = slot({ name: "chat-green", annotations: release(null) });
const shared = listenerRule([
  [group, 100],
  [second.group, 0],
]);
const at = ["chat-blue#annotations.gantry.dev/evaluated-release-id"];

cases(rule, {
  passes: [
    ["an evaluated release", only(release(id))],
    ["secret annotations", only(release(secret(id), secret("0.94")))],
    [
      "one of two slots, of which another rule asks more",
      [loadBalancer, listener, shared, ...all, ...second.all],
    ],
    ["a slot without a forward", all],
  ],
  reports: [
    ["no evaluation", only(release(null)), at],
    ["no annotations", only(null), at],
    ["unknown annotations", only(unknown), at],
    ["the evaluation of another release", only(release("b".repeat(64))), at],
    [
      "an evaluation without id beside it",
      only({ "gantry.dev/evaluated-release-id": id, "gantry.dev/evaluation-score": "1" }),
      at,
    ],
    ["a low score", only(release(id, "0.5")), at],
    [
      "two models",
      [
        ...only(release(null)),
        listenerRule([[second.group, 100]], { name: "code", host: "code.models.internal" }),
        ...second.all,
      ],
      [...at, "chat-green#annotations.gantry.dev/evaluated-release-id"],
    ],
    [
      "a slot without pods",
      [loadBalancer, listener, listenerRule([[group, 100]]), group],
      ["chat-blue#release"],
    ],
    ["less than required", only(release(id)), at, { config: { minScorePercent: 95 } }],
    [
      "an illegal configuration",
      only(release(id)),
      ["stack#configuration.minScorePercent"],
      { config: { minScorePercent: 101 } },
    ],
  ],
});
