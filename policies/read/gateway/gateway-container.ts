import { at, isList, type Unknown, unknown, type Value } from "../../framework/value.ts";
import type { Container } from "../kubernetes/containers.ts";
import { ownVariables } from "../kubernetes/environment.ts";
import { imageReference } from "../text/image-reference.ts";

/** Whether a container runs LiteLLM, by its image or its command line; unknown where these can't be read. */
export function isGateway({ fields }: Container): boolean | Unknown {
  const image = at(fields, "image");
  if (imageReference(image)?.repository.at(-1)?.startsWith("litellm")) return true;
  const words = [...parts(at(fields, "command")), ...parts(at(fields, "args"))];
  if (words.some((word) => typeof word === "string" && /litellm/i.test(word))) return true;
  return image === unknown || words.includes(unknown) ? unknown : false;
}

/** Seconds that a gateway has for finishing answers after SIGTERM; 0 where unset, unknown where that can't be read. */
export function gatewayDrainSeconds(container: Container): number | Unknown {
  const variables = ownVariables(container);
  const set = variables === unknown ? unknown : variables.get("GRACEFUL_SHUTDOWN_TIMEOUT");
  if (set === unknown) return unknown;
  if (set === undefined) return 0;
  return typeof set.value === "string" && /^\d{1,6}$/.test(set.value) ? Number(set.value) : unknown;
}

/** The words of a command line, which may also be a single string. */
function parts(value: Value): readonly Value[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}
