/** HTML that is safe to insert into a page as is. */
export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** What a template takes: text is escaped, lists follow one another, `undefined` and `false` leave nothing. */
export type Content = Markup | string | number | false | undefined | readonly Content[];

/** A template of HTML or SVG in which every value is escaped unless it is markup itself. Quote attributes. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => part + sourceOf(values[index])).join(""));
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function sourceOf(content: Content): string {
  if (content instanceof Markup) return content.source;
  if (content === undefined || content === false) return "";
  if (typeof content === "string" || typeof content === "number") return escaped(String(content));
  return content.map(sourceOf).join("");
}

/** Also for what HTML can't hold at all: control characters other than tab and line end. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => escapes[character] ?? "")
    .replace(/[^\P{Cc}\t\n]/gu, "\ufffd");
}
