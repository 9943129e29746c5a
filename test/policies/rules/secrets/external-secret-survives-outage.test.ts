import { externalSecretSurvivesOutage as rule } from "../../../../policies/rules/secrets/external-secret-survives-outage.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const object = (spec: Wire, kind = "ExternalSecret", version = "v1"): Given => ({
  type: `kubernetes:external-secrets.io/${version}:${kind}`,
  name: "key",
  props: { metadata: { name: "key", namespace: "models" }, spec },
});
const synced = (spec: Given["props"]) =>
  object({ refreshInterval: "5m", target: { deletionPolicy: "Retain" }, ...spec });
const store = (conditions: Wire) => object({ conditions }, "ClusterSecretStore");
const interval = ["key#spec.refreshInterval"];
const deletion = ["key#spec.target.deletionPolicy"];
const first = ["key#spec.conditions.0"];

cases(rule, {
  passes: [
    ["five minutes and Retain", synced({})],
    ["the defaults", object({ data: [] })],
    ["exactly an hour", synced({ refreshInterval: "1h0m0s" })],
    ["a secret interval", synced({ refreshInterval: secret("5m") })],
    ["a periodic refresh", synced({ refreshPolicy: "Periodic" })],
    ["a store for named namespaces", store([{ namespaces: ["models", "monitoring"] }])],
    ["a store by label", store([{ namespaceSelector: { matchLabels: { team: "serving" } } }])],
    ["a store of one namespace", object({ provider: {} }, "SecretStore")],
    ["one for several namespaces", object({ externalSecretSpec: {} }, "ClusterExternalSecret")],
  ],
  reports: [
    ["Delete", synced({ target: { deletionPolicy: "Delete" } }), deletion],
    ["Merge", synced({ target: { deletionPolicy: "Merge" } }), deletion],
    ["an unknown target", synced({ target: unknown }), deletion],
    ["no refresh", synced({ refreshInterval: "0" }), interval],
    ["no refresh in seconds", synced({ refreshInterval: "0s" }), interval],
    ["more than an hour", synced({ refreshInterval: "61m" }), interval],
    ["an interval that is a number", synced({ refreshInterval: 300 }), interval],
    ["an unknown interval", synced({ refreshInterval: unknown }), interval],
    ["a refresh at creation only", synced({ refreshPolicy: "CreatedOnce" }), ["key#spec.refreshPolicy"]],
    ["an unknown spec", object(unknown), [...interval, "key#spec.refreshPolicy", ...deletion]],
    [
      "several at once, for several namespaces",
      object(
        { externalSecretSpec: { refreshInterval: "2h", target: { deletionPolicy: "Delete" } } },
        "ClusterExternalSecret",
      ),
      ["key#spec.externalSecretSpec.refreshInterval", "key#spec.externalSecretSpec.target.deletionPolicy"],
    ],
    ["an old version", object({}, "ExternalSecret", "v1beta1"), ["key#apiVersion"]],
    [
      "an old store",
      object({ conditions: [{ namespaces: ["a"] }] }, "SecretStore", "v1alpha1"),
      ["key#apiVersion"],
    ],
    ["a store without conditions", store(null), ["key#spec.conditions"]],
    ["a store with none", store([]), ["key#spec.conditions"]],
    ["a store with unknown ones", store(unknown), first],
    ["a store with an empty condition", store([{}]), first],
    ["a store for no namespace by name", store([{ namespaces: [] }]), first],
    ["a store for an unknown namespace", store([{ namespaces: ["models", unknown] }]), first],
    ["a store for a namespace without a name", store([{ namespaces: ["models", ""] }]), first],
    [
      "a store by an unknown label",
      store([{ namespaceSelector: { matchLabels: { team: unknown } } }]),
      first,
    ],
    ["a store for every label", store([{ namespaceSelector: {} }]), first],
    ["a store by pattern", store([{ namespaces: ["models"], namespaceRegexes: [".*"] }]), first],
    [
      "one open condition of two",
      store([{ namespaces: ["models"] }, { namespaceSelector: { matchLabels: {} } }]),
      ["key#spec.conditions.1"],
    ],
  ],
});
