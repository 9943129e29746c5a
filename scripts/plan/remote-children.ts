import { Family, type Remote } from "./remote/family.ts";
import { recorded, recordedFrom } from "./remote/recorded.ts";
import type { PlannedResource } from "./resource.ts";
import { isObject, type Properties, type Wire } from "./wire.ts";

/** A remote component whose children aren't recorded. */
export class UnrecordedError extends Error {
  override readonly name = "UnrecordedError";
}

/**
 * The resources that a remote component makes, in the order of their registration.
 * @throws UnrecordedError where they aren't recorded
 */
export function remoteChildren(remote: Remote): readonly PlannedResource[] {
  const { type, urn } = remote.component;
  const record = recorded[type];
  if (record === undefined) throw new UnrecordedError(unrecorded(urn, `its type isn't recorded`));
  const { inputs } = remote.component;
  const others = Object.entries(inputs).flatMap(([name, value]) => {
    const options = record.options?.[name];
    if (options === undefined || !isObject(value)) return record.inputs.includes(name) ? [] : [name];
    return Object.keys(value).flatMap((option) => (options.includes(option) ? [] : [`${name}.${option}`]));
  });
  if (others.length > 0)
    throw new UnrecordedError(unrecorded(urn, `nothing is recorded for ${others.join(", ")}`));
  for (const [name, value] of Object.entries(record.fixed))
    if (!matches(inputs[name], value))
      throw new UnrecordedError(unrecorded(urn, `it is recorded only where ${name} is ${String(value)}`));
  return record.children(new Family(remote, recordedFrom));
}

function matches(given: Wire | undefined, wanted: Wire | RegExp): boolean {
  return wanted instanceof RegExp ? typeof given === "string" && wanted.test(given) : given === wanted;
}

/** What a recorded component answers; nothing is known of it before it is up. */
export function remoteOutputs({ type, inputs }: PlannedResource): Properties {
  return recorded[type]?.outputs(inputs) ?? {};
}

function unrecorded(urn: string, why: string): string {
  return (
    `${urn} is a remote component, whose provider alone knows what it makes: ${why}, so no rule checks its resources. ` +
    "Preview it with the Pulumi CLI and the policy pack, and add what you see to scripts/plan/remote"
  );
}
