import type { ReportedRule } from "../policy-report.ts";
import { html, type Markup } from "./html.ts";
import type { FindingReport, Report } from "./report.ts";

/** Every rule with its status, what was found first, and a search. */
export function policySection(policies: Report["policies"], rules: readonly ReportedRule[]): Markup {
  const { pack, exemptions, lowered, recorded, findings } = policies;
  const found = Map.groupBy(findings, ({ rule }) => rule);
  const levels = new Map(lowered.map(({ rule, level }) => [rule, level]));
  const known = new Set(rules.map(({ name }) => name));
  // A message of Pulumi's own may have a name that the pack doesn't list.
  const others = [...found].filter(([name]) => !known.has(name));
  const rows = [
    ...others.map(([name, all]) => ({
      name,
      title: "",
      severity: all[0]?.severity,
      all,
      status: statusOf(all),
    })),
    ...rules.map(({ name, title, severity }) => {
      const all = found.get(name) ?? [];
      return { name, title, severity, all, status: statusOf(all, levels.get(name)) };
    }),
  ];
  const order = Object.keys(looks);
  const sorted = rows.sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  return html`<p class="soft">${pack.name} ${pack.version}; ${
    exemptions.nextEnd === undefined
      ? "no exemptions"
      : `${exemptions.open} ${exemptions.open === 1 ? "exemption" : "exemptions"}, the first until ${exemptions.nextEnd}`
  }${recorded.map(({ from, count }) => `; ${count} resources that ${from} creates were checked as recorded`)}</p>
<label for="policy-search">Search in rules and findings <span id="policy-search-count" role="status"></span></label><input id="policy-search" type="search">
<table id="policies"><thead><tr><th scope="col">rule</th><th scope="col">severity</th><th scope="col">status</th></tr></thead>
<tbody>${sorted.map(
    ({ name, title, severity, all, status }) =>
      html`<tr><td><b>${name}</b><br>${title}${all.map(findingText)}</td><td>${severity}</td><td class="${looks[status]}">${status}</td></tr>`,
  )}</tbody></table>`;
}

/** Statuses in the order of their urgency, with how each looks. */
const looks = {
  violated: "bad",
  note: "warn",
  disabled: "warn",
  "kept, advisory": "warn",
  kept: "good",
} as const;

function statusOf(findings: readonly FindingReport[], lowered?: string): keyof typeof looks {
  if (findings.some(({ violation }) => violation)) return "violated";
  if (findings.length > 0) return "note";
  if (lowered === undefined) return "kept";
  return lowered === "disabled" ? "disabled" : "kept, advisory";
}

function findingText({ where, found, value, allowed, fix, key, id }: FindingReport): Markup {
  const parts: readonly (readonly [string, string | undefined])[] = [
    ["allowed", allowed],
    ["edit", key],
    ["fix", fix],
    ["id", id],
  ];
  return html`<div class="finding"><p>${where && html`<b>${where}</b>: `}${found}${value !== undefined && `: ${value}`}</p>${parts.map(
    ([label, text]) => text && html`<p class="soft">${label}: ${text}</p>`,
  )}</div>`;
}
