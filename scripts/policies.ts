import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { outside } from "../policies/outside.ts";
import { areas } from "../policies/rules/index.ts";
import { unexercised } from "../policies/unexercised.ts";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { styleFor } from "./plan/report/style.ts";
import { listing } from "./policies/listing.ts";
import { readme } from "./policies/readme.ts";

const usage = `npm run policies [-- --write | --check]

Lists the rules of the policy pack: what each checks, why, and how to fix a finding.

  --write  writes policies/README.md
  --check  exits with 1 when policies/README.md differs`;

/** Columns where the output is not a terminal. */
const pipeColumns = 200;
const file = fileURLToPath(new URL("../policies/README.md", import.meta.url));
await exitWith(main, { usage });

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { write: { type: "boolean" }, check: { type: "boolean" } } });
  const text = readme(areas, unexercised, outside);
  if (values.write) writeFileSync(file, text);
  else if (values.check) {
    if (existsSync(file) && readFileSync(file, "utf8") === text) return 0;
    console.error("policies/README.md is stale: npm run policies -- --write");
    return 1;
  } else {
    const columns = process.stdout.columns ?? pipeColumns;
    print(listing(areas, unexercised, outside, { columns, style: styleFor(process.stdout) }));
  }
  return 0;
}
