/** A part of a JSON Schema, as `schemas` writes them. */
interface SchemaPart {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly additionalProperties?: SchemaPart | boolean;
  readonly items?: SchemaPart;
  readonly anyOf?: readonly SchemaPart[];
  readonly oneOf?: readonly SchemaPart[];
}

interface Row {
  readonly path: string;
  readonly part: SchemaPart;
  /** `choice`: where this one of several shapes is taken. */
  readonly required: boolean | "choice";
}

/** Where the reference is written. */
export const referenceFile = "docs/configuration.md";

/** Values of an enumeration that a table shows; with more, their count. */
const shownValues = 8;

/**
 * The configuration reference as Markdown: a table of keys for each section, in the schema's order.
 * @param stack schema of a stack's file @param release schema of a release's file
 */
export function configurationReference(stack: object, release: object): string {
  const { properties: { config = {} } = {} } = stack as SchemaPart;
  const sections = Object.entries(config.properties ?? {}).flatMap(([key, part]) => [
    `### \`${key}\``,
    ...paragraph(part.description),
    table(rowsOf(part, key.replace(/^gantry:/, ""), config.required?.includes(key) === true)),
  ]);
  const releaseRows = rowsOf(release as SchemaPart, "", true).filter(({ path }) => path !== "");
  return `${[
    "# Configuration reference",
    "Written by `npm run schema` from the schemas in `stacks`; CI fails where it differs. Names in angle brackets are yours; of keys that are required `in its choice`, one group is taken. What has to fit together, such as replicas and a pool's GPUs, is checked when the configuration is read, with the figures in the message.",
    "## `Pulumi.<environment>.yaml`, under `config`",
    ...sections,
    "## `stacks/releases/<release>.yaml`",
    table(releaseRows),
  ].join("\n\n")}\n`;
}

function paragraph(text: string | undefined): string[] {
  return text === undefined ? [] : [text];
}

/** The part itself and everything below it, depth first. */
function rowsOf(part: SchemaPart, path: string, required: Row["required"]): Row[] {
  const below = (key: string) => (path === "" ? key : `${path}.${key}`);
  const own = Object.entries(part.properties ?? {}).flatMap(([key, inner]) =>
    rowsOf(inner, below(key), part.required?.includes(key) === true),
  );
  const named =
    typeof part.additionalProperties === "object"
      ? rowsOf(part.additionalProperties, below("<name>"), false)
      : [];
  const listed = part.items?.properties === undefined ? [] : rowsOf(part.items, `${path}[]`, false);
  const choices = (part.anyOf ?? part.oneOf ?? []).flatMap((choice) =>
    rowsOf(choice, path, required)
      .filter((row) => row.path !== path)
      .map((row): Row => ({ ...row, required: row.required === true ? "choice" : row.required })),
  );
  const seen = new Set<string>();
  return [{ path, part, required }, ...own, ...named, ...listed, ...choices].filter(
    (row) => !seen.has(row.path) && seen.add(row.path),
  );
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ path, part, required }) =>
      `| \`${path}\` | ${cell(valueText(part))} | ${required === "choice" ? "in its choice" : required ? "yes" : ""} | ${cell(part.description ?? "")} |`,
  );
  return ["| key | value | required | what |", "| --- | --- | --- | --- |", ...lines].join("\n");
}

function valueText(part: SchemaPart): string {
  const choices = part.anyOf ?? part.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(valueText))].join(" or ");
  if (part.const !== undefined) return `\`${JSON.stringify(part.const)}\``;
  if (part.enum !== undefined) {
    const shown = part.enum.slice(0, shownValues).map((value) => `\`${String(value)}\``);
    const rest = part.enum.length - shown.length;
    return `${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  }
  if (part.items !== undefined) return `list of ${valueText(part.items)}`;
  const range =
    part.minimum === undefined && part.maximum === undefined
      ? ""
      : part.maximum === undefined
        ? `, at least ${part.minimum}`
        : part.minimum === undefined
          ? `, at most ${part.maximum}`
          : `, ${part.minimum} to ${part.maximum}`;
  return `${[part.type ?? "any"].flat().join(" or ")}${range}`;
}

/** Text of one cell: without line breaks, and with what would end it or be taken for a tag as text. */
function cell(text: string): string {
  return text
    .replace(/\s*\n\s*/g, " ")
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;");
}
