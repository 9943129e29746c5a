import { at, isList, type Unknown, unknown, type Value } from "../../framework/value.ts";
import type { Container } from "../kubernetes/containers.ts";
import { imageReference } from "../text/image-reference.ts";

/** Whether a container runs LiteLLM, by its image or its command line; unknown where these can't be read. */
export function isGateway({ fields }: Container): boolean | Unknown {
  const image = at(fields, "image");
  if (imageReference(image)?.repository.at(-1)?.startsWith("litellm")) return true;
  const words = [...parts(at(fields, "command")), ...parts(at(fields, "args"))];
  if (words.some((word) => typeof word === "string" && /litellm/i.test(word))) return true;
  return image === unknown || words.includes(unknown) ? unknown : false;
}

/** The words of a command line, of which one may stand alone. */
function parts(value: Value): readonly Value[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}
