import { targetGroupHealthCheck as rule } from "../../../../policies/rules/traffic/target-group-health-check.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { healthCheck, targetGroup } from "../../target-group.ts";

const group = (check: Wire) => targetGroup({ healthCheck: check });
const withCheck = (field: string, value: Wire) => group({ ...healthCheck, [field]: value });
const at = (...fields: readonly string[]) => fields.map((field) => `chat-blue#healthCheck.${field}`);

cases(rule, {
  passes: [
    ["an engine's check", group(healthCheck)],
    ["the gateway's check", withCheck("path", "/health/readiness")],
    ["a path alone, the rest by default", group({ path: "/health" })],
    ["a secret path", withCheck("path", secret("/health"))],
    ["null in place of defaults", group({ path: "/health", matcher: null, interval: null, enabled: null })],
    [
      "another path that is configured",
      withCheck("path", "/api/version"),
      { config: { healthPaths: ["/api/version"] } },
    ],
  ],
  reports: [
    ["no check", targetGroup({}), at("path")],
    ["a check that is null", group(null), at("path")],
    ["checks that are off", withCheck("enabled", false), at("enabled")],
    ["checks that may be off", withCheck("enabled", unknown), at("enabled")],
    ["a text for a boolean", withCheck("enabled", "true"), at("enabled")],
    ["a route that wants a key", withCheck("path", "/v1/models"), at("path")],
    ["the root", withCheck("path", "/"), at("path")],
    ["more after the path", withCheck("path", "/health/"), at("path")],
    ["an unknown path", withCheck("path", unknown), at("path")],
    ["errors as health", withCheck("matcher", "200-499"), at("matcher")],
    ["a list of codes", withCheck("matcher", "200,204"), at("matcher")],
    ["a number for a text", withCheck("matcher", 200), at("matcher")],
    ["a slow check", withCheck("interval", 60), at("interval")],
    ["a text for a number", withCheck("interval", "10"), at("interval")],
    ["a fraction of a second", withCheck("interval", 10.5), at("interval")],
    ["an unknown interval", withCheck("interval", unknown), at("interval")],
    ["a timeout as long as the interval", withCheck("timeout", 10), at("timeout")],
    ["the default timeout at the shortest interval", group({ path: "/health", interval: 5 }), at("timeout")],
    ["an unknown timeout", withCheck("timeout", unknown), at("timeout")],
    ["one answer for health", withCheck("healthyThreshold", 1), at("healthyThreshold")],
    ["one miss for sickness", withCheck("unhealthyThreshold", 1), at("unhealthyThreshold")],
    ["ten misses for sickness", withCheck("unhealthyThreshold", 10), at("unhealthyThreshold")],
    [
      "several wrong fields",
      group({ path: "/", interval: 300, matcher: "200-299" }),
      at("path", "interval", "matcher"),
    ],
    ["a check that is unknown", group(unknown), ["chat-blue#healthCheck"]],
    ["a check that is a list", group([healthCheck]), ["chat-blue#healthCheck"]],
    [
      "a group under its other name",
      { ...targetGroup({}), type: "aws:alb/targetGroup:TargetGroup" },
      at("path"),
    ],
    [
      "a path that isn't configured",
      group(healthCheck),
      at("path"),
      { config: { healthPaths: { only: ["/ready"] } } },
    ],
    [
      "an illegal configuration",
      group(healthCheck),
      ["chat-blue#configuration.healthPaths"],
      { config: { healthPaths: ["*"] } },
    ],
  ],
});
