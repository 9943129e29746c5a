import { at, elements, isFields, type Unknown, unknown, type Value } from "../../framework/value.ts";
import type { Container } from "./containers.ts";

/** The value of a container's variable, or the reference that the cluster reads it from. */
export interface Variable {
  readonly name: string;
  /** Begins the paths of findings, such as `containers.engine.env.2`. */
  readonly path: string;
  /** Its value; unset for an empty variable; unknown for a reference and for what is not a string. */
  readonly value: Value;
  /** What `valueFrom` holds, as `{ secretKeyRef: … }`; unset for a plain variable. */
  readonly from: Value;
}

/**
 * The variables of a container; of two with one name the last counts, as in Kubernetes. Unknown where one of them
 * has no known name, such as those of envFrom, so that none counts as absent.
 */
export function environment({ path, fields }: Container): ReadonlyMap<string, Variable> | Unknown {
  const list = elements(at(fields, "env"));
  const whole = elements(at(fields, "envFrom"));
  if (list === unknown || whole === unknown || whole.length > 0) return unknown;
  const variables = new Map<string, Variable>();
  for (const [index, entry] of list.entries()) {
    const name = at(entry, "name");
    if (!isFields(entry) || typeof name !== "string") return unknown;
    const from = at(entry, "valueFrom");
    const value = at(entry, "value");
    const text = from === undefined && (value === undefined || typeof value === "string") ? value : unknown;
    variables.set(name, { name, path: `${path}.env.${index}`, value: text, from });
  }
  return variables;
}

/** The variables that are listed one by one, for rules that report envFrom separately. */
export function ownVariables(container: Container): ReadonlyMap<string, Variable> | Unknown {
  const { fields } = container;
  return environment(
    isFields(fields) ? { ...container, fields: { ...fields, envFrom: undefined } } : container,
  );
}
