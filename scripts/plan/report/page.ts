import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plan } from "../plan.ts";
import type { PolicyReport } from "../policy-report.ts";
import { architecture } from "./architecture.ts";
import type { CostReport } from "./cost.ts";
import { dependencyList, diagram } from "./diagram.ts";
import { countRange, dollarRange, holdsOneContext, memorySum, thousands, wholeDollars } from "./figures.ts";
import { html, type Markup } from "./html.ts";
import { policySection } from "./page-policies.ts";
import type { Report } from "./report.ts";
import { resourceTree } from "./resource-tree.ts";
import type { SlotReport } from "./slots.ts";

/**
 * A report as one HTML page that needs nothing else, a network least of all: its only script is named by hash, so that
 * no value could run as one.
 */
export function reportPage(report: Report, plan: Plan & { readonly policyReport: PolicyReport }): string {
  const shell = readFileSync(new URL("page.html", import.meta.url), "utf8");
  const [, script = ""] = /<script>(.*)<\/script>/s.exec(shell) ?? [];
  const filled: Readonly<Record<string, string>> = {
    "script hash": `sha256-${createHash("sha256").update(script).digest("base64")}`,
    title: html`${report.environment} · Gantry`.source,
    body: body(report, plan).source,
  };
  return shell.replace(/\{\{([\w ]+)\}\}/g, (_, name: string) => filled[name] ?? "");
}

function body(report: Report, plan: Plan & { readonly policyReport: PolicyReport }): Markup {
  const { environment, region, account, policies, cost } = report;
  const layers = architecture(plan.resources);
  const violations = `${policies.violations} ${policies.violations === 1 ? "violation" : "violations"}`;
  return html`<a class="skip" href="#main">to the report</a>
<header><h1>gantry ${environment}</h1>
<ul class="facts"><li>${region}, account ${account}</li><li class="${policies.violations === 0 ? "good" : "bad"}">${policies.rules} rules, ${violations}</li><li>$${wholeDollars(cost.minimum)} to $${wholeDollars(cost.maximum)} a month</li><li>${report.resources} resources</li></ul>
${report.warnings.map((warning) => html`<p class="warn">warning: ${warning}</p>`)}</header>
<main id="main">
<section class="wide"><h2>Architecture</h2>
<div class="diagram"><p class="soft">Dependencies in the plan: each component is to the right of those it depends on, with its kind and its number of resources.</p>${diagram(layers)}</div><div class="listed">${dependencyList(layers)}</div></section>
<section><h2>Traffic by model</h2>${trafficBars(report.slots)}</section>
<section><h2>Memory of one GPU</h2>${memoryBars(report.slots)}</section>
<section class="wide"><h2>Cost a month</h2>${costTable(cost)}</section>
<section class="wide"><h2>Policies</h2>${policySection(policies, plan.policyReport.rules)}</section>
<section class="wide"><h2>Resources</h2><label for="resource-search">Search in names, types and inputs <span id="resource-search-count" role="status"></span></label><input id="resource-search" type="search">
${resourceTree(plan.resources)}</section>
</main>`;
}

/** How the callers of each model are shared by its slots, and what each slot runs. */
function trafficBars(slots: readonly SlotReport[]): Markup[] {
  const models = Map.groupBy(slots, ({ model }) => model);
  return [...models].map(
    ([model, both]) => html`<h3>${model}</h3><div class="bar" role="img" aria-label="${both
      .map(({ colour, trafficPercent }) => `${colour} ${trafficPercent} %`)
      .join(", ")}">${both.map(
      part(
        ({ colour }) => colour,
        ({ trafficPercent }) => trafficPercent,
      ),
    )}</div>
<ul class="key">${both.map(
      (slot) =>
        html`<li><i class="${slot.colour}"></i>${slot.colour}${slot.live && " live"} <b>${slot.trafficPercent} %</b> <span class="soft">${slot.release}, pool ${slot.pool}, ${countRange(slot.replicas.min, slot.replicas.max)} × ${slot.gpusPerReplica} GPU${
          slot.price && `, $${dollarRange(slot.price.usdPerHour, 2)} an hour`
        }</span></li>`,
    )}</ul>`,
  );
}

