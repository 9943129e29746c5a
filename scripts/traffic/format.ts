import type { Traffic } from "../../components/serving/traffic.ts";
import type { PlannedStep } from "./deployed-stack.ts";
import type { ModelRule } from "./model-rules.ts";

/** Traffic for people, such as `live blue, canary 5 %`. */
export function formatTraffic({ live, canaryPercent, shadowPercent = 0 }: Traffic): string {
  const parts = [
    `live ${live}`,
    canaryPercent > 0 && `canary ${canaryPercent} %`,
    shadowPercent > 0 && `shadow ${shadowPercent} %`,
  ];
  return parts.filter((part) => part !== false).join(", ");
}

/** What callers of a model get by its rules, for people, such as `90 % blue, 10 % green`. */
export function formatRules(rules: readonly ModelRule[]): string {
  const shares: Record<string, number> = {};
  for (let bucket = 0; bucket < 100; bucket++) {
    const text = String(bucket).padStart(2, "0");
    const rule = rules.find(
      ({ bucketPattern }) => bucketPattern === undefined || new RegExp(bucketPattern).test(text),
    );
    const sum = Object.values(rule?.weights ?? {}).reduce((total, weight) => total + weight, 0);
    for (const [group, weight] of Object.entries(rule?.weights ?? { "no slot": 1 }))
      shares[group] = (shares[group] ?? 0) + weight / Math.max(1, sum);
  }
  const parts = Object.entries(shares).filter(([, share]) => share > 0);
  return parts.map(([group, share]) => `${Math.round(share)} % ${group}`).join(", ") || "no rule";
}

/** A planned change for people, such as `  update ListenerRule chat-live  actions`. */
export function formatStep({ operation, type, name, fields }: PlannedStep): string {
  const kind = type.slice(type.lastIndexOf(":") + 1);
  return `  ${operation} ${kind} ${name}${fields.length > 0 ? `  ${fields.join(", ")}` : ""}`;
}
