import { interruptionQueueSet as rule } from "../../../../policies/rules/nodes/interruption-queue-set.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const queue: Given = { type: "aws:sqs/queue:Queue", name: "interruptions", props: {} };
const release = (values: Given["props"], chart = "oci://public.ecr.aws/karpenter/karpenter"): Given => ({
  type: "kubernetes:helm.sh/v3:Release",
  name: "karpenter",
  props: { chart, values },
});
const withQueue = (interruptionQueue: Given["props"][string]) => release({ settings: { interruptionQueue } });
const at = ["karpenter#values.settings.interruptionQueue"];

cases(rule, {
  passes: [
    ["the queue's name", [withQueue("gantry-dev"), queue]],
    ["a name known after creation", [withQueue(unknown), queue]],
    ["a secret name", [withQueue(secret("gantry-dev")), queue]],
    ["other charts", [release({}, "keda")]],
    ["the chart of definitions", [release({}, "oci://public.ecr.aws/karpenter/karpenter-crd")]],
    ["a stack without Karpenter", []],
  ],
  reports: [
    ["no name", [release({ settings: {} }), queue], at],
    ["an empty name", [withQueue(""), queue], at],
    ["a name at the wrong level", [release({ interruptionQueue: "gantry-dev" }), queue], at],
    ["a name of no queue", [withQueue("gantry-dev")], at],
    ["a boolean", [withQueue(true), queue], at],
    ["a number", [withQueue(1), queue], at],
    ["null", [withQueue(null), queue], at],
  ],
});
