import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { configurationReference, referenceFile } from "../../../scripts/schema/reference.ts";
import { releaseSchemaFile, schemas, stackSchemaFile } from "../../../scripts/schema/schemas.ts";

describe("the configuration reference", () => {
  it("is written as the code has it: npm run schema", () => {
    const { [stackSchemaFile]: stack = {}, [releaseSchemaFile]: release = {} } = schemas(process.cwd());
    expect(readFileSync(referenceFile, "utf8")).toBe(configurationReference(stack, release));
  });

  it("has one row for each key, with its range, whether it is required, and what it is", () => {
    const stack = {
      properties: {
        config: {
          required: ["gantry:pools"],
          properties: {
            "gantry:pools": {
              type: "object",
              description: "Kinds of nodes.",
              additionalProperties: {
                type: "object",
                required: ["size"],
                properties: {
                  size: { enum: ["small", "large"], description: "A | or\na <b>." },
                  max: { type: "integer", minimum: 1, maximum: 9 },
                },
              },
            },
            "gantry:network": {
              anyOf: [
                { type: "object", required: ["create"], properties: { create: { const: true } } },
                { type: "object", properties: { existing: { type: "string" } } },
              ],
            },
          },
        },
      },
    };
    const rows = configurationReference(stack, {}).match(/^\| `.*$/gm);
    expect(rows).toEqual([
      "| `pools` | object | yes | Kinds of nodes. |",
      "| `pools.<name>` | object |  |  |",
      "| `pools.<name>.size` | `small`, `large` | yes | A \\| or a &lt;b>. |",
      "| `pools.<name>.max` | integer, 1 to 9 |  |  |",
      "| `network` | object |  |  |",
      "| `network.create` | `true` | in its choice |  |",
      "| `network.existing` | string |  |  |",
    ]);
  });
});
