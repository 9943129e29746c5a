import { unknown, type Wire } from "../../../scripts/plan/wire.ts";
import type { Addition } from "../additions.ts";
import { added, aws, changed, object, type Way } from "./way.ts";

const deployment = "kubernetes:apps/v1:Deployment";
const pod = "spec.template.spec";
const zone = "aws:route53/zone:Zone";
const budget = "aws:budgets/budget:Budget";
const configMap = "kubernetes:core/v1:ConfigMap";

/** A text of a file of the gateway replaced, in the ConfigMap that has it. */
const inFile = (file: string, from: string | RegExp, to: string) => (data: Wire) => {
  const files = data as Readonly<Record<string, Wire>>;
  const text = files[file];
  return typeof text === "string" ? { ...files, [file]: text.replace(from, to) } : files;
};
const tenants = (from: string | RegExp, to: string) =>
  [configMap, "data", inFile("tenants.yaml", from, to)] as const;
const reads = (bucketAndKey: string) =>
  aws("iam/rolePolicy:RolePolicy", {
    role: "way",
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucketAndKey}` }],
    }),
  });
const redirects = (redirect: Wire, type = "lb"): Addition => ({
  ...aws(`${type}/listenerRule:ListenerRule`, {
    priority: 1,
    actions: [{ type: "redirect", redirect }],
    conditions: [{ pathPattern: { values: ["/*"] } }],
  }),
  behind: { listenerArn: ["Listener edge"] },
});
const interfaces = (
  spec: Readonly<Record<string, Wire>>,
  namespace = "models",
  kind = "v1beta1:SecurityGroupPolicy",
) => object(`vpcresources.k8s.aws/${kind}`, spec, { metadata: { name: "way", namespace } });
const groups = { securityGroups: { groupIds: ["sg-0123456789abcdef0"] } };

/** What takes a limit away without taking it out, and what reaches an engine beside its API. */
export const limits: readonly Way[] = [
  ...changed("what reaches into an engine's container", ["engine-surface-minimal"], {
    "processes that its pod shares": [deployment, `${pod}.shareProcessNamespace`, true],
    "processes shared by a text": [deployment, `${pod}.shareProcessNamespace`, "true"],
    "processes shared, or not": [deployment, `${pod}.shareProcessNamespace`, unknown],
    "a folder that others write to": [deployment, `${pod}.containers.0.workingDir`, "/cache"],
    "a folder that isn't known": [deployment, `${pod}.containers.0.workingDir`, unknown],
  }),
  ...changed("limits of tenants that limit nothing", ["tenant-limits-complete"], {
    "no characters": tenants(/ {4}inputCharacters: \d+\n/, ""),
    "characters of null": tenants(/inputCharacters: \d+/, "inputCharacters: null"),
    "negative characters": tenants(/inputCharacters: \d+/, "inputCharacters: -1"),
    "characters without end": tenants(/inputCharacters: \d+/, "inputCharacters: 999999999999"),
    "no limit of users": tenants(/ {4}users:\n {6}requestsPerMinute: \d+\n/, ""),
    "a huge limit of users": tenants(/(users:\n {6}requestsPerMinute:) \d+/, "$1 100000000"),
    "a limit of users in place of their limits": tenants(/users:\n {6}requestsPerMinute: \d+/, "users: 10"),
  }),
  ...changed("tenants that nobody reads", ["gateway-auth-required"], {
    "no extension": [configMap, "data", inFile("config.yaml", "  custom_auth: extension.authenticate\n", "")],
    "an extension of null": [
      configMap,
      "data",
      inFile("config.yaml", "custom_auth: extension.authenticate", "custom_auth: null"),
    ],
    "an extension that is off": [
      configMap,
      "data",
      inFile("config.yaml", "custom_auth: extension.authenticate", "custom_auth: false"),
    ],
    "an extension in another case": [
      configMap,
      "data",
      inFile("config.yaml", "custom_auth: extension.authenticate", "custom_auth: extension.Authenticate"),
    ],
    "neither extension nor hooks": [
      configMap,
      "data",
      inFile(
        "config.yaml",
        /( {2}callbacks:\n {4}- extension\.hooks\n)([\s\S]*) {2}custom_auth: extension\.authenticate\n/,
        "$2",
      ),
    ],
  }),
  ...added("buckets by a part of their name", ["iam-no-wildcards"], {
    "a beginning": reads("a*/*"),
    "a letter": reads("?cme/*"),
    "a team's prefix": reads("acme-*"),
    "an end": reads("*-models/*"),
    "any bucket's folder": reads("*/prompts/*"),
  }),
  ...added("clients that are sent elsewhere", ["public-paths-listed"], {
    "another host": redirects({ host: "elsewhere.example", statusCode: "HTTP_301" }),
    "a host built from the request's": redirects({
      host: "#{host}.elsewhere.example",
      statusCode: "HTTP_302",
    }),
    "a host that isn't known": redirects({ host: unknown, statusCode: "HTTP_301" }),
    "what isn't known": redirects(unknown),
    "by the older name of the type": redirects({ host: "elsewhere.example", statusCode: "HTTP_301" }, "alb"),
  }),
  ...changed("budgets that limit nothing", ["budget-alert-present"], {
    "a thousand million": [budget, "limitAmount", "1000000000"],
    "a million million": [budget, "limitAmount", "999999999999"],
    "just above the ceiling": [budget, "limitAmount", "1000000.01"],
    "an exponent": [budget, "limitAmount", "1e9"],
    infinity: [budget, "limitAmount", "Infinity"],
  }),
  ...changed("internal hosts in a public zone", ["rule-host-resolves"], {
    "no VPCs": [zone, "vpcs", []],
    "VPCs of null": [zone, "vpcs", null],
    "VPCs that aren't known": [zone, "vpcs", unknown],
    "VPCs as a text": [zone, "vpcs", "vpc-0a1b2c3d"],
  }),
  ...added("internal hosts in a public zone", ["rule-host-resolves"], {
    "a zone closer to the host": aws("route53/zone:Zone", { name: "chat.models.internal" }),
  }),
  ...added("interfaces of a pod's own", ["workload-kind-known"], {
    "of all pods": interfaces({ podSelector: {}, ...groups }),
    "of an engine's": interfaces({ podSelector: { matchLabels: { "gantry.dev/model": "chat" } }, ...groups }),
    "by service account": interfaces({ serviceAccountSelector: {}, ...groups }),
    "of the gateway": interfaces({ podSelector: {}, ...groups }, "gateway"),
    "as a patch": interfaces({ podSelector: {}, ...groups }, "models", "v1beta1:SecurityGroupPolicyPatch"),
  }),
];