/** What each slot takes of a GPU: weights, reserve, KV cache, and what the engine leaves alone. */
function memoryBars(slots: readonly SlotReport[]): Markup[] {
  return slots.map(({ model, colour, gpu, gpuMemoryGiB, gpusPerReplica, fit, contextLength }) => {
    const { weightsGiB, reserveGiB, kvGiB } = fit;
    const parts = [
      { name: "weights", look: "one", gib: weightsGiB },
      { name: "reserve", look: "three", gib: reserveGiB },
      { name: "KV cache", look: "two", gib: kvGiB },
      { name: "unused", look: "rest", gib: Math.max(0, gpuMemoryGiB - weightsGiB - reserveGiB - kvGiB) },
    ];
    const whole = Math.max(gpuMemoryGiB, weightsGiB + reserveGiB + kvGiB);
    return html`<h3>${model} ${colour} <span class="soft">${gpu}${gpusPerReplica > 1 && `, one of ${gpusPerReplica}`}, ${gpuMemoryGiB.toFixed(1)} GiB</span></h3>
<div class="bar" role="img" aria-label="${memorySum(fit)} GiB of ${gpuMemoryGiB.toFixed(1)}">${parts.map(
      part(
        ({ look }) => look,
        ({ gib }) => (100 * gib) / whole,
      ),
    )}</div>
<ul class="key">${parts.map(({ name, look, gib }) => html`<li><i class="${look}"></i>${name} ${gib.toFixed(1)}</li>`)}</ul>
${
  fit.fits
    ? html`<p><span class="${holdsOneContext(fit) ? "good" : "warn"}">${holdsOneContext(fit) ? "fits" : "fits, barely"}</span>: ${thousands(fit.freeKvTokens)} ± ${Math.ceil(fit.bandPercent)} % tokens, ${fit.concurrentSequences.toFixed(1)} requests of ${thousands(contextLength)}</p>`
    : html`<p class="bad">${fit.reason ?? "doesn't fit"}</p>`
}`;
  });
}

/** One part of a bar. */
function part<Item>(look: (item: Item) => string, percent: (item: Item) => number) {
  return (item: Item) => html`<div class="${look(item)}" style="width:${percent(item).toFixed(2)}%"></div>`;
}

function costTable({
  items,
  minimum,
  maximum,
  budget,
  hasBudgetShare,
  source,
  unpriced,
  leftOut,
}: CostReport): Markup {
  const share = (usd: number) => `${Math.round((100 * usd) / budget)} %`;
  const largest = Math.max(...items.map((item) => item.maximum));
  const sorted = items.toSorted((a, b) => b.maximum - a.maximum);
  const isAbove = hasBudgetShare && maximum > budget;
  return html`<p class="soft">US dollars with all slots at minimum and maximum replicas, ${source}</p>
<table><thead><tr><th scope="col">part</th><th scope="col" class="number">minimum</th><th scope="col" class="number">maximum</th></tr></thead>
<tbody>${sorted.map(
    ({ item, minimum: low, maximum: high }) =>
      html`<tr><td>${item}<div class="bar" aria-hidden="true"><div class="one" style="width:${((100 * low) / largest).toFixed(2)}%"></div><div class="rest" style="width:${((100 * (high - low)) / largest).toFixed(2)}%"></div></div></td><td class="number">${wholeDollars(low)}</td><td class="number">${wholeDollars(high)}</td></tr>`,
  )}</tbody>
<tfoot><tr><th scope="row">total</th><td class="number"><b>${wholeDollars(minimum)}</b></td><td class="number"><b>${wholeDollars(maximum)}</b></td></tr>${
    hasBudgetShare &&
    html`<tr class="${isAbove ? "warn" : ""}"><th scope="row">of the budget of ${wholeDollars(budget)}</th><td class="number">${share(minimum)}</td><td class="number">${share(maximum)}</td></tr>`
  }</tfoot></table>
${unpriced.map((pool) => html`<p class="warn">pool ${pool} has no price and isn't in the sums</p>`)}
<details><summary>not in it: ${leftOut.length} parts</summary><ul class="plain">${leftOut.map(({ what, figure }) => html`<li>${what} <span class="soft">${figure}</span></li>`)}</ul></details>`;
}
