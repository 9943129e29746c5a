import { weightsReachable as rule } from "../../../../policies/rules/network/weights-reachable.ts";
import { unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { deployment, engine } from "../../workload.ts";

const pods = {
  ...deployment([engine]),
  props: { metadata: { name: "chat-blue", namespace: "models" }, ...deployment([engine]).props },
};
const policy = (egress: Wire) => ({
  type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  name: "engines",
  props: {
    metadata: { name: "engines", namespace: "models" },
    spec: { podSelector: {}, policyTypes: ["Egress"], egress },
  },
});
const way = (cidr: string, port: Wire) => ({
  to: [{ ipBlock: { cidr } }],
  ports: [{ port, protocol: "TCP" }],
});
const storage = way("52.216.0.0/15", 443);
const agent = way("169.254.170.23/32", 80);
const at = ["chat-blue#networkPolicy.egress"];

cases(rule, {
  passes: [
    ["no policy", pods],
    ["both ways", [pods, policy([storage, agent])]],
    ["everything", [pods, policy([{}])]],
    ["pods that load nothing", [policy([]), deployment([{ name: "web", image: "a/web:1" }])]],
  ],
  reports: [
    ["no way", [pods, policy([])], at],
    ["no storage", [pods, policy([agent])], at],
    ["no agent", [pods, policy([storage])], at],
    ["another port", [pods, policy([way("52.216.0.0/15", 80), agent])], at],
    ["an unknown port", [pods, policy([way("52.216.0.0/15", unknown), agent])], at],
    ["an unknown list", [pods, policy(unknown)], at],
    ["another agent", [pods, policy([storage, way("169.254.169.254/32", 80)])], at],
  ],
});
