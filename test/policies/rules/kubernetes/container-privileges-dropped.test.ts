import { containerPrivilegesDropped as rule } from "../../../../policies/rules/kubernetes/container-privileges-dropped.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { deployment, inEveryWorkload } from "../../workload.ts";

const tight = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};
const container = (securityContext: Wire, name = "engine") => ({ name, securityContext });
const withContext = (more: { readonly [field: string]: Wire }) =>
  deployment([container({ ...tight, ...more })]);
const finding = (field: string, path = "containers.engine") => `chat-blue#${path}.securityContext.${field}`;
const bad = { ...tight, privileged: true };

cases(rule, {
  passes: [
    ["a container that drops all", withContext({})],
    ["what is off and empty", withContext({ privileged: false, capabilities: { drop: ["ALL"], add: [] } })],
    ["secrets", withContext({ allowPrivilegeEscalation: secret(false), privileged: secret(false) })],
    ["a local profile", withContext({ seccompProfile: { type: "Localhost", localhostProfile: "a.json" } })],
    [
      "the pod's profile",
      deployment([container({ ...tight, seccompProfile: null })], {
        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      }),
    ],
    ["a workload without containers", deployment([])],
  ],
  reports: [
    ["a privileged container", withContext({ privileged: true }), [finding("privileged")]],
    ["privileges in a text", withContext({ privileged: "false" }), [finding("privileged")]],
    [
      "an unset escalation",
      withContext({ allowPrivilegeEscalation: null }),
      [finding("allowPrivilegeEscalation")],
    ],
    ["escalation", withContext({ allowPrivilegeEscalation: true }), [finding("allowPrivilegeEscalation")]],
    ["small letters", withContext({ capabilities: { drop: ["all"] } }), [finding("capabilities.drop")]],
    [
      "a single capability",
      withContext({ capabilities: { drop: ["NET_RAW"] } }),
      [finding("capabilities.drop")],
    ],
    ["a text of all", withContext({ capabilities: { drop: "ALL" } }), [finding("capabilities.drop")]],
    [
      "a capability that comes back",
      withContext({ capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } }),
      [finding("capabilities.add")],
    ],
    ["no profile", withContext({ seccompProfile: null }), [finding("seccompProfile.type")]],
    [
      "a profile that lets all through",
      withContext({ seccompProfile: { type: "Unconfined" } }),
      [finding("seccompProfile.type")],
    ],
    [
      "a container without the profile of its pod",
      deployment([container({ ...tight, seccompProfile: { type: "Unconfined" } })], {
        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      }),
      [finding("seccompProfile.type")],
    ],
    [
      "AppArmor switched off",
      withContext({ appArmorProfile: { type: "Unconfined" } }),
      [finding("appArmorProfile.type")],
    ],
    [
      "a type of SELinux that confines nothing",
      withContext({ seLinuxOptions: { type: "spc_t" } }),
      [finding("seLinuxOptions.type")],
    ],
    ["an unmasked /proc", withContext({ procMount: "Unmasked" }), [finding("procMount")]],
    [
      "an unknown field",
      withContext({ allowPrivilegeEscalation: unknown }),
      [finding("allowPrivilegeEscalation")],
    ],
    [
      "no security context",
      deployment([{ name: "engine" }]),
      ["allowPrivilegeEscalation", "capabilities.drop", "seccompProfile.type"].map((field) => finding(field)),
    ],
    [
      "a container that is unknown, and its neighbour",
      deployment([unknown, container(bad, "side")]),
      [
        ...[
          "privileged",
          "allowPrivilegeEscalation",
          "capabilities.drop",
          "capabilities.add",
          "seccompProfile.type",
          "windowsOptions.hostProcess",
          "procMount",
          "appArmorProfile.type",
          "seLinuxOptions.type",
        ].map((field) => finding(field, "containers.0")),
        finding("privileged", "containers.side"),
      ],
    ],
    [
      "a bad container in every list",
      deployment([container(bad)], {
        initContainers: [container(bad)],
        ephemeralContainers: [container(bad)],
      }),
      ["containers", "initContainers", "ephemeralContainers"].map((list) =>
        finding("privileged", `${list}.engine`),
      ),
    ],
    [
      "every kind of workload",
      ...inEveryWorkload({ containers: [container(bad)] }, "containers.engine.securityContext.privileged"),
    ],
  ],
});
