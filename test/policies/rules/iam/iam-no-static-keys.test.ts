import { iamNoStaticKeys as rule } from "../../../../policies/rules/iam/iam-no-static-keys.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const made = (type: string, props: Given["props"] = { user: "ops" }, name = "ops"): Given => ({
  type,
  name,
  props,
});
const key = "aws:iam/accessKey:AccessKey";

cases(rule, {
  passes: [
    ["a role", made("aws:iam/role:Role")],
    ["an identity of pods", made("aws:eks/podIdentityAssociation:PodIdentityAssociation")],
    ["a provider of identities", made("aws:iam/openIdConnectProvider:OpenIdConnectProvider")],
  ],
  reports: [
    ["an access key", made(key), ["ops#type"]],
    ["a user", made("aws:iam/user:User"), ["ops#type"]],
    ["a password for the console", made("aws:iam/userLoginProfile:UserLoginProfile"), ["ops#type"]],
    [
      "a credential of one service",
      made("aws:iam/serviceSpecificCredential:ServiceSpecificCredential"),
      ["ops#type"],
    ],
    ["an access key of an unknown user", made(key, { user: unknown }), ["ops#type"]],
    ["an inactive access key", made(key, { status: "Inactive" }), ["ops#type"]],
    ["a secret one", made(key, { user: secret("ops") }), ["ops#type"]],
    ["one without anything", made(key, {}), ["ops#type"]],
    ["each of two", [made(key), made(key, {}, "other")], ["ops#type", "other#type"]],
  ],
});
