import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { configurationReference, referenceFile } from "./schema/reference.ts";
import { releaseSchemaFile, schemas, stackSchemaFile } from "./schema/schemas.ts";

const usage = `npm run schema [-- --check]

Writes the JSON Schemas with which an editor completes and checks Pulumi.<environment>.yaml and stacks/releases/*.yaml,
and docs/configuration.md, the reference of both.
With --check it writes nothing, and exits with 1 when a file is out of date.`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(main, { usage });

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  const stale = generatedFiles().filter(({ file, text }) => contentOf(file) !== text);
  if (values.check) {
    for (const { file } of stale) console.error(`${file} is out of date: run \`npm run schema\``);
    return stale.length === 0 ? 0 : 1;
  }
  for (const { file, text } of stale) {
    writeFileSync(join(root, file), text);
    print(`wrote ${file}`);
  }
  if (stale.length === 0) print("The schemas are up to date.");
  return 0;
}

function generatedFiles(): { file: string; text: string }[] {
  const written = schemas(root);
  const { [stackSchemaFile]: stack = {}, [releaseSchemaFile]: release = {} } = written;
  return [
    ...Object.entries(written).map(([file, schema]) => ({
      file,
      text: `${JSON.stringify(schema, null, 2)}\n`,
    })),
    { file: referenceFile, text: configurationReference(stack, release) },
  ];
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
