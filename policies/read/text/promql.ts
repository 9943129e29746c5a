import { type Unknown, unknown, type Value } from "../../framework/value.ts";

/** Words that occur where a metric could. */
const words: ReadonlySet<string> = new Set(["and", "or", "unless", "atan2", "bool", "offset", "inf", "nan"]);
/** Words with a list of labels in parentheses after them. */
const beforeLabels: ReadonlySet<string> = new Set([
  "by",
  "without",
  "on",
  "ignoring",
  "group_left",
  "group_right",
]);

/** Space, comment, three kinds of string, range, name, number or duration, operator. [prometheus promql/parser/lex.go] */
const token =
  /\s+|#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|\[[^\]"'`]*\]|[A-Za-z_:][\w:]*|(?:\d[\w.]*|\.\d[\w.]*)(?:(?<=[eE])[+-]\d+)?|=~|!~|==|!=|<=|>=|[-+*/%^=<>@(){},]/gy;

/** The metrics that a PromQL expression reads; unknown where the name of one of them isn't known. */
export function metricsOf(expr: Value): ReadonlySet<string> | Unknown {
  const tokens = typeof expr === "string" ? tokenize(expr) : unknown;
  if (tokens === unknown || count(tokens, "(") !== count(tokens, ")")) return unknown;
  const metrics = new Set<string>();
  for (let index = 0; index < tokens.length; index++) {
    const [one = "", next = ""] = tokens.slice(index, index + 2);
    if (isMetric(one, next)) metrics.add(one);
    else if (next === "(" && beforeLabels.has(one.toLowerCase())) {
      const end = tokens.indexOf(")", index);
      if (end === -1) return unknown;
      index = end;
    } else if (one === "{") {
      const end = tokens.indexOf("}", index);
      const named = end === -1 ? unknown : namesIn(tokens.slice(index + 1, end));
      // Without a name of its own or before it, a selector picks whatever has its labels.
      if (named === unknown || (named.length === 0 && !isMetric(tokens[index - 1] ?? "", one)))
        return unknown;
      for (const name of named) metrics.add(name);
      index = end;
    }
  }
  return metrics;
}

/** Whether a name is that of a metric, and neither a word of the language nor a function or an aggregation. */
function isMetric(one: string, next: string): boolean {
  const word = one.toLowerCase();
  if (!/^[A-Za-z_:]/.test(one) || words.has(word) || beforeLabels.has(word)) return false;
  return next !== "(" && !/^(?:by|without)$/i.test(next);
}

function tokenize(expr: string): readonly string[] | Unknown {
  const tokens = [...expr.matchAll(token)].map(([text]) => text);
  if (tokens.join("").length < expr.length) return unknown;
  return tokens.filter((text) => !/^(?:\s|#)/.test(text));
}

/** The metrics that a selector's matchers name: a string by itself, or `__name__` by equality. */
function namesIn(matchers: readonly string[]): readonly string[] | Unknown {
  const names = matchers.flatMap((one, index) => {
    if (one === "__name__") return matchers[index + 1] === "=" ? text(matchers[index + 2]) : unknown;
    const byItself = isText(one) && [undefined, ","].includes(matchers[index - 1]);
    return byItself && [undefined, ","].includes(matchers[index + 1]) ? text(one) : [];
  });
  const known = names.filter((name) => typeof name === "string");
  return known.length === names.length ? known : unknown;
}

function count(tokens: readonly string[], wanted: string): number {
  return tokens.filter((one) => one === wanted).length;
}

function isText(one: string): boolean {
  return /^["'`]/.test(one);
}

function text(one = ""): string | Unknown {
  return isText(one) && !one.includes("\\") ? one.slice(1, -1) : unknown;
}
