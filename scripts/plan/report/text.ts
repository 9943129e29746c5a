import { styleText } from "node:util";
import type { BreakEven } from "../../../components/capacity/break-even.ts";
import { throughputBandPercent } from "../../../components/capacity/throughput.ts";
import { table } from "../../table.ts";
import type { ComponentReport } from "./components.ts";
import type { CostReport } from "./cost.ts";
import type { ExemptionReport, Report, VerdictReport } from "./report.ts";
import type { SlotReport } from "./slots.ts";

/** Puts a style on text, or leaves it as it is. */
export type Style = (style: "bold" | "dim" | "green" | "red" | "yellow", text: string) => string;

/** Colours where the stream shows them: a terminal, unless NO_COLOR says otherwise. */
export function styleFor(stream: NodeJS.WriteStream): Style {
  return (style, text) => styleText(style, text, { stream });
}

/** A report for people. */
export function reportText(report: Report, style: Style): string {
  const { environment, region, account } = report;
  return [
    `${style("bold", `gantry ${environment}`)}  ${region}, account ${account}`,
    "",
    style("bold", "Models"),
    ...slotLines(report.slots, style),
    "",
    ...speedLines(report.slots, style),
    "",
    ...priceLines(report.slots, style),
    "",
    ...costLines(report.cost, style),
    "",
    `${style("bold", "Resources")}  ${report.resources}`,
    ...table(report.components.flatMap(componentRows), [1]),
    "",
    ...policyLines(report, style),
    ...report.warnings.map((warning) => style("yellow", `warning: ${warning}`)),
    "",
    style("dim", `planned and judged in ${report.seconds.toFixed(1)} s`),
  ].join("\n");
}

function slotLines(slots: readonly SlotReport[], style: Style): string[] {
  const rows = slots.map((slot) => [
    slot.model,
    slot.live ? style("green", `${slot.colour} live`) : slot.colour,
    slot.release,
    `${slot.pool} × ${slot.gpusPerReplica}`,
    slot.replicas.min === slot.replicas.max
      ? `${slot.replicas.min}`
      : `${slot.replicas.min}–${slot.replicas.max}`,
    `${slot.trafficPercent} %`,
    ...fitCells(slot, style),
  ]);
  const head = [
    "model",
    "slot",
    "release",
    "pool × GPUs",
    "replicas",
    "traffic",
    "weights + reserve + KV, GiB of one GPU",
    "KV tokens",
    "full contexts",
  ];
  return table([head.map((title) => style("dim", title)), ...rows], [5]);
}

function fitCells({ fit, contextLength }: SlotReport, style: Style): string[] {
  if (!fit.fits) return [style("red", fit.reason ?? "doesn't fit"), "", ""];
  const gib = [fit.weightsGiB, fit.reserveGiB, fit.kvGiB].map((value) => value.toFixed(1)).join(" + ");
  return [
    `${style("green", "fits")}: ${gib} of ${fit.requestedGiB.toFixed(1)}`,
    `${thousands(fit.freeKvTokens)} ± ${Math.ceil(fit.bandPercent)} %`,
    `${fit.concurrentSequences.toFixed(1)} × ${thousands(contextLength)}`,
  ];
}

