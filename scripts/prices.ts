import { parseArgs } from "node:util";
import { instanceType, instanceTypeNames, priceTable } from "../components/capacity/instances.ts";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { comparePrices, type PriceChange } from "./prices/compare.ts";
import { readPriceList } from "./prices/price-list.ts";
import { table } from "./table.ts";

const usage = `npm run prices [-- --json]

Compares the on-demand prices of instance types that plans use with AWS's public price list. Needs no account; downloads
some hundred megabytes. Changes nothing. Exits with 0 when all are the same, 1 when one differs, 2 when the list can't be
read. Prices of other services (components/capacity/cost.ts) are not compared.`;

await exitWith(main, { usage, failure: 2 });

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
  const names = instanceTypeNames();
  if (process.stderr.isTTY) console.error(`Reading AWS's price list of ${priceTable.region} …`);
  const list = await readPriceList(priceTable.region, new Set(names), fetch);
  const ours = new Map(names.map((name) => [name, instanceType(name)?.usdPerHour]));
  const changes = comparePrices(ours, list.usdPerHour);
  if (values.json) print(JSON.stringify({ ...priceTable, published: list.published, changes }, null, 2));
  else print(report(changes, names.length, list.published));
  return changes.length === 0 ? 0 : 1;
}

function report(changes: readonly PriceChange[], count: number, published: string): string {
  const heading = `${count} instance types of ${priceTable.region}: the table of ${priceTable.date}, AWS's list of ${published}`;
  if (changes.length === 0) return `${heading}: all the same`;
  const dollars = (value: number | undefined) => (value === undefined ? "none" : String(value));
  const rows = changes.map(({ name, ours, aws }) => [name, dollars(ours), dollars(aws)]);
  return [
    heading,
    ...table([["", "table", "AWS"], ...rows], [1, 2]),
    "Change components/capacity/instances.ts, and the date of its priceTable.",
  ].join("\n");
}
