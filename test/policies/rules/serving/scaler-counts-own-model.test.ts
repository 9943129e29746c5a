import { scalerCountsOwnModel as rule } from "../../../../policies/rules/serving/scaler-counts-own-model.ts";
import { unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { slot } from "../../slot.ts";

const labels = { "gantry.dev/model": "chat", "gantry.dev/colour": "blue" };
const scaled = (query: Wire, type: Wire = "prometheus") =>
  slot({ labels, scaler: { triggers: [{ type, metadata: { query } }] } }).all;
const reading = (serverAddress: Wire) => {
  const query = 'sum(vllm:num_requests_waiting{model="chat",colour="blue"})';
  const triggers = [{ type: "prometheus", metadata: { serverAddress, query } }];
  return slot({ labels, scaler: { triggers } }).all;
};
const at = ["chat-blue#spec.triggers.0.metadata.query"];

cases(rule, {
  passes: [
    ["its own labels", scaled('sum(vllm:num_requests_waiting{model="chat",colour="blue"})')],
    ["a figure by pods' names", scaled('sum(DCGM_FI_DEV_GPU_UTIL{exported_pod=~"chat-blue-.*"})')],
    ["a trigger of another type", scaled("x", "cron")],
    ["a Prometheus of the cluster", reading("http://prometheus-operated.monitoring.svc:9090")],
    ["Amazon's Prometheus", reading("https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-0a1b2c3d")],
    ["an address that is known later", reading(unknown)],
    ["no scaler", slot({ labels }).all.slice(0, 4)],
  ],
  reports: [
    ["the processor's load alone", scaled("x", "cpu"), ["chat-blue#spec.triggers"]],
    [
      "a server outside the cluster",
      reading("http://metrics.example.com:9090"),
      ["chat-blue#spec.triggers.0.metadata.serverAddress"],
    ],
    ["another model", scaled('vllm:num_requests_waiting{model="code",colour="blue"}'), at],
    ["another slot", scaled('vllm:num_requests_waiting{model="chat",colour="green"}'), at],
    ["every model", scaled('vllm:num_requests_waiting{colour="blue"}'), at],
    ["models by a pattern", scaled('vllm:num_requests_waiting{model=~"chat",colour="blue"}'), at],
    ["all but its own", scaled('vllm:num_requests_waiting{model!="chat",colour="blue"}'), at],
    ["a query that is unknown", scaled(unknown), at],
    ["no query", scaled(null), at],
  ],
});
