import { at, isFields, isList, type Value } from "../../framework/value.ts";
import { fromBase64 } from "./base64.ts";
import { leaves, plainSecret, secretInText } from "./plain-secret.ts";
import { holdsToken, looksSecret } from "./secret-name.ts";

/** Where a plaintext secret is, and what is wrong. */
export interface SecretPlace {
  readonly path: string;
  /** The container, for people. */
  readonly where?: string;
  readonly problem: string;
}

/** The setting's name in a path: `password` of `.passwords.0`, `apiKey` of `.apiKey.value`. */
export function settingName(path: string): string {
  const name = path.split(".").findLast((part) => part !== "value" && !/^\d+$/.test(part)) ?? "";
  return name.replace(/(?<=word|token|key)s$/i, "");
}

/**
 * Strings under names of secrets. Most that isn't known is a name or an address of another resource.
 * @param isHarmless whether a setting of such a name holds something else
 */
export function underNames(
  path: string,
  value: Value,
  isHarmless: (name: string, value: string) => boolean = () => false,
): readonly SecretPlace[] {
  return leaves(path, value).flatMap((leaf) => {
    if (typeof leaf.value !== "string") return [];
    const name = settingName(leaf.name === "value" ? leaf.path : leaf.name);
    const problem =
      looksSecret(name) && !isHarmless(name, leaf.value) ? plainSecret(name, leaf.value) : undefined;
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
export function annotationSecrets(path: string, value: Value): readonly SecretPlace[] {
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

/** Files in which `token: x` is code or prose rather than a setting; only the shape of credentials is checked. */
export const program = /\.(?:py|js|ts|lua|rb|jinja|md|txt|html?|css)$/;

/** Entries of a ConfigMap that are secrets, or documents that contain some. */
export function configMapSecrets(props: Value): readonly SecretPlace[] {
  return [
    ...entrySecrets("data", at(props, "data"), inEntry),
    ...entrySecrets("binaryData", at(props, "binaryData"), (key, value) =>
      inEntry(key, typeof value === "string" ? fromBase64(value) : value),
    ),
  ];
}

/** Files that hold nothing but credentials. */
const credentials = /^[._]?(?:netrc|pgpass|my\.cnf|pypirc|git-credentials|htpasswd|dockercfg)$/;

function inEntry(key: string, value: Value): string | undefined {
  if (credentials.test(key)) return "is a file of credentials";
  if (!program.test(key) || typeof value !== "string") return plainSecret(key, value);
  return holdsToken(value) ? "contains what looks like a credential" : undefined;
}

/** What an object whose keys are names contains in plaintext. */
export function entrySecrets(
  path: string,
  value: Value,
  problemOf: (key: string, value: Value) => string | undefined,
): readonly SecretPlace[] {
  if (value === undefined) return [];
  if (!isFields(value)) return [{ path, problem: "isn't known at preview, so it may contain a secret" }];
  return Object.entries(value).flatMap(([key, inner]) => {
    const problem = problemOf(key, inner);
    return problem === undefined ? [] : [{ path: `${path}.${key}`, problem: `the entry ${problem}` }];
  });
}

/** Plaintext secrets among the settings of a tree, by their names and what they contain. */
export function settingSecrets(path: string, value: Value): readonly SecretPlace[] {
  return leaves(path, value).flatMap((leaf) => {
    const problem = plainSecret(leaf.name, leaf.value);
    return problem === undefined ? [] : [{ path: leaf.path, problem: `the setting ${problem}` }];
  });
}
