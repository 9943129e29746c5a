import { fileURLToPath } from "node:url";
import { suggestion } from "../components/shared/problems.ts";
import { booleanOption, readCommand } from "./arguments.ts";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { loadConfig } from "./plan/report/report.ts";
import { daysBetween, RecordBucket } from "./records/bucket.ts";
import { type Grouping, groupings, UsageSum } from "./records/usage.ts";
import { table } from "./table.ts";

const usage = `npm run usage -- <environment> [options]

Adds up the gateway's records in S3: requests, tokens and US dollars. Reads each record once, so a busy month takes
a while, and one request to S3 per record; expired records aren't counted.

  --by     tenant, user, feature, model, day, or several with commas   (tenant)
  --from   first day, in UTC, as 2026-11-01                            (the month's first)
  --until  last day                                                    (today)
  --json   for machines`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(main, { usage });

async function main(): Promise<number> {
  const today = new Date().toISOString().slice(0, 10);
  const { environment, values } = readCommand(usage, ["environment"], {
    by: { type: "string", default: "tenant" },
    from: { type: "string", default: `${today.slice(0, 8)}01` },
    until: { type: "string", default: today },
    json: booleanOption,
  });
  const by = values.by.split(",").map(grouping);
  const days = daysBetween(day("from", values.from), day("until", values.until));
  const { account, gateway } = loadConfig(root, environment);
  const bucket = new RecordBucket(account.region, gateway.records.bucket);
  const sum = new UsageSum(by);
  for (const each of days) for await (const record of bucket.ofDay(each)) sum.add(record);
  if (values.json) print(JSON.stringify(sum.rows, undefined, 2));
  else {
    const head = [...by, "requests", "failed", "from cache", "input tokens", "output tokens", "US dollars"];
    const rows = sum.rows.map(({ group, usd, ...row }) => [
      ...by.map((name) => group[name] ?? ""),
      ...[row.requests, row.failed, row.cached, row.inputTokens, row.outputTokens].map(String),
      usd.toFixed(6),
    ]);
    const right = head.map((_, index) => index).slice(by.length);
    print(
      [`${environment}, ${values.from} to ${values.until}, UTC`, ...table([head, ...rows], right)].join("\n"),
    );
  }
  return 0;
}

function grouping(word: string): Grouping {
  const found = groupings.find((one) => one === word);
  if (found === undefined)
    throw new Error(`--by "${word}": records have nothing of that name${suggestion(word, groupings)}`);
  return found;
}

function day(name: string, text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new Error(`--${name} "${text}" is not a day such as 2026-11-01`);
}
