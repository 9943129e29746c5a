import { slotReleaseEvaluated as rule } from "../../../../policies/rules/traffic/slot-release-evaluated.ts";
import { type Properties, secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { type Given, withField } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { listener, listenerRule, loadBalancer, type Slot, slot } from "../../slot.ts";
import { engine } from "../../workload.ts";

const [one, two] = ["a".repeat(64), "b".repeat(64)];
const release = (id: Wire, evaluated: Wire = null, score: Wire = "0.94"): Wire => ({
  "gantry.dev/release-id": id,
  ...(evaluated !== null && {
    "gantry.dev/evaluated-release-id": evaluated,
    "gantry.dev/evaluation-score": score,
  }),
});
const running = (...args: readonly Wire[]): Properties => ({
  containers: [{ ...engine, args: ["/models/qwen3", ...args] }],
});
/** Two engines in one pod, the second with further arguments. */
const inTwo = (...args: readonly Wire[]): Properties => ({
  containers: [running(), running(...args)].flatMap(({ containers }, index) =>
    (containers as readonly Properties[]).map((one) => ({ ...one, name: `engine-${index}` })),
  ),
});
const blue = slot({ annotations: release(one, one) });
const green = (annotations: Wire, pod?: Properties) =>
  slot({ name: "chat-green", annotations, ...(pod && { pod }) });
const front = (...rules: readonly Given[]) => [loadBalancer, listener, ...rules];
/** Two slots behind one rule. */
const both = (standby: Slot, live = blue, weights: readonly [Wire, Wire] = [100, 0]) => [
  ...front(
    listenerRule([
      [live.group, weights[0]],
      [standby.group, weights[1]],
    ]),
  ),
  ...live.all,
  ...standby.all,
];
const beside = (annotations: Wire) => both(green(annotations));
const known = (resource: Given, arn: string): Given => ({ ...resource, props: { ...resource.props, arn } });
/** Two slots whose target groups' ARNs are known, or only the live one's. */
const deployed = (weight: number, standbyIsNew = false) => {
  const standby = green(release(two));
  const [live, other] = [
    known(blue.group, "arn:blue"),
    standbyIsNew ? standby.group : known(standby.group, "arn:green"),
  ];
  const rules = [
    listenerRule([
      [live, 100 - weight, "arn:blue"],
      [other, weight, standbyIsNew ? unknown : "arn:green"],
    ]),
    listenerRule([[other, 100]], { name: "chat-green-direct", host: "chat-green.models.internal" }),
  ];
  return [...front(...rules), live, other, ...blue.all.slice(1), ...standby.all.slice(1)];
};
const alone = (annotations: Wire) => [
  ...front(listenerRule([[green(annotations).group, 100]])),
  ...green(annotations).all,
];
const id = ["chat-green#annotations.gantry.dev/release-id"];
const evaluation = ["chat-green#annotations.gantry.dev/evaluated-release-id"];
const misplaced = slot({ name: "chat-green" });
const onDeployment: Given = {
  ...misplaced.deployment,
  props: withField(misplaced.deployment.props, "metadata.annotations", release(two, two)),
};

cases(rule, {
  passes: [
    ["two evaluated slots, with every ARN unknown", beside(release(two, two))],
    ["a perfect score", beside(release(two, two, "1"))],
    ["the lowest score that counts", beside(release(two, two, "0.8"))],
    ["secret annotations", beside(release(secret(two), secret(two)))],
    ["an only slot without evaluation", alone(release(two))],
    ["a standby without weight, once its ARN is known", deployed(0)],
    ["a new standby without weight beside a known slot", deployed(0, true)],
    ["two ids of two releases", both(green(release(two, two), running()))],
    ["the same release in both slots", both(green(release(one, one)))],
    [
      "the same release on another pool",
      both(
        green(release(one, one), running("--shutdown-timeout=75")),
        slot({ annotations: release(one, one), pod: running("--shutdown-timeout=300") }),
      ),
    ],
    [
      "groups that no engine stands behind",
      both(
        slot({ name: "b", pod: { containers: [{ name: "gateway", image: "litellm:1" }] } }),
        slot({ name: "a", pod: { containers: [{ name: "gateway", image: "litellm:1" }] } }),
      ),
    ],
  ],
  reports: [
    ["a release that was not evaluated", beside(release(two)), evaluation],
    ["the evaluation of the other slot's release", beside(release(two, one)), evaluation],
    ["an unknown evaluation", beside(release(two, unknown)), evaluation],
    ["a score below the threshold", beside(release(two, two, "0.79")), evaluation],
    ["a score above all", beside(release(two, two, "1.5")), evaluation],
    ["a score in percent", beside(release(two, two, "94")), evaluation],
    ["a score as a number", beside(release(two, two, 0.94)), evaluation],
    ["no score", beside(release(two, two, null)), evaluation],
    ["an unknown score", beside(release(two, two, unknown)), evaluation],
    ["a standby with a weight", deployed(10), evaluation],
    ["a new standby with a weight", deployed(10, true), evaluation],
    [
      "the live slot",
      both(green(release(two, two)), slot({ annotations: release(one) })),
      ["chat-blue#annotations.gantry.dev/evaluated-release-id"],
    ],
    [
      "both slots before their ARNs are known",
      both(green(release(two)), slot({ annotations: release(one) })),
      [...evaluation, "chat-blue#annotations.gantry.dev/evaluated-release-id"],
    ],
    [
      "a standby that a canary reaches",
      [
        ...front(
          listenerRule([[blue.group, 100]]),
          listenerRule([[green(release(two)).group, 100]], { name: "chat-canary" }),
        ),
        ...blue.all,
        ...green(release(two)).all,
      ],
      evaluation,
    ],
    [
      "a slot beside one outside the stack",
      [
        ...front(
          listenerRule([
            [green(release(two)).group, 50],
            [blue.group, 50],
          ]),
        ),
        ...green(release(two)).all,
      ],
      evaluation,
    ],
    ["no id", beside({}), id],
    ["no annotations", beside(null), id],
    ["unknown annotations", beside(unknown), id],
    [
      "annotations of the Deployment",
      [...both(misplaced).filter((resource) => resource !== misplaced.deployment), onDeployment],
      id,
    ],
    ["a short id", beside(release("abc", "abc")), id],
    ["an id in capitals", beside(release(two.toUpperCase(), two.toUpperCase())), id],
    [
      "no id in either slot",
      both(green({}, running()), slot({ annotations: {} })),
      [...id, "chat-blue#annotations.gantry.dev/release-id"],
    ],
    ["an only slot without id", alone({}), id],
    [
      "the same id for other arguments",
      both(
        green(release(one, one), running("--max-num-seqs=8")),
        slot({ annotations: release(one, one), pod: running("--max-num-seqs=16") }),
      ),
      id,
    ],
    [
      "the same id for one engine less",
      both(green(release(one, one), running()), slot({ annotations: release(one, one), pod: inTwo() })),
      id,
    ],
    [
      "the same id for another engine of two",
      both(
        green(release(one, one), inTwo("--max-num-seqs=8")),
        slot({ annotations: release(one, one), pod: inTwo("--max-num-seqs=16") }),
      ),
      id,
    ],
    ["the same id for another model", both(green(release(one, one), running()), blue), id],
    [
      "the same id for another image",
      both(green(release(one, one), { containers: [{ ...engine, image: "vllm/vllm-openai:v0.1.0" }] })),
      id,
    ],
    ["the same id for what can't be read", both(green(release(one, one), running(unknown))), id],
    [
      "the same id for two that can't be read",
      both(
        green(release(one, one), running(unknown)),
        slot({ annotations: release(one, one), pod: running(unknown) }),
      ),
      id,
    ],
    [
      "the same id for the other slot, which can't be read",
      both(green(release(one, one)), slot({ annotations: release(one, one), pod: running(unknown) })),
      id,
    ],
    [
      "a slot without pods",
      [
        ...front(
          listenerRule([
            [blue.group, 100],
            [green(null).group, 0],
          ]),
        ),
        ...blue.all,
        green(null).group,
      ],
      ["chat-green#release"],
    ],
    [
      "less than required",
      both(green(release(two, two)), slot({ annotations: release(one, one, "0.99") })),
      evaluation,
      { config: { minScorePercent: 95 } },
    ],
    [
      "an illegal configuration",
      beside(release(two, two)),
      ["stack#configuration.minScorePercent"],
      { config: { minScorePercent: 0 } },
    ],
  ],
});
