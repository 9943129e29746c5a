import { createHash, randomBytes } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Properties } from "../../../scripts/plan/wire.ts";

/** Something that exists in the cloud, whether or not a state knows it. */
export interface CloudObject {
  readonly type: string;
  readonly id: string;
  /** The resource that it was made for. */
  readonly urn: string;
  /** What exists only once, as the name of a role. */
  readonly once?: string;
  /** As Pulumi's provider checked them, secrets in clear. */
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** Deleted, though its name stays taken for a while, as Secrets Manager does it. */
  readonly deleted?: true;
  /** Milliseconds since 1970 at which the service has finished with it. */
  readonly readyAt?: number;
}

/** What the providers did, one line each. */
export interface Operation {
  readonly at: number;
  readonly pid: number;
  readonly kind: "create" | "update" | "delete" | "read";
  /** `begun` when the cloud has it, `done` when the engine is about to hear of it. */
  readonly stage: "begun" | "done" | "refused";
  readonly type: string;
  readonly urn: string;
  readonly id?: string;
  readonly reason?: string;
}

/** A cloud in a folder: it outlives the processes that change it and knows nothing of anybody's state. */
export class Cloud {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(join(folder, "objects"), { recursive: true });
  }

  get(type: string, id: string): CloudObject | undefined {
    return read(this.file(type, id));
  }

  ofType(type: string): readonly CloudObject[] {
    const folder = this.typeFolder(type);
    if (!existsSync(folder)) return [];
    const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
    return files.flatMap((name) => read(join(folder, name)) ?? []);
  }

  all(): readonly CloudObject[] {
    const folders = readdirSync(join(this.folder, "objects"));
    return folders.flatMap((folder) => this.ofType(decodeURIComponent(folder)));
  }

  put(object: CloudObject) {
    mkdirSync(this.typeFolder(object.type), { recursive: true });
    const file = this.file(object.type, object.id);
    writeFileSync(`${file}.new`, JSON.stringify(object));
    renameSync(`${file}.new`, file);
  }

  remove({ type, id }: Pick<CloudObject, "type" | "id">) {
    rmSync(this.file(type, id), { force: true });
  }

  note(operation: Omit<Operation, "at" | "pid">) {
    const line = { at: Date.now(), pid: process.pid, ...operation };
    appendFileSync(join(this.folder, "operations.jsonl"), `${JSON.stringify(line)}\n`);
  }

  operations(): readonly Operation[] {
    const file = join(this.folder, "operations.jsonl");
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Operation);
  }

  private typeFolder(type: string): string {
    return join(this.folder, "objects", encodeURIComponent(type));
  }

  private file(type: string, id: string): string {
    return join(this.typeFolder(type), `${createHash("sha256").update(id).digest("hex").slice(0, 32)}.json`);
  }
}

function read(file: string): CloudObject | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as CloudObject) : undefined;
}

/** Lower-case hexadecimal digits that nothing else has. */
export function hex(digits: number): string {
  return randomBytes(Math.ceil(digits / 2))
    .toString("hex")
    .slice(0, digits);
}

/** An identifier in the form of RFC 9562. */
export function uuid(): string {
  return [hex(8), hex(4), `4${hex(3)}`, `a${hex(3)}`, hex(12)].join("-");
}