/** What one replica does and what its tokens cost, by a roofline: an estimate, with its band. */
function speedLines(slots: readonly SlotReport[], style: Style): string[] {
  const [load] = slots.map((slot) => slot.load);
  if (load === undefined) return [];
  const size = `${thousands(load.promptTokens)} + ${thousands(load.answerTokens)} tokens`;
  const seconds = (value: number) => (value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`);
  const rows = slots.map(({ model, colour, load: asked, throughput, cost }) => [
    model,
    colour,
    `${Math.floor(throughput.running)} of ${asked.concurrency}`,
    thousands(Math.round(throughput.outputTokensPerSecond)),
    seconds(throughput.firstTokenSeconds),
    seconds(throughput.perTokenSeconds),
    cost === undefined
      ? "no price"
      : `${cost.usdPerMillionInput.toFixed(2)} + ${cost.usdPerMillionOutput.toFixed(2)}`,
  ]);
  const head = ["model", "slot", "at once", "tokens/s", "first token", "per token", "$ for 1M in + out"];
  return [
    `${style("bold", "One replica")}  requests of ${size}; estimated, nine of ten such estimates are within ${throughputBandPercent} %`,
    ...table([head.map((title) => style("dim", title)), ...rows], [2, 3, 4, 5]),
  ];
}

/** What a slot costs whatever it answers, and from which load on that is less than the hosted model of its route. */
function priceLines(slots: readonly SlotReport[], style: Style): string[] {
  const rows = slots.map(({ model, colour, price, breakEven }) => [
    model,
    colour,
    ...(price === undefined
      ? ["no price", "", ""]
      : [range(price.usdPerHour, 2), range(price.usdPerMonth, 0), price.capacity]),
    breakEven === undefined ? "" : breakEvenText(breakEven),
  ]);
  const head = ["model", "slot", "$ an hour", "$ a month", "capacity", "cheaper than hosted from"];
  return [
    `${style("bold", "Price of a slot")}  at its fewest and most replicas, each with its share of the instance`,
    ...table([head.map((title) => style("dim", title)), ...rows], [2, 3]),
  ];
}

function range({ min, max }: { readonly min: number; readonly max: number }, digits: number): string {
  const shown = (usd: number) =>
    usd.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return min === max ? shown(min) : `${shown(min)}–${shown(max)}`;
}

/** By the replica: more of them cost as much more as they answer. */
function breakEvenText({
  hosted,
  requestsPerMonth,
  percentOfCapacity,
}: BreakEven & { hosted: string }): string {
  if (percentOfCapacity > 100) return `${hosted} is cheaper at any load`;
  return `${thousands(Math.round(requestsPerMonth))} requests a month and replica, ${Math.round(percentOfCapacity)} % of what it can (${hosted})`;
}

function costLines(
  { items, minimum, maximum, budget, source, unpriced }: CostReport,
  style: Style,
): string[] {
  const share = (usd: number) => `${Math.round((100 * usd) / budget)} %`;
  const total = ["total", dollars(minimum), dollars(maximum)];
  return [
    `${style("bold", "Cost a month")}  US dollars, ${source}`,
    ...table(
      [
        ["", "at minimum", "at maximum"].map((title) => style("dim", title)),
        ...items.map(({ item, minimum: low, maximum: high }) => [item, dollars(low), dollars(high)]),
        total.map((cell) => style("bold", cell)),
        [`of the budget of ${dollars(budget)}`, share(minimum), share(maximum)],
      ],
      [1, 2],
    ),
    ...(maximum > budget ? [style("yellow", "  at maximum it is above its budget")] : []),
    ...unpriced.map((pool) => style("yellow", `  pool ${pool} has no price and isn't in the sums`)),
  ];
}

function policyLines({ policies }: Report, style: Style): string[] {
  const { pack, rules, violations, verdicts, exemptions } = policies;
  const notes = verdicts.length - violations;
  const sum = `${rules} rules, ${violations} ${violations === 1 ? "violation" : "violations"}, ${notes} ${notes === 1 ? "note" : "notes"}`;
  return [
    `${style("bold", "Policies")}  ${pack.name} ${pack.version}: ${style(violations === 0 ? "green" : "red", sum)}; ${openExemptions(exemptions)}`,
    ...verdicts.flatMap((verdict) => verdictLines(verdict, style)),
  ];
}

function openExemptions({ open, nextEnd }: ExemptionReport): string {
  if (nextEnd === undefined) return "no exemptions";
  return open === 1 ? `1 exemption, until ${nextEnd}` : `${open} exemptions, the next ends ${nextEnd}`;
}

function verdictLines(
  { rule, severity, resource, message, fix, violation }: VerdictReport,
  style: Style,
): string[] {
  const head = violation ? style("red", `${severity} ${rule}`) : style("yellow", `note ${rule}`);
  return [
    `  ${head}${resource === undefined ? "" : `  ${resource}`}`,
    // Rules end with what to do, which has a line of its own here.
    ...message
      .replace(` ${fix}`, "")
      .split("\n")
      .map((line) => `    ${line}`),
    ...(fix === "" ? [] : [style("dim", `    mend: ${fix}`)]),
  ];
}

const listWidth = 90;

/** Name, count and types of a component; what doesn't fit one line stands on the next. */
function componentRows({ component, count, types }: ComponentReport): string[][] {
  const words = Object.entries(types).map(
    ([type, number]) => `${type.split(":").at(-1)}${number === 1 ? "" : ` ${number}`}`,
  );
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > listWidth) lines.push(word);
    else lines[lines.length - 1] = `${last}, ${word}`;
  }
  const [first = "", ...rest] = lines.map((line, index) => (index < lines.length - 1 ? `${line},` : line));
  return [[component, String(count), first], ...rest.map((line) => ["", "", line])];
}

function dollars(usd: number): string {
  return thousands(Math.round(usd));
}

function thousands(value: number): string {
  return value.toLocaleString("en-US");
}
