import { targetGroupDrains as rule } from "../../../../policies/rules/traffic/target-group-drains.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { targetGroup } from "../../target-group.ts";

const after = (deregistrationDelay: Wire) => targetGroup({ deregistrationDelay });
const by = (loadBalancingAlgorithmType: Wire) => targetGroup({ loadBalancingAlgorithmType });
const delay = ["chat-blue#deregistrationDelay"];
const algorithm = ["chat-blue#loadBalancingAlgorithmType"];

cases(rule, {
  passes: [
    ["the shortest delay", after(300)],
    ["the longest delay", after(3600)],
    ["AWS's defaults", targetGroup({})],
    ["null", targetGroup({ deregistrationDelay: null, loadBalancingAlgorithmType: null })],
    ["a secret delay", after(secret(300))],
    ["turns", by("round_robin")],
    ["the fewest requests", by("least_outstanding_requests")],
    ["chance", by("weighted_random")],
  ],
  reports: [
    ["no delay", after(0), delay],
    ["a short delay", after(30), delay],
    ["one second too few", after(299), delay],
    ["more than AWS takes", after(3601), delay],
    ["an unknown delay", after(unknown), delay],
    ["a delay as text", after("300"), delay],
    ["a list", after([300]), delay],
    ["an algorithm as the generated documentation prints it", by("leastOutstandingRequests"), algorithm],
    ["an unknown algorithm", by(unknown), algorithm],
    ["a number as algorithm", by(1), algorithm],
    [
      "both",
      targetGroup({ deregistrationDelay: 0, loadBalancingAlgorithmType: "random" }),
      [...delay, ...algorithm],
    ],
    ["a group under its other name", { ...after(0), type: "aws:alb/targetGroup:TargetGroup" }, delay],
    ["less than longer streams take", after(300), delay, { config: { maxStreamSeconds: 600 } }],
    [
      "a configuration below the floor",
      after(300),
      ["chat-blue#configuration.maxStreamSeconds"],
      { config: { maxStreamSeconds: 60 } },
    ],
  ],
});
