import { tokenShapes } from "../../data/token-shapes.ts";

/** Ends of words that mean a secret: `HF_TOKEN`, `pgpassword`, `clientSecret`. Plurals count things: `max_tokens`. */
const secretWord = /(?:password|passwd|passphrase|pwd|psk|secret|token|apikey|accesskey|credentials?)$/;

/** Words that make a key a secret; other keys are names of entries. */
const secretKeys = list(
  "access api auth encryption hmac master preshared private salt secret service session shared signing subscription",
);

/** Words before `token` that make it a piece of text, and before `secret` that make it the name of an object. */
const before: ReadonlyMap<string, readonly string[]> = new Map([
  ["token", list("max min num per first inter bos eos pad unk sep mask stop special image no")],
  ["secret", list("external mount password pull tls")],
]);

/** Last words of a name that is about a secret and doesn't hold it. */
const after = list(
  "name names ref refs file path dir key keys id arn url uri endpoint namespace store provider",
  "type kind mode class version policy issuer audience header prefix template format algorithm encryption auth env var",
  "seconds minutes hours days ttl expiry expiration interval duration timeout latency rotation refresh",
  "length size count limit limits budget rate cost total usage enabled disabled required",
  "annotations labels selector hash hashes request reader",
);

/** Last words of names whose values are identifiers, addresses and hashes, which other resources tell. */
const identifiers = list("id ids arn arns name url host endpoint address hash hashes");

/** Names are short; of a longer one the end decides. */
const longestName = 100;

/** Whether a variable, flag or setting of this name holds a secret, by the words of the name. */
export function looksSecret(name: string): boolean {
  // Most names are about something else, and all of a long document's are checked.
  if (!/pass|pwd|psk|secret|token|key|credential/i.test(name)) return false;
  const words = wordsOf(name.slice(-longestName));
  const last = words.findLastIndex((_, index) => isSecretAt(words, index));
  if (last === -1) return false;
  if (words.includes("existing") || isOfAnotherKind(words, last)) return false;
  // The id of an access key is half of a credential that must not be there at all.
  if (words.slice(last - 1).join(" ") === "access key id") return true;
  return last === words.length - 1 || !after.includes(words.at(-1) ?? "");
}

/** Whether a setting of this name is an output of another resource and not a secret. */
export function looksLikeIdentifier(name: string): boolean {
  return identifiers.includes(wordsOf(name.slice(-longestName)).at(-1) ?? "") && !looksSecret(name);
}

/** Whether a string contains a credential of a known shape, as it is or in base64. */
export function holdsToken(text: string): boolean {
  return hasShape(text) || (text.match(/[A-Za-z0-9+/]{24,}={0,2}/g) ?? []).some(decodesToToken);
}

function decodesToToken(word: string): boolean {
  return hasShape(Buffer.from(word, "base64").toString("latin1"));
}

function hasShape(text: string): boolean {
  return Object.values(tokenShapes).some((shape) => shape.test(text));
}

function isSecretAt(words: readonly string[], index: number): boolean {
  return secretWord.test(words[index] ?? "") || isSecretKey(words, index);
}

/** `api key`, but not `key` alone. */
function isSecretKey(words: readonly string[], index: number): boolean {
  return words[index] === "key" && secretKeys.includes(words[index - 1] ?? "");
}

function isOfAnotherKind(words: readonly string[], index: number): boolean {
  return before.get(words[index] ?? "")?.includes(words[index - 1] ?? "") ?? false;
}

function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

function list(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(" "));
}
