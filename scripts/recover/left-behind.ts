import { urnName } from "../plan/resource.ts";
import { type Inputs, lookupOf, type Place } from "./rules.ts";

/** An operation that an interrupted update had begun. */
export interface Pending {
  /** As the state has it: creating, updating, deleting and so on. */
  readonly operation: string;
  readonly urn: string;
  readonly type: string;
  readonly inputs: Inputs;
}

/** A resource that the state has. */
export interface Known {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: Inputs;
}

/** Something that AWS has under the environment's tags. */
export interface Tagged {
  readonly arn: string;
  readonly name: string | undefined;
}

/** Something that the cloud may have and the state hasn't, or has as unfinished. */
export interface LeftBehind {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /**
   * `import`: into the state, as the resource that was being created. `delete`: from the cloud, because the program
   * makes another or has it already. `clear`: only the note in the state. `refresh`: the resource is in the state, what
   * became of its change isn't. `unknown`: a person has to look.
   */
  readonly action: "import" | "delete" | "clear" | "refresh" | "unknown";
  /** The id in the state, and the id by which an import finds it. */
  readonly id?: string;
  readonly importId?: string;
  readonly because: string;
}

/** What an interrupted update left behind, from the state and from what AWS has under the environment's tags. */
export function leftBehind(
  { pending, known }: { readonly pending: readonly Pending[]; readonly known: readonly Known[] },
  tagged: readonly Tagged[],
  place: Place,
): readonly LeftBehind[] {
  const ofPending = pending.flatMap((operation) => ofOperation(operation, known, tagged, place));
  const claimed = new Set(ofPending.map(({ type, id }) => `${type} ${id}`));
  const doubles = [...pending, ...known].flatMap(({ urn, type, inputs }) =>
    unowned(type, inputs, known, tagged).map((id) => ({ urn, type, inputs, id })),
  );
  const unclaimed = doubles.filter(({ type, id }) => {
    const key = `${type} ${id}`;
    if (claimed.has(key)) return false;
    claimed.add(key);
    return true;
  });
  return [
    ...ofPending,
    ...unclaimed.map(({ urn, type, inputs, id }) => ({
      ...found({ urn, type, inputs }, id, place),
      action: "delete" as const,
      because: "a second one under the same name tag, and the state has another",
    })),
  ];
}

function ofOperation(
  pending: Pending,
  known: readonly Known[],
  tagged: readonly Tagged[],
  place: Place,
): readonly LeftBehind[] {
  const { operation, urn, type, inputs } = pending;
  const about = { urn, type, name: urnName(urn) };
  const clear = (because: string) => [{ ...about, action: "clear" as const, because }];
  if (operation !== "creating")
    return [{ ...about, action: "refresh", because: `was interrupted while ${operation}` }];
  const rule = lookupOf(type);
  if (rule === undefined) return [{ ...about, action: "unknown", because: `no rule for finding a ${type}` }];
  if ("repeatable" in rule) return clear(rule.repeatable);
  const candidates = "id" in rule ? [rule.id(inputs, place)] : unowned(type, inputs, known, tagged);
  const current = known.find((resource) => resource.urn === urn);
  const [first] = candidates;
  if (first === undefined) return clear("AWS has nothing under its name tag: it was never created");
  if (first === current?.id) return clear("the state has it by now");
  const one = found(pending, first, place);
  if (current !== undefined)
    return [{ ...one, action: "delete", because: `a later update made another: ${current.id}` }];
  if ("reinstalled" in rule && rule.reinstalled)
    return [
      {
        ...one,
        action: "delete",
        because: "an interrupted Helm release can't be upgraded; pulumi up installs it again",
      },
    ];
  return [{ ...one, action: "import", because: "was interrupted while creating" }];
}

function found({ urn, type, inputs }: Omit<Pending, "operation">, id: string, place: Place) {
  const rule = lookupOf(type);
  const importId = rule && "importId" in rule && rule.importId ? rule.importId(inputs, id, place) : id;
  return { urn, type, name: urnName(urn), id, importId };
}

/** Ids of this type and name tag that no resource of the state has. */
function unowned(
  type: string,
  inputs: Inputs,
  known: readonly Known[],
  tagged: readonly Tagged[],
): readonly string[] {
  const rule = lookupOf(type);
  const { Name } = (inputs.tags ?? {}) as { Name?: string };
  if (rule === undefined || !("arn" in rule) || Name === undefined) return [];
  const ids = tagged.flatMap(({ arn, name }) => (name === Name ? (rule.arn.exec(arn)?.[1] ?? []) : []));
  return ids.filter((id) => !known.some((resource) => resource.type === type && resource.id === id));
}
