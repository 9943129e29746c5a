import type { BreakEven } from "../../../components/capacity/break-even.ts";
import { throughputBandPercent } from "../../../components/capacity/throughput.ts";
import { sentence, table } from "../../table.ts";
import type { ComponentReport } from "./components.ts";
import type { CostReport } from "./cost.ts";
import { countRange, dollarRange, holdsOneContext, memorySum, thousands, wholeDollars } from "./figures.ts";
import { policyLines } from "./policy-text.ts";
import type { Report } from "./report.ts";
import type { SlotReport } from "./slots.ts";
import type { Style } from "./style.ts";

/** Where findings and tables end when the output is no terminal: what reads it wraps by itself. */
const anyWidth = Number.POSITIVE_INFINITY;

/** A report for people. @param columns width of the terminal */
export function reportText(report: Report, style: Style, columns = anyWidth): string {
  const { environment, region, account } = report;
  return [
    `${style("bold", `gantry ${environment}`)}  ${region}, account ${account}`,
    "",
    style("bold", "Models"),
    ...slotLines(report.slots, style, columns),
    "",
    ...memoryLines(report.slots, style, columns),
    "",
    ...coldStartLines(report.slots, style, columns),
    "",
    ...speedLines(report.slots, style, columns),
    "",
    ...priceLines(report.slots, style, columns),
    "",
    ...costLines(report.cost, style, columns),
    "",
    `${style("bold", "Resources")}  ${report.resources}`,
    ...table(report.components.map(componentRow), [1], Math.min(columns, listWidth)),
    "",
    ...policyLines(report, style, columns),
    ...report.warnings.map((warning) => style("yellow", `warning: ${warning}`)),
    "",
    style("dim", `planned and checked in ${report.seconds.toFixed(1)} s`),
  ]
    .flatMap((line) => sentence(line, columns))
    .join("\n");
}

function slotLines(slots: readonly SlotReport[], style: Style, columns: number): string[] {
  const rows = slots.map((slot) => [
    slot.model,
    slot.live ? style("green", `${slot.colour} live`) : slot.colour,
    slot.release,
    `${slot.pool} × ${slot.gpusPerReplica}`,
    countRange(slot.replicas.min, slot.replicas.max),
    `${slot.trafficPercent} %`,
  ]);
  const head = ["model", "slot", "release", "pool × GPUs", "replicas", "traffic"];
  return table([head.map((title) => style("dim", title)), ...rows], [5], columns);
}

/** What a slot takes of each of its GPUs, and what is left for requests. */
function memoryLines(slots: readonly SlotReport[], style: Style, columns: number): string[] {
  const rows = slots.map((slot) => [slot.model, slot.colour, ...fitCells(slot, style)]);
  const head = ["model", "slot", "weights + reserve + KV", "KV tokens", "full contexts"];
  return [
    `${style("bold", "Memory")}  GiB of one GPU`,
    ...table([head.map((title) => style("dim", title)), ...rows], [], columns),
  ];
}

function fitCells({ fit, contextLength }: SlotReport, style: Style): string[] {
  if (!fit.fits) return [style("red", fit.reason ?? "doesn't fit"), "", ""];
  return [
    `${holdsOneContext(fit) ? style("green", "fits") : style("yellow", "fits, barely")}: ${memorySum(fit)} of ${fit.requestedGiB.toFixed(1)}`,
    `${thousands(fit.freeKvTokens)} ± ${Math.ceil(fit.bandPercent)} %`,
    `${fit.concurrentSequences.toFixed(1)} × ${thousands(contextLength)}`,
  ];
}

