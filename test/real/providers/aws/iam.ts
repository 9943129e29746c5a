import { hex } from "../cloud.ts";
import { text } from "../values.ts";
import type { Kind } from "./kind.ts";

export const iamKinds: Readonly<Record<string, Kind>> = {
  "aws:iam/role:Role": {
    autoName: ["name", 64],
    once: ({ name }) => text(name),
    replacedBy: ["name", "path"],
    defaults: { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
    made: ({ name }, place) => ({
      id: text(name),
      arn: place.globalArn("iam", `role/${name}`),
      uniqueId: `AROA${hex(16).toUpperCase()}`,
      createDate: "2026-11-28T00:00:00Z",
      namePrefix: "",
    }),
    shown: (role) => ({ inlinePolicies: [], managedPolicyArns: [], description: role.description ?? "" }),
    heldBy: ["aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    untagged: true,
    autoName: ["name", 128],
    once: ({ role, name }) => `${role} ${name}`,
    overwrites: true,
    replacedBy: ["name", "role"],
    made: ({ role, name }) => ({ id: `${role}:${name}`, namePrefix: "" }),
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    untagged: true,
    once: ({ role, policyArn }) => `${role} ${policyArn}`,
    overwrites: true,
    replacedBy: ["policyArn", "role"],
    made: ({ role }) => ({ id: `${role}-${hex(26)}` }),
    importedAs: ({ role, policyArn }) => `${role}/${policyArn}`,
  },
  "aws:iam/policy:Policy": {
    autoName: ["name", 128],
    once: ({ name }) => text(name),
    replacedBy: ["name", "path", "description"],
    defaults: { path: "/" },
    made: ({ name }, place) => ({
      id: place.globalArn("iam", `policy/${name}`),
      arn: place.globalArn("iam", `policy/${name}`),
      policyId: `ANPA${hex(16).toUpperCase()}`,
      attachmentCount: 0,
      namePrefix: "",
    }),
    heldBy: ["aws:iam/rolePolicyAttachment:RolePolicyAttachment"],
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    once: ({ url }) => text(url),
    replacedBy: ["url"],
    made: ({ url }, place) => {
      const arn = place.globalArn("iam", `oidc-provider/${text(url).replace("https://", "")}`);
      return { id: arn, arn, thumbprintLists: [] };
    },
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    autoName: ["name", 128],
    once: ({ name }) => text(name),
    replacedBy: ["name", "path"],
    defaults: { path: "/" },
    made: ({ name }, place) => ({
      id: text(name),
      arn: place.globalArn("iam", `instance-profile/${name}`),
      uniqueId: `AIPA${hex(16).toUpperCase()}`,
      createDate: "2026-11-28T00:00:00Z",
      namePrefix: "",
    }),
  },
};
