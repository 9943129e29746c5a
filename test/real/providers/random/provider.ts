import { createHash, randomBytes } from "node:crypto";
import { type Properties, secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Checking, Existing, Known, Made, Provider, Subject } from "../provider.ts";
import { plain, withNotes } from "../values.ts";

/** Passwords, which exist in the state alone: one that the state doesn't know is gone. */
export class RandomProvider implements Provider {
  configure() {}

  replacedByConfig(): boolean {
    return false;
  }

  check({ type, inputs }: Checking): Properties {
    if (type !== "random:index/randomPassword:RandomPassword") throw new Error(`no stand-in for ${type}`);
    const given = plain(inputs);
    return withNotes(
      { ...defaults, ...given },
      Object.keys(defaults).filter((key) => !(key in given)),
    );
  }

  /** Every argument of a password but `keepers` makes a new one. */
  replacing(): boolean {
    return true;
  }

  deletesFirst(): boolean {
    return false;
  }

  previewCreate(_subject: Subject, inputs: Properties): Properties {
    return { ...plain(inputs), result: secret(unknown), bcryptHash: secret(unknown) };
  }

  async create(_subject: Subject, inputs: Properties): Promise<Made> {
    const given = plain(inputs);
    const letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789";
    const result = [...randomBytes(Number(given.length))]
      .map((byte) => letters[byte % letters.length])
      .join("");
    const outputs = {
      ...given,
      result: secret(result),
      bcryptHash: secret(`$2a$10$${createHash("sha256").update(result).digest("base64url")}`),
    };
    return { id: "none", outputs };
  }

  /** The provider keeps nothing, so what the state has is all there is. */
  read({ id }: Existing, known: Known) {
    return Object.keys(known.outputs).length === 0 ? undefined : { id, ...known };
  }

  previewUpdate(_existing: Existing, inputs: Properties, before: Properties): Properties {
    return { ...before, ...plain(inputs) };
  }

  async update(_existing: Existing, inputs: Properties, before: Properties): Promise<Properties> {
    return { ...before, ...plain(inputs) };
  }

  async delete() {}

  invoke(token: string): Properties {
    throw new Error(`no stand-in for ${token}`);
  }
}

const defaults: Properties = {
  lower: true,
  minLower: 0,
  minNumeric: 0,
  minSpecial: 0,
  minUpper: 0,
  number: true,
  numeric: true,
  special: true,
  upper: true,
};
