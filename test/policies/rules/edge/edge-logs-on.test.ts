import { edgeLogsOn as rule } from "../../../../policies/rules/edge/edge-logs-on.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { balancerWith, logged, logging } from "../../fixtures/edge.ts";
import { webAcl } from "../../web-acl.ts";

const acl = webAcl([]);
const other = webAcl([], {}, "other");
const balancer = (accessLogs: Wire) => balancerWith({ accessLogs });
const redacting = (redactedFields: Wire) => [acl, logging(acl, { redactedFields })];
const filter = (loggingFilter: Wire) => [acl, logging(acl, { loggingFilter })];
const action = (name: Wire): Wire => ({ actionCondition: { action: name } });
const label: Wire = { labelNameCondition: { labelName: "awswaf:managed:aws:bot" } };
const keeping = (name: Wire): Wire => ({
  behavior: "KEEP",
  requirement: "MEETS_ANY",
  conditions: [action(name)],
});
const only = (defaultBehavior: Wire, behavior: Wire, requirement: Wire, ...conditions: readonly Wire[]) =>
  filter({ defaultBehavior, filters: [{ behavior, requirement, conditions }] });
const off = ["edge#accessLogs.enabled"];
const redacted = ["edge#redactedFields"];
const filtered = ["edge#loggingFilter"];

cases(rule, {
  passes: [
    ["both logs, without keys", [logged, acl, logging(acl)]],
    ["a bucket that isn't known yet", balancer({ bucket: unknown, enabled: true })],
    ["a secret", balancer({ bucket: "logs", enabled: secret(true) })],
    ["an internal load balancer", balancerWith({ internal: true })],
    [
      "further fields left out of the log",
      redacting([{ queryString: {} }, { singleHeader: { name: "authorization" } }]),
    ],
    [
      "a filter that keeps what was blocked or counted",
      only("DROP", "KEEP", "MEETS_ANY", action("BLOCK"), action("COUNT")),
    ],
    ["one that keeps what was blocked", only("DROP", "KEEP", "MEETS_ALL", action("BLOCK"))],
    [
      "two that keep what was counted and what was blocked",
      filter({ defaultBehavior: "DROP", filters: [keeping("COUNT"), keeping("BLOCK")] }),
    ],
    ["one that drops what was allowed", only("KEEP", "DROP", "MEETS_ALL", action("ALLOW"), label)],
    ["the same by any condition", only("KEEP", "DROP", "MEETS_ANY", action("ALLOW"))],
    ["two ACLs with a log each", [acl, other, logging(acl), { ...logging(other), name: "second" }]],
  ],
  reports: [
    ["logs that a bucket alone doesn't switch on", balancer({ bucket: "logs" }), off],
    ["no logs", balancerWith({}), [...off, "edge#accessLogs.bucket"]],
    ["false", balancer({ bucket: "logs", enabled: false }), off],
    ["a text", balancer({ bucket: "logs", enabled: "true" }), off],
    ["unknown", balancer({ bucket: "logs", enabled: unknown }), off],
    ["an unknown block", balancer(unknown), off],
    ["no bucket", balancer({ enabled: true }), ["edge#accessLogs.bucket"]],
    ["an empty bucket", balancer({ bucket: "", enabled: true }), ["edge#accessLogs.bucket"]],
    ["an ACL that logs nothing", [acl], ["edge#webAclLoggingConfiguration"]],
    ["the log of another ACL", [acl, other, logging(other)], ["edge#webAclLoggingConfiguration"]],
    [
      "a log that may be of either",
      [acl, other, { ...logging(acl), behind: { resourceArn: [acl, other] } }],
      ["edge#webAclLoggingConfiguration", "other#webAclLoggingConfiguration"],
    ],
    ["keys in the log", redacting(null), redacted],
    ["another header redacted", redacting([{ singleHeader: { name: "cookie" } }]), redacted],
    [
      "a header in another case, which AWS refuses",
      redacting([{ singleHeader: { name: "Authorization" } }]),
      redacted,
    ],
    ["unknown fields", redacting(unknown), redacted],
    [
      "a log of an ACL outside the stack",
      [{ ...logging(acl, { redactedFields: [] }), behind: {} }],
      redacted,
    ],
    ["a filter that drops what was blocked", only("KEEP", "DROP", "MEETS_ANY", action("BLOCK")), filtered],
    ["one that drops by label", only("KEEP", "DROP", "MEETS_ALL", label), filtered],
    [
      "one that drops what was allowed or labelled",
      only("KEEP", "DROP", "MEETS_ANY", action("ALLOW"), label),
      filtered,
    ],
    ["one that keeps what was counted only", only("DROP", "KEEP", "MEETS_ANY", action("COUNT")), filtered],
    [
      "one that keeps a part of what was blocked",
      only("DROP", "KEEP", "MEETS_ALL", action("BLOCK"), label),
      filtered,
    ],
    ["one without conditions", only("DROP", "KEEP", "MEETS_ALL"), filtered],
    ["one that may drop", only("KEEP", unknown, "MEETS_ANY", action("BLOCK")), filtered],
    ["an unknown default", only(unknown, "KEEP", "MEETS_ANY", action("COUNT")), filtered],
    ["an unknown filter", filter(unknown), filtered],
    ["a filter as a text", filter("DROP"), filtered],
  ],
});
