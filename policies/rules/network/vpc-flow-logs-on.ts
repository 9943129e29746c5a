import type { StackRule } from "../../framework/rule.ts";
import { at, type Value } from "../../framework/value.ts";
import { onlyBehind } from "../../read/aws/behind.ts";
import { vpcs } from "../../read/aws/vpc.ts";

const flowLog = "aws:ec2/flowLog:FlowLog";

export const vpcFlowLogsOn: StackRule = {
  name: "vpc-flow-logs-on",
  title: "Every VPC has a flow log that includes rejected traffic.",
  why: "After an incident the flow log shows which addresses tried what, and whether data left; it can't be enabled retroactively.",
  fix: "Add a FlowLog with the VPC's id and trafficType ALL.",
  severity: "medium",
  relatedChecks: ["CKV2_AWS_11", "AwsSolutions-VPC7"],
  resourceTypes: [...vpcs, flowLog],
  example: {
    good: "new FlowLog(name, { vpcId: vpc.id, trafficType: ALL, … })",
    bad: "new FlowLog(name, { vpcId: vpc.id, trafficType: ACCEPT, … })",
  },

  *checkStack({ resources }) {
    const logs = resources.filter(({ type, props }) => type === flowLog && logsRejected(props));
    const logged = new Set(logs.map((log) => onlyBehind(log, "vpcId", vpcs)));
    for (const resource of resources.filter(({ type }) => vpcs.includes(type)))
      if (!logged.has(resource))
        yield {
          resource,
          path: "flowLog",
          problem: "the VPC has no flow log of rejected traffic",
          allowed: "a FlowLog with the VPC's id and trafficType ALL or REJECT, known at preview",
        };
  },
};

function logsRejected(props: Value): boolean {
  const traffic = at(props, "trafficType");
  return traffic === "ALL" || traffic === "REJECT";
}
