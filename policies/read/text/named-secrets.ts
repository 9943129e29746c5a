import { isFields, isList, type Value } from "../../framework/value.ts";
import { leaves, plainSecret, secretInText } from "./plain-secret.ts";
import { looksSecret } from "./secret-name.ts";

/** Where a plaintext secret is, and what is wrong. */
export interface SecretPlace {
  readonly path: string;
  readonly problem: string;
}

/** The setting's name in a path: `password` of `.passwords.0`, `apiKey` of `.apiKey.value`. */
export function nameOf(path: string): string {
  const name = path.split(".").findLast((part) => part !== "value" && !/^\d+$/.test(part)) ?? "";
  return name.replace(/(?<=word|token|key)s$/i, "");
}

/** Strings under names of secrets. Most that isn't known is a name or an address of another resource. */
export function underNames(
  path: string,
  value: Value,
  harmless?: ReadonlySet<string>,
): readonly SecretPlace[] {
  return leaves(path, value).flatMap((leaf) => {
    if (typeof leaf.value !== "string" || leaf.value.startsWith("arn:")) return [];
    const name = nameOf(leaf.name === "value" ? leaf.path : leaf.name);
    const problem = looksSecret(name) && !harmless?.has(name) ? plainSecret(name, leaf.value) : undefined;
    return problem === undefined
      ? []
      : [{ path: leaf.path.replace(/^\./, ""), problem: `the setting ${problem}` }];
  });
}

/** Options of a mount, such as `password=…`. */
export function mountOptions(path: string, value: Value): readonly SecretPlace[] {
  return (isList(value) ? value : []).flatMap((one, index) => {
    const problem = typeof one === "string" ? secretInText(one) : undefined;
    return problem === undefined ? [] : [{ path: `${path}.${index}`, problem: `the option ${problem}` }];
  });
}

/** Of annotations the name's last word decides: others name Secrets. */
const annotatedSecret = /(?:password|passwd|token|api-?key|access-?key)$/i;

/** Annotations that are secrets, or documents that contain some. */
export function annotations(path: string, value: Value): readonly SecretPlace[] {
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (typeof inner !== "string") return [];
    const problem =
      annotatedSecret.test(name) && looksSecret(name.split("/").at(-1) ?? "")
        ? plainSecret(name.split("/").at(-1) ?? "", inner)
        : secretInText(inner);
    return problem === undefined ? [] : [{ path: `${path}.${name}`, problem: `the annotation ${problem}` }];
  });
}
