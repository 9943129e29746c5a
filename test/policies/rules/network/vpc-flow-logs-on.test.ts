import { vpcFlowLogsOn as rule } from "../../../../policies/rules/network/vpc-flow-logs-on.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { flowLog, vpc } from "../../fixtures/network.ts";

const other: Given = { ...vpc, name: "other" };
const subnet: Given = { type: "aws:ec2/subnet:Subnet", name: "a", props: {} };
const ofSubnet: Given = {
  ...flowLog({}),
  props: { subnetId: unknown, trafficType: "ALL" },
  behind: { subnetId: [subnet] },
};
const missing = ["network#flowLog"];

cases(rule, {
  passes: [
    ["a log of everything", [vpc, flowLog({ trafficType: "ALL" })]],
    ["a log of what was refused", [vpc, flowLog({ trafficType: "REJECT" })]],
    ["a secret", [vpc, flowLog({ trafficType: secret("ALL") })]],
    [
      "two logs, one of which is enough",
      [vpc, flowLog({ trafficType: "ACCEPT" }), { ...flowLog({ trafficType: "REJECT" }), name: "refused" }],
    ],
    [
      "a log of each",
      [
        vpc,
        other,
        flowLog({ trafficType: "ALL" }),
        { ...flowLog({ trafficType: "ALL" }, [other]), name: "second" },
      ],
    ],
    ["a stack without a VPC", [subnet]],
  ],
  reports: [
    ["no log", [vpc], missing],
    ["a log of what got through", [vpc, flowLog({ trafficType: "ACCEPT" })], missing],
    ["no traffic stated", [vpc, flowLog({})], missing],
    ["unknown traffic", [vpc, flowLog({ trafficType: unknown })], missing],
    ["traffic in another case", [vpc, flowLog({ trafficType: "all" })], missing],
    ["traffic as a list", [vpc, flowLog({ trafficType: ["ALL"] })], missing],
    ["a log of a subnet only", [vpc, subnet, ofSubnet], missing],
    ["a log of another VPC", [vpc, other, flowLog({ trafficType: "ALL" }, [other])], missing],
    [
      "a log that may be of either",
      [vpc, other, flowLog({ trafficType: "ALL" }, [vpc, other])],
      [...missing, "other#flowLog"],
    ],
    ["a log of a VPC outside the stack", [vpc, flowLog({ trafficType: "ALL" }, [])], missing],
  ],
});
