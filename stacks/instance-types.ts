import { instanceTypeNames } from "../components/capacity/instances.ts";
import { type Problem, suggestion } from "../components/shared/problems.ts";

/** The problem of an instance type that the table of instances doesn't have. */
export function unknownInstanceType(path: string, name: string): Problem {
  const family = (type: string) => type.split(".")[0] ?? "";
  const alike = instanceTypeNames().filter((known) => family(known) === family(name));
  // A type of another family is another machine, however alike its name is.
  const way =
    alike.length > 0
      ? suggestion(name, alike)
      : `; families with types there: ${[...new Set(instanceTypeNames().map(family))].join(", ")}`;
  return { path, value: name, message: `not in the instance table${way}` };
}
