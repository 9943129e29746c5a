import { podNoServiceAccountToken as rule } from "../../../../policies/rules/kubernetes/pod-no-service-account-token.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { inNamespace } from "../../fixtures/kubernetes.ts";
import { deployment, engine, inEveryWorkload } from "../../workload.ts";

const account = (
  automountServiceAccountToken: Wire,
  name: Wire = "engine",
  namespace: Wire = "models",
): Given => ({
  type: "kubernetes:core/v1:ServiceAccount",
  name: "account",
  props: { metadata: { name, namespace }, automountServiceAccountToken },
});
const workload = (pod: Given["props"], namespace: Wire = "models") =>
  inNamespace(deployment([engine], { serviceAccountName: "engine", ...pod }), namespace);
const silent = workload({});
const withToken = (serviceAccountToken: Wire) =>
  workload({
    automountServiceAccountToken: false,
    volumes: [
      { name: "tmp", emptyDir: {} },
      { name: "token", projected: { sources: [{ serviceAccountToken }] } },
    ],
  });
const finding = ["chat-blue#automountServiceAccountToken"];

cases(rule, {
  passes: [
    ["a pod that wants none", workload({ automountServiceAccountToken: false })],
    ["a secret no", workload({ automountServiceAccountToken: secret(false) })],
    ["a pod whose account wants none", [account(false), silent]],
    [
      "the same in the old field",
      [account(false), workload({ serviceAccountName: null, serviceAccount: "engine" })],
    ],
    [
      "the default account of its namespace",
      [account(false, "default", null), workload({ serviceAccountName: null }, null)],
    ],
    [
      "a workload that is named like its account",
      [account(false, silent.name), workload({ serviceAccountName: silent.name })],
    ],
    ["a controller that is listed", silent, { config: { apiClients: ["models/engine"] } }],
    [
      "a volume of something else than tokens",
      workload({
        automountServiceAccountToken: false,
        volumes: [{ name: "scripts", projected: { sources: [{ configMap: { name: "scripts" } }] } }],
      }),
    ],
    ["a token for another audience", withToken({ audience: "sts.amazonaws.com", path: "token" })],
  ],
  reports: [
    ["a pod that says nothing, of an account outside the stack", silent, finding],
    ["an account that says nothing", [account(null), silent], finding],
    ["an account that wants one", [account(true), silent], finding],
    [
      "the pod's word against its account's",
      [account(false), workload({ automountServiceAccountToken: true })],
      finding,
    ],
    ["a text", workload({ automountServiceAccountToken: "false" }), finding],
    ["an unknown word", [account(false), workload({ automountServiceAccountToken: unknown })], finding],
    ["an unknown account", [account(false), workload({ serviceAccountName: unknown })], finding],
    ["an account of unknown name", [account(false, unknown), silent], finding],
    ["an account of unknown word", [account(unknown), silent], finding],
    ["the account of that name in another namespace", [account(false, "engine", "tools"), silent], finding],
    ["another account of the namespace", [account(false, "stage"), silent], finding],
    [
      "one of two accounts of that name",
      [account(false), { ...account(null), name: "again" }, silent],
      finding,
    ],
    [
      "the other of two accounts of that name",
      [account(null), { ...account(false), name: "again" }, silent],
      finding,
    ],
    ["a pod in an unknown namespace", [account(false), workload({}, unknown)], finding],
    ["a listed name of another namespace", silent, finding, { config: { apiClients: ["tools/engine"] } }],
    [
      "a setting that names no account, and uses the default",
      silent,
      ["stack#configuration.apiClients", ...finding],
      { config: { apiClients: ["engine"] } },
    ],
    ["a token by its volume", withToken({ path: "token" }), ["chat-blue#volumes.1.projected"]],
    [
      "a token without audience, which is for the API",
      withToken({ audience: "" }),
      ["chat-blue#volumes.1.projected"],
    ],
    [
      "a token for the API by name",
      withToken({ audience: "https://kubernetes.default.svc" }),
      ["chat-blue#volumes.1.projected"],
    ],
    ["an unknown audience", withToken({ audience: unknown }), ["chat-blue#volumes.1.projected"]],
    ["an unknown token", withToken(unknown), ["chat-blue#volumes.1.projected"]],
    [
      "unknown volumes",
      workload({ automountServiceAccountToken: false, volumes: unknown }),
      ["chat-blue#volumes.0.projected"],
    ],
    [
      "each of several",
      [
        { ...silent, name: "a" },
        { ...silent, name: "b" },
      ],
      ["a", "b"].map((name) => `${name}#automountServiceAccountToken`),
    ],
    ["every kind of workload", ...inEveryWorkload({ containers: [engine] }, "automountServiceAccountToken")],
  ],
});
