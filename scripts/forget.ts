import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { suggestion } from "../components/shared/problems.ts";
import { booleanOption, readCommand } from "./arguments.ts";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { loadConfig } from "./plan/report/report.ts";
import { daysBetween, type ObjectVersion, RecordBucket } from "./records/bucket.ts";
import { consent } from "./traffic/consent.ts";

const usage = `npm run forget -- <environment> <user> --tenant <tenant> [--yes]

Deletes every record of one user of a tenant from S3, all versions included, and checks that none is left. <user> is the
id that the tenant's server signs. Log lines hold its hash and no text; answers in the cache hold no user and expire within
the route's ttlSeconds.

  --tenant  whose user it is; ids of two tenants are two users
  --yes     confirms the deletion`;

const root = fileURLToPath(new URL("..", import.meta.url));
/** Beyond the days that records are kept: lifecycle works once a day. */
const marginDays = 3;

await exitWith(main, { usage });

async function main(): Promise<number> {
  const options = { tenant: { type: "string" }, yes: booleanOption } as const;
  const { environment, user, values } = readCommand(usage, ["environment", "user"], options);
  const { tenant } = values;
  if (tenant === undefined) throw new Error(usage);
  if (!/^[\w.-]+$/.test(tenant)) throw new Error(`--tenant "${tenant}" is not a tenant's name`);
  const { account, gateway, tenants } = loadConfig(root, environment);
  if (!Object.hasOwn(tenants, tenant))
    console.error(
      `note: Pulumi.${environment}.yaml has no tenant "${tenant}"${suggestion(tenant, Object.keys(tenants))}; its old records are looked for`,
    );
  const bucket = new RecordBucket(account.region, gateway.records.bucket);
  const hash = userHash(environment, tenant, user);
  const found = await versionsOf(bucket, gateway.records.keepDays, tenant, hash);
  const records = new Set(found.map(({ Key }) => Key)).size;
  if (found.length === 0) {
    print(`${environment} has no record of that user of ${tenant} (${hash})`);
    return 0;
  }
  if (
    !(await consent(values.yes)(
      `${records} records of ${tenant}'s user ${hash} in ${gateway.records.bucket}, ${found.length} versions: delete them permanently?`,
    ))
  )
    throw new Error("nothing was deleted: confirm with --yes");
  await bucket.remove(found);
  const left = await versionsOf(bucket, gateway.records.keepDays, tenant, hash);
  if (left.length > 0) throw new Error(`${left.length} versions were written meanwhile: run it again`);
  print(`${records} records deleted, none is left of ${tenant}'s user ${hash}`);
  return 0;
}

async function versionsOf(bucket: RecordBucket, keepDays: number, tenant: string, user: string) {
  const now = Date.now();
  const days = daysBetween(dayOf(now - (keepDays + marginDays) * 86_400_000), dayOf(now));
  const found: ObjectVersion[] = [];
  for (const day of days) for await (const version of bucket.versions(day, tenant, user)) found.push(version);
  return found;
}

/** As the gateway has it. [components/gateway/extension/gantry_gateway/identity.py] */
function userHash(environment: string, tenant: string, user: string): string {
  return createHash("sha256").update(`${environment}:${tenant}:${user}`).digest("hex").slice(0, 32);
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
