import { cacheEncryptedAndAuthenticated as rule } from "../../../../policies/rules/data/cache-encrypted-and-authenticated.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const resource = (kind: string, props: Given["props"], name = "counters"): Given => ({
  type: `aws:elasticache/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`,
  name,
  props,
});
const good = {
  engine: "valkey",
  atRestEncryptionEnabled: true,
  transitEncryptionEnabled: true,
  transitEncryptionMode: "required",
  userGroupIds: [unknown],
};
const group = (props: Given["props"] = {}) => resource("ReplicationGroup", { ...good, ...props });
const user = (props: Given["props"]) => resource("User", { engine: "valkey", accessString: "on", ...props });
const application = { "gantry.dev/purpose": "application" };
const at = (path: string) => [`counters#${path}`];

cases(rule, {
  passes: [
    ["users, with every id unknown", group()],
    [
      "a write-only token",
      group({ userGroupIds: null, authTokenWo: secret(unknown), authTokenWoVersion: 1 }),
    ],
    ["an application's without users", group({ userGroupIds: null, tags: application })],
    ["an application's serverless cache without users", resource("ServerlessCache", { tags: application })],
    ["a secret mode", group({ transitEncryptionMode: secret("required") })],
    [
      "a serverless cache with users",
      resource("ServerlessCache", { engine: "valkey", userGroupId: unknown }),
    ],
    ["a serverless cache with users by name", resource("ServerlessCache", { userGroupId: "gateway" })],
    ["memcached", resource("Cluster", { engine: "memcached" })],
    ["a node of a group", resource("Cluster", { replicationGroupId: unknown })],
    ["a user with a password", user({ passwords: [secret(unknown)] })],
    ["a user by IAM", user({ authenticationMode: { type: "iam" }, noPasswordRequired: false })],
  ],
  reports: [
    [
      "plain connections beside encrypted ones",
      group({ transitEncryptionMode: "preferred" }),
      at("transitEncryptionMode"),
    ],
    ["no mode", group({ transitEncryptionMode: null }), at("transitEncryptionMode")],
    ["an unknown mode", group({ transitEncryptionMode: unknown }), at("transitEncryptionMode")],
    ["plain connections", group({ transitEncryptionEnabled: false }), at("transitEncryptionEnabled")],
    ["encryption as text", group({ transitEncryptionEnabled: "true" }), at("transitEncryptionEnabled")],
    ["disks in clear", group({ atRestEncryptionEnabled: null }), at("atRestEncryptionEnabled")],
    [
      "disks that may be in clear",
      group({ atRestEncryptionEnabled: unknown }),
      at("atRestEncryptionEnabled"),
    ],
    [
      "an application's in clear",
      group({ userGroupIds: null, transitEncryptionEnabled: false, tags: application }),
      at("transitEncryptionEnabled"),
    ],
    ["no group of users", group({ userGroupIds: null }), at("userGroupIds")],
    ["no groups", group({ userGroupIds: [] }), at("userGroupIds")],
    ["a group without a name", group({ userGroupIds: [""] }), at("userGroupIds")],
    ["groups that aren't known", group({ userGroupIds: unknown }), at("userGroupIds")],
    [
      "a literal password",
      group({ userGroupIds: null, authToken: "the-password" }),
      [...at("authToken"), ...at("userGroupIds")],
    ],
    ["a generated password in the state", group({ authToken: secret(unknown) }), at("authToken")],
    [
      "everything at once",
      resource("ReplicationGroup", {}),
      [
        ...at("atRestEncryptionEnabled"),
        ...at("transitEncryptionEnabled"),
        ...at("transitEncryptionMode"),
        ...at("userGroupIds"),
      ],
    ],
    ["a serverless cache for anyone", resource("ServerlessCache", { engine: "redis" }), at("userGroupId")],
    [
      "a serverless cache whose users have no name",
      resource("ServerlessCache", { userGroupId: "" }),
      at("userGroupId"),
    ],
    [
      "a plain cluster",
      resource("Cluster", { engine: "redis", transitEncryptionEnabled: true }),
      at("engine"),
    ],
    ["a plain cluster of unknown engine", resource("Cluster", { engine: unknown }), at("engine")],
    ["a user without a password", user({ noPasswordRequired: true }), at("noPasswordRequired")],
    ["a user that may need none", user({ noPasswordRequired: unknown }), at("noPasswordRequired")],
    [
      "the same, written otherwise",
      user({ authenticationMode: { type: "no-password-required" } }),
      at("authenticationMode.type"),
    ],
    ["a user of unknown ways", user({ authenticationMode: unknown }), at("authenticationMode.type")],
  ],
});
