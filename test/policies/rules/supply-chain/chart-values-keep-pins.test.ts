import { chartValuesKeepPins as rule } from "../../../../policies/rules/supply-chain/chart-values-keep-pins.ts";
import { unknown } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { chart } from "../../fixtures/outside.ts";

const at = (path: string) => [`keda#values${path}`];
const digest = `sha256:${"0a".repeat(32)}`;

cases(rule, {
  passes: [
    ["sizes", chart({ replicas: 2, resources: { limits: { memory: "1Gi" } } })],
    ["no values", chart(null)],
    ["an image by its digest", chart({ image: { repository: "a/b", digest } })],
    ["an image as a text with its digest", chart({ image: `a/b@${digest}` })],
    ["nothing in place of an image", chart({ image: { tag: "" }, extraObjects: [] })],
    ["a value that is unknown", chart({ region: unknown })],
    [
      "where the chart's own sidecar looks",
      chart({ sidecar: { dashboards: { searchNamespace: "monitoring" } } }),
    ],
    [
      "a path that is listed",
      chart({ image: { tag: "v1" } }),
      { config: { allowedValues: ["keda#values.image.tag"] } },
    ],
  ],
  reports: [
    ["a tag", chart({ image: { tag: "latest" } }), at(".image.tag")],
    ["a tag that is unknown", chart({ image: { tag: unknown } }), at(".image.tag")],
    [
      "a registry for all",
      chart({ global: { imageRegistry: "evil.example.com" } }),
      at(".global.imageRegistry"),
    ],
    ["a text", chart({ webhooks: { image: "a/b:1" } }), at(".webhooks.image")],
    ["more containers", chart({ extraContainers: [{ name: "a" }] }), at(".extraContainers")],
    ["a sidecar", chart({ sidecar: [{ name: "a" }] }), at(".sidecar")],
    [
      "another image or command of the chart's own sidecar",
      chart({ sidecar: { image: { tag: "main" }, command: ["sh"] } }),
      [...at(".sidecar.image.tag"), ...at(".sidecar.command")],
    ],
    ["more objects", chart({ extraObjects: [{ kind: "Pod" }] }), at(".extraObjects")],
    ["the node's network", chart({ hostNetwork: true }), at(".hostNetwork")],
    ["root", chart({ securityContext: { runAsUser: 0 } }), at(".securityContext.runAsUser")],
    ["values that are unknown", chart(unknown), at("")],
    [
      "a path of another release's",
      chart({ privileged: true }),
      at(".privileged"),
      { config: { allowedValues: ["other#values.privileged"] } },
    ],
  ],
});
