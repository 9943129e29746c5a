import ts from "typescript";

/** A node of a JSON Schema, as far as descriptions need it. */
export interface SchemaNode {
  description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

/**
 * Gives every property of a schema the doc comment of the property of the same name in an exported type, so that what
 * the code says of a key is what an editor shows.
 * @param file the source file that exports the type
 * @throws Error where the file doesn't export such a type
 */
export function describe(schema: SchemaNode, { file, type }: { file: string; type: string }): void {
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const exported = module && checker.getExportsOfModule(module).find(({ name }) => name === type);
  if (exported === undefined) throw new Error(`${file} doesn't export the type ${type}`);
  walk(schema, checker.getDeclaredTypeOfSymbol(exported), checker);
}

function walk(schema: SchemaNode, type: ts.Type, checker: ts.TypeChecker): void {
  const types = membersOf(type);
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    const property = types.flatMap((one) => one.getProperty(name) ?? [])[0];
    if (property === undefined) continue;
    const text = documentation(property, checker);
    if (text !== "") child.description = text;
    walk(child, checker.getTypeOfSymbol(property), checker);
  }
  const { additionalProperties: values, items } = schema;
  for (const one of types) {
    const [inRecord, inArray] = [one.getStringIndexType(), one.getNumberIndexType()];
    if (typeof values === "object" && inRecord) walk(values, inRecord, checker);
    if (items && inArray) walk(items, inArray, checker);
  }
  for (const variant of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    const names = Object.keys(variant.properties ?? {});
    for (const one of types)
      if (names.every((name) => one.getProperty(name) !== undefined)) walk(variant, one, checker);
  }
}

/** The types that a value may have, without `undefined`. */
function membersOf(type: ts.Type): readonly ts.Type[] {
  const members = type.isUnion() ? type.types : [type];
  return members.filter(({ flags }) => (flags & ts.TypeFlags.Undefined) === 0);
}

/** The comment of a property, and the value that it has where it isn't given. */
function documentation(property: ts.Symbol, checker: ts.TypeChecker): string {
  const comment = ts.displayPartsToString(property.getDocumentationComment(checker));
  const defaults = property
    .getJsDocTags(checker)
    .filter(({ name }) => name === "default")
    .map(({ text }) => `Default: ${ts.displayPartsToString(text)}`);
  return [comment, ...defaults]
    .map((part) => part.replaceAll(/\s*\n\s*/g, " ").trim())
    .filter((part) => part !== "")
    .join("\n");
}
