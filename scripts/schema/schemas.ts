import { z } from "zod";
import { regionNames } from "../../components/network/zones.ts";
import { releaseSchema } from "../../components/serving/release.ts";
import { configSchema } from "../../stacks/schema.ts";
import { describe, type SchemaNode } from "./descriptions.ts";

/** The newest draft that editors' YAML support reads in full. */
const draft = "http://json-schema.org/draft-07/schema#";

/** Where each schema is written, and what for. */
export const stackSchemaFile = "stacks/stack.schema.json";
export const releaseSchemaFile = "stacks/release.schema.json";

/**
 * JSON Schemas of `Pulumi.<environment>.yaml` and of a release, by their file. They know each key by itself; what has to
 * fit together is checked by `npm start`.
 * @param root the project's folder
 */
export function schemas(root: string): Record<string, object> {
  const settings = jsonSchema(configSchema);
  describe(settings, { file: `${root}/stacks/schema.ts`, type: "Settings" });
  const release = jsonSchema(releaseSchema);
  describe(release, { file: `${root}/components/serving/release.ts`, type: "Release" });

  const { properties = {}, required = [] } = settings as SchemaNode & { required?: readonly string[] };
  return {
    [stackSchemaFile]: {
      $schema: draft,
      title: "An environment of Gantry: Pulumi.<environment>.yaml",
      type: "object",
      required: ["config"],
      properties: {
        config: {
          type: "object",
          properties: {
            "aws:region": { description: "The region that everything is in.", enum: regionNames },
            ...Object.fromEntries(Object.entries(properties).map(([key, value]) => [`gantry:${key}`, value])),
          },
          required: ["aws:region", ...required.map((key) => `gantry:${key}`)],
          // Other namespaces belong to providers.
          patternProperties: { "^(?!gantry:)": {} },
          additionalProperties: false,
        },
      },
    },
    [releaseSchemaFile]: {
      $schema: draft,
      title: "A release of Gantry: a pinned model and engine",
      ...release,
    },
  };
}

function jsonSchema(schema: z.ZodType): SchemaNode {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    override: withoutSafeIntegers,
  });
  return rest as SchemaNode;
}

/** Bounds that are only those of JavaScript numbers don't help a reader. */
function withoutSafeIntegers({ jsonSchema }: { jsonSchema: { minimum?: number; maximum?: number } }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
