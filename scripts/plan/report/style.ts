import { styleText } from "node:util";

/** Puts a style on text, or leaves it as it is. */
export type Style = (style: "bold" | "dim" | "green" | "red" | "yellow", text: string) => string;

/** Colours where the stream shows them: a terminal, unless NO_COLOR is set. */
export function styleFor(stream: NodeJS.WriteStream): Style {
  return (style, text) => styleText(style, text, { stream });
}
