import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** A property that a provider's SDK declares for a type of resource. */
export interface SdkProperty {
  readonly name: string;
  readonly kind: "string" | "number" | "boolean" | "list" | "object";
  /** Absent from a resource that doesn't set it; others are computed by the provider where they aren't set. */
  readonly optional: boolean;
}

const known = new Map<string, readonly SdkProperty[]>();

/**
 * The properties of a resource type, from the declarations of the installed SDK, which its provider's schema was turned
 * into: what is `Output<T>` without `undefined` is always there after `pulumi up`. None for types that no SDK declares,
 * such as custom resources of Kubernetes.
 */
export function sdkProperties(type: string): readonly SdkProperty[] {
  const found = known.get(type) ?? read(type);
  known.set(type, found);
  return found;
}

function read(type: string): readonly SdkProperty[] {
  let text: string;
  try {
    text = readFileSync(declarationFile(type), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return [...text.matchAll(/^ {4}readonly (\w+): pulumi\.Output<(.*)$/gm)].map(
    ([, name = "", declared = ""]) => ({
      name,
      kind: kindOf(declared),
      optional: declared.includes("| undefined>") || optionalMap(text, name),
    }),
  );
}

function kindOf(declared: string): SdkProperty["kind"] {
  if (/\[\]/.test(declared)) return "list";
  const [word = ""] = /^"?\w+/.exec(declared) ?? [];
  if (word === "string" || word.startsWith('"')) return "string";
  return word === "number" || word === "boolean" ? word : "object";
}

/** Whether a map, which the declaration breaks over lines, may be absent. */
function optionalMap(text: string, name: string): boolean {
  return new RegExp(`readonly ${name}: pulumi\\.Output<\\{[^}]*\\} \\| undefined>;`).test(text);
}

/** `aws:lb/targetGroup:TargetGroup` is declared in lb/targetGroup.d.ts, `kubernetes:apps/v1:Deployment` by its kind. */
function declarationFile(type: string): string {
  const [provider = "", path = "", kind = ""] = type.split(":");
  const file = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}.d.ts`;
  const [group = "", version = ""] = path.split("/");
  const folder =
    provider === "kubernetes"
      ? join(group.split(".")[0] ?? "", version)
      : path.startsWith("index")
        ? ""
        : dirname(path);
  return join(dirname(require.resolve(`@pulumi/${provider}/package.json`)), folder, file);
}
