import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { Fetch } from "../web.ts";

/** AWS's public price list of EC2 in one region, some hundred megabytes of CSV. [AWS, Using the bulk API] */
export function priceListUrl(region: string): string {
  return `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonEC2/current/${region}/index.csv`;
}

export interface PriceList {
  /** In the form `YYYY-MM-DD`. */
  readonly published: string;
  /** US dollars an hour by instance type. */
  readonly usdPerHour: ReadonlyMap<string, number>;
}

/** Columns that make a row the Linux on-demand price of an instance that is in use. */
const wanted = {
  TermType: "OnDemand",
  "Operating System": "Linux",
  Tenancy: "Shared",
  "Pre Installed S/W": "NA",
  CapacityStatus: "Used",
  Unit: "Hrs",
  Currency: "USD",
} as const;
const columns = [...Object.keys(wanted), "Instance Type", "PricePerUnit"];

/**
 * The on-demand prices of some instance types, read while they arrive.
 * @throws Error that says where the list can't be reached or read
 */
export async function readPriceList(
  region: string,
  types: ReadonlySet<string>,
  fetch: Fetch,
): Promise<PriceList> {
  const url = priceListUrl(region);
  try {
    const answer = await fetch(url);
    if (!answer.ok || answer.body === null) throw new Error(`it answers ${answer.status}`);
    return await parse(Readable.fromWeb(answer.body), types);
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw new Error(`AWS's price list can't be read: ${reason} (${url}); nothing was compared`);
  }
}

async function parse(csv: Readable, types: ReadonlySet<string>): Promise<PriceList> {
  let published = "";
  let header: readonly string[] | undefined;
  const usdPerHour = new Map<string, number>();
  for await (const line of createInterface({ input: csv, crlfDelay: Number.POSITIVE_INFINITY })) {
    const row = cells(line);
    if (header === undefined) {
      if (row[0] === "Publication Date") published = (row[1] ?? "").slice(0, 10);
      if (row[0] === "SKU") header = row;
      continue;
    }
    const at = (column: string) => row[header?.indexOf(column) ?? -1];
    const type = at("Instance Type") ?? "";
    if (!types.has(type) || !Object.entries(wanted).every(([column, value]) => at(column) === value))
      continue;
    const price = Number(at("PricePerUnit"));
    if (price > 0) usdPerHour.set(type, price);
  }
  const missing = columns.filter((column) => !header?.includes(column));
  if (missing.length > 0) throw new Error(`it has no column ${missing.map((one) => `"${one}"`).join(", ")}`);
  return { published, usdPerHour };
}

/** A line of CSV: cells in quotes, in which two quotes mean one. */
function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'),
  );
}