/** What the first start on a new node takes, with what is left below each limit. GPU memory has a table of its own. */
function coldStartLines(slots: readonly SlotReport[], style: Style, columns: number): string[] {
  const limitsOf = ({ coldStart }: SlotReport) => coldStart.limits.slice(1);
  const [first] = slots;
  if (first === undefined) return [];
  const rows = slots.map((slot) => [
    slot.model,
    slot.colour,
    slot.coldStart.instance,
    ...limitsOf(slot).map(({ sum, limit, unit }) => {
      const left = `${Math.floor(100 * (1 - sum / limit))} % left`;
      const digits = unit === "GiB" ? 1 : 0;
      return `${sum.toFixed(digits)} of ${limit.toFixed(digits)} ${unit}, ${left}`;
    }),
  ]);
  const head = [
    "model",
    "slot",
    "instance",
    ...limitsOf(first).map(({ what }) => what.split(":")[0] ?? what),
  ];
  return [
    `${style("bold", "Cold start")}  on the instance type of the pool that leaves the least room`,
    ...table([head.map((title) => style("dim", title)), ...rows], [], columns),
  ];
}

/** What one replica does and what its tokens cost, by a roofline: an estimate, with its band. */
function speedLines(slots: readonly SlotReport[], style: Style, columns: number): string[] {
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
  const head = ["model", "slot", "concurrency", "tokens/s", "TTFT", "TPOT", "$ for 1M in + out"];
  return [
    `${style("bold", "One replica")}  requests of ${size}; nine of ten estimates are within ${throughputBandPercent} %`,
    ...table([head.map((title) => style("dim", title)), ...rows], [2, 3, 4, 5], columns),
  ];
}

/** What a slot costs whatever it answers, and from which load on that is less than the hosted model of its route. */
function priceLines(slots: readonly SlotReport[], style: Style, columns: number): string[] {
  const rows = slots.map(({ model, colour, price, breakEven }) => [
    model,
    colour,
    ...(price === undefined
      ? ["no price", "", ""]
      : [dollarRange(price.usdPerHour, 2), dollarRange(price.usdPerMonth, 0), price.capacity]),
    breakEven === undefined ? "" : breakEvenText(breakEven),
  ]);
  const head = ["model", "slot", "$ an hour", "$ a month", "capacity", "cheaper than hosted from"];
  return [
    `${style("bold", "Cost per slot")}  at min and max replicas, with their share of instances`,
    ...table([head.map((title) => style("dim", title)), ...rows], [2, 3], columns),
  ];
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
  { items, minimum, maximum, budget, hasBudgetShare, source, unpriced, leftOut }: CostReport,
  style: Style,
  columns: number,
): string[] {
  const share = (usd: number) => `${Math.round((100 * usd) / budget)} %`;
  const total = ["total", wholeDollars(minimum), wholeDollars(maximum)];
  const above =
    minimum > budget
      ? "  even at minimum it is above its budget"
      : maximum > budget
        ? "  at maximum it is above its budget"
        : undefined;
  return [
    `${style("bold", "Cost a month")}  US dollars, ${source}`,
    ...table(
      [
        ["", "at minimum", "at maximum"].map((title) => style("dim", title)),
        ...items.map(({ item, minimum: low, maximum: high }) => [
          item,
          wholeDollars(low),
          wholeDollars(high),
        ]),
        total.map((cell) => style("bold", cell)),
        ...(hasBudgetShare
          ? [[`of the budget of ${wholeDollars(budget)}`, share(minimum), share(maximum)]]
          : []),
      ],
      [1, 2],
      columns,
    ),
    ...(hasBudgetShare && above !== undefined ? [style("yellow", above)] : []),
    ...unpriced.map((pool) => style("yellow", `  pool ${pool} has no price and isn't in the sums`)),
    ...table(
      leftOut.map(({ what, figure }, index) => [index === 0 ? "not in it" : "", what, figure]),
      [],
      columns,
    ).map((line) => style("dim", line)),
  ];
}

const listWidth = 110;

function componentRow({ component, count, types }: ComponentReport): string[] {
  const words = Object.entries(types).map(
    ([type, number]) => `${type.split(":").at(-1)}${number === 1 ? "" : ` ${number}`}`,
  );
  return [component, String(count), words.join(", ")];
}
