import type { EngineArguments, Json } from "./vllm-arguments.ts";

/** A source that an engine loads, besides its own code. */
export interface ModelSource {
  readonly of: "model" | "tokenizer" | "configuration" | "draft model" | "adapter";
  /** Begins with `args`, for the path of a finding. */
  readonly path: string;
  /** Its hub id, URI or path; absent where the argument can't be taken apart. */
  readonly name?: string;
  /** The commit that it states for itself; the model's own is a matter of its own. */
  readonly revision?: Json;
}

/** All sources that an engine loads. The model's repository isn't repeated, for example for its own tokenizer. */
export function modelSources({ model, flags }: EngineArguments): readonly ModelSource[] {
  const sources: ModelSource[] = [{ of: "model", path: "args", name: model }];
  const add = (flag: string, of: ModelSource["of"], name: Json | undefined, revision?: Json) => {
    if (name === undefined || name === null || name === model) return;
    sources.push({
      of,
      path: `args.${flag}`,
      ...(typeof name === "string" && { name }),
      ...(revision !== undefined && { revision }),
    });
  };
  add("--tokenizer", "tokenizer", flags.get("--tokenizer"), flags.get("--tokenizer-revision"));
  add("--hf-config-path", "configuration", flags.get("--hf-config-path"));
  add("--spec-model", "draft model", flags.get("--spec-model"));
  sources.push(...draftModel(flags.get("--speculative-config")), ...adapters(flags.get("--lora-modules")));
  return sources;
}

/** A draft model is loaded at its branch's head unless it has a revision, even where it is the model itself. */
function draftModel(config: Json | undefined): readonly ModelSource[] {
  if (config === undefined || config === null) return [];
  const place = { of: "draft model", path: "args.--speculative-config" } as const;
  if (typeof config !== "object" || Array.isArray(config)) return [place];
  const { model, revision } = config as { readonly [key: string]: Json | undefined };
  if (model === undefined || model === null) return [];
  return [
    {
      ...place,
      ...(typeof model === "string" && { name: model }),
      ...(revision !== undefined && { revision }),
    },
  ];
}

/** Adapters are written as `name=path`, or as JSON with `path`. [vllm 0.32.0 entrypoints/launchers/cli_args.py] */
function adapters(modules: Json | undefined): readonly ModelSource[] {
  if (modules === undefined) return [];
  const list = Array.isArray(modules) ? modules : [modules];
  return list.map((module, index) => {
    const name = typeof module === "string" ? /^[\w.-]+=(.+)$/.exec(module)?.[1] : undefined;
    return {
      of: "adapter",
      path: `args.--lora-modules.${index}`,
      ...(name !== undefined && { name }),
    };
  });
}

/** How a name is understood: a repository of the hub, a folder in a bucket, a path, or something else. */
export function sourceKind(name: string): "hub" | "bucket" | "path" | "other" {
  if (name.startsWith("s3://")) return "bucket";
  if (name.startsWith("/")) return "path";
  return /^[\w-][\w.-]*(?:\/[\w.-]+)?$/.test(name) ? "hub" : "other";
}
