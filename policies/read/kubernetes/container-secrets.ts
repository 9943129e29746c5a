import { at, elements, isFields, orUnknown, type Value } from "../../framework/value.ts";
import { type SecretPlace, settingSecrets } from "../text/named-secrets.ts";
import { passesSecret, plainSecret, secretInText } from "../text/plain-secret.ts";
import { looksSecret } from "../text/secret-name.ts";
import type { Container } from "./containers.ts";

/** Plaintext secrets in a container's variables, command line, probes and hooks. */
export function containerSecrets(container: Container): readonly SecretPlace[] {
  return [
    ...variableSecrets(container),
    ...commandLineSecrets(container, "command"),
    ...commandLineSecrets(container, "args"),
    ...["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"].flatMap((name) =>
      settingSecrets(`${container.path}.${name}`, at(container.fields, name)).map((finding) => ({
        ...finding,
        where: container.where,
      })),
    ),
  ];
}

/** Plaintext secrets in a container's variables. Every entry counts, even one that a later entry overrides: it is still in the object. */
export function variableSecrets({ path, where, fields }: Container): readonly SecretPlace[] {
  return orUnknown(elements(at(fields, "env"))).flatMap((entry, index) => {
    const problem = inVariable(entry);
    return problem === undefined
      ? []
      : [{ path: `${path}.env.${index}`, where, problem: `variable ${index} ${problem}` }];
  });
}

function inVariable(entry: Value): string | undefined {
  const name = at(entry, "name");
  if (!isFields(entry) || typeof name !== "string") return "has no name known at preview";
  const from = at(entry, "valueFrom");
  if (from === undefined) return plainSecret(name, at(entry, "value"));
  return looksSecret(name) && !isFields(at(from, "secretKeyRef"))
    ? "looks like a secret and doesn't come from a Secret"
    : undefined;
}

/** Words of a command line that pass or contain secrets. @param problemOf what is wrong with a word */
export function commandLineSecrets(
  { path, where, fields }: Container,
  list: "command" | "args",
  problemOf: (word: Value) => string | false | undefined = secretInWord,
): readonly SecretPlace[] {
  return orUnknown(elements(at(fields, list))).flatMap((word, index) => {
    const problem = problemOf(word);
    return !problem
      ? []
      : [{ path: `${path}.${list}.${index}`, where, problem: `${list} ${index} ${problem}` }];
  });
}

/** What is wrong with a word of a command line. */
export function secretInWord(word: Value): string | undefined {
  if (typeof word !== "string") return "is not a string known at preview, so it may contain a secret";
  return passesSecret(word) ? "is a flag for a secret, which the process list shows" : secretInText(word);
}
