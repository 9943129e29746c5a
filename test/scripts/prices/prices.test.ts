import { describe, expect, it } from "vitest";
import { comparePrices } from "../../../scripts/prices/compare.ts";
import { priceListUrl, readPriceList } from "../../../scripts/prices/price-list.ts";

const header = [
  ...["SKU", "TermType", "PriceDescription", "Unit", "PricePerUnit", "Currency", "Instance Type", "Tenancy"],
  ...["Operating System", "CapacityStatus", "Pre Installed S/W"],
];
/** In the form of AWS's list, with the columns that are read: lines about the file, the header, a row for each price. */
function csv(rows: readonly (readonly string[])[], columns = header): string {
  const about = [
    ["FormatVersion", "v1.0"],
    ["Disclaimer", 'This list is "for information", as it says'],
    ["Publication Date", "2026-11-20T19:12:21Z"],
    ["Version", "20261120191221"],
    ["OfferCode", "AmazonEC2"],
  ];
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return [...about, columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n");
}
const linux = (type: string, price: string, changes: Readonly<Record<string, string>> = {}) => {
  const row = {
    SKU: "ABC",
    TermType: "OnDemand",
    PriceDescription: `$${price} per On Demand Linux ${type}, in "US East"`,
    Unit: "Hrs",
    PricePerUnit: price,
    Currency: "USD",
    "Instance Type": type,
    Tenancy: "Shared",
    "Operating System": "Linux",
    CapacityStatus: "Used",
    "Pre Installed S/W": "NA",
    ...changes,
  };
  return Object.values(row);
};
const read = (text: string) =>
  readPriceList("us-east-1", new Set(["g5.xlarge", "m7i.large"]), () => Promise.resolve(new Response(text)));

describe("AWS's price list", () => {
  it("has one price for each type: Linux, shared, on demand, in use", async () => {
    const { published, usdPerHour } = await read(
      csv([
        linux("g5.xlarge", "0.1", { "Operating System": "Windows" }),
        linux("g5.xlarge", "0.2", { Tenancy: "Dedicated" }),
        linux("g5.xlarge", "1.0060000000"),
        linux("g5.xlarge", "0.3", { TermType: "Reserved" }),
        linux("g5.xlarge", "0.4", { CapacityStatus: "UnusedCapacityReservation" }),
        linux("g5.xlarge", "0.5", { "Pre Installed S/W": "SQL Std" }),
        linux("g5.xlarge", "0.0000000000"),
        linux("c5.large", "0.6"),
      ]),
    );
    expect(published).toBe("2026-11-20");
    expect([...usdPerHour]).toEqual([["g5.xlarge", 1.006]]);
  });

  it("says that it can't be reached, and where it looked", async () => {
    const away = () =>
      Promise.reject(new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND") }));
    await expect(readPriceList("us-east-1", new Set(), away)).rejects.toThrow(
      `AWS's price list can't be read: getaddrinfo ENOTFOUND (${priceListUrl("us-east-1")}); nothing was compared`,
    );
    const refused = () => Promise.resolve(new Response("", { status: 503 }));
    await expect(readPriceList("us-east-1", new Set(), refused)).rejects.toThrow("it answers 503");
  });

  it("says that its form has changed, instead of finding nothing", async () => {
    const columns = header.map((column) => (column === "Tenancy" ? "Sharing" : column));
    await expect(read(csv([linux("g5.xlarge", "1")], columns))).rejects.toThrow('it has no column "Tenancy"');
    await expect(read("<html>proxy</html>")).rejects.toThrow("it has no column");
  });
});

it("names each type whose price differs, the largest difference first", () => {
  const ours = new Map([
    ["a", 1],
    ["b", 2],
    ["c", undefined],
    ["d", 4],
    ["e", undefined],
  ]);
  const aws = new Map([
    ["a", 1.1],
    ["b", 2],
    ["d", 2],
    ["e", 5],
  ]);
  expect(comparePrices(ours, aws)).toEqual([
    { name: "e", ours: undefined, aws: 5 },
    { name: "d", ours: 4, aws: 2 },
    { name: "a", ours: 1, aws: 1.1 },
  ]);
});
