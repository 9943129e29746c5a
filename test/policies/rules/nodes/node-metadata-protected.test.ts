import { nodeMetadataProtected as rule } from "../../../../policies/rules/nodes/node-metadata-protected.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { nodeClassWith, templateWith } from "../../fixtures/nodes.ts";

const template = (metadataOptions: Given["props"][string]) => templateWith({ metadataOptions });
const group = (props: Given["props"], type = "eks:index:ManagedNodeGroup"): Given => ({
  type,
  name: "system",
  props,
});
const good = { httpTokens: "required", httpPutResponseHopLimit: 1 };

cases(rule, {
  passes: [
    ["a template with a token and one hop", template(good)],
    ["a template without the default hop limit", template({ httpTokens: "required" })],
    ["a secret", template({ httpTokens: secret("required") })],
    ["a node class that says nothing", nodeClassWith({})],
    ["a node class that says it", nodeClassWith({ metadataOptions: good })],
    ["a group with a template", group({ launchTemplate: { id: unknown } })],
    ["a group that asks for tokens", group({ enableIMDSv2: true }, "aws:eks/nodeGroup:NodeGroup")],
  ],
  reports: [
    ["an optional token", template({ httpTokens: "optional" }), ["system#metadataOptions.httpTokens"]],
    ["a template that says nothing", templateWith({}), ["system#metadataOptions.httpTokens"]],
    ["null", template(null), ["system#metadataOptions.httpTokens"]],
    [
      "two hops",
      template({ ...good, httpPutResponseHopLimit: 2 }),
      ["system#metadataOptions.httpPutResponseHopLimit"],
    ],
    [
      "hops as text",
      template({ ...good, httpPutResponseHopLimit: "1" }),
      ["system#metadataOptions.httpPutResponseHopLimit"],
    ],
    [
      "an unknown block",
      template(unknown),
      ["system#metadataOptions.httpPutResponseHopLimit", "system#metadataOptions.httpTokens"],
    ],
    [
      "a node class without a token",
      nodeClassWith({ metadataOptions: { httpTokens: "optional" } }),
      ["l40s#spec.metadataOptions.httpTokens"],
    ],
    ["a group that says nothing", group({ cluster: "main" }), ["system#enableIMDSv2"]],
    ["a group that says it in a text", group({ enableIMDSv2: "true" }), ["system#enableIMDSv2"]],
  ],
});
