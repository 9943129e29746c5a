import { createRequire } from "node:module";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

type Policy = ResourceValidationPolicy | StackValidationPolicy;
interface AnalyzeRequest {
  getType(): string;
  getUrn(): string;
}
type Handlers = Record<string, (call: { readonly request: AnalyzeRequest }, reply: unknown) => unknown>;
interface ServerPrototype {
  addService(service: unknown, handlers: Handlers): void;
}

/** The resource that the server is analyzing, until it has read the list of policies. */
let asked: AnalyzeRequest | undefined;

/**
 * The same list, of which Pulumi's server only uses the rules that apply to the resource at hand:
 * it prepares a resource anew for every policy. Where it takes the list up in another way, it gets all of it.
 * @param reads whether a policy reads resources of a type
 * @param isSeen whether the pack has seen a resource, on which rules about the stack rely: if not, other policies follow
 */
export function applicable(
  policies: readonly Policy[],
  reads: (policy: string, type: string) => boolean,
  isSeen: (urn: string) => boolean,
): Policy[] {
  const ofResources = policies.filter((policy) => "validateResource" in policy);
  function* forResource({ type, urn }: { readonly type: string; readonly urn: string }) {
    const [some, others] = [true, false].map((wanted) =>
      ofResources.filter(({ name }) => reads(name, type) === wanted),
    );
    yield* some ?? [];
    for (const policy of others ?? []) {
      if (isSeen(urn)) return;
      yield policy;
    }
  }
  return Object.defineProperty([...policies], Symbol.iterator, {
    value: () =>
      asked === undefined
        ? policies[Symbol.iterator]()
        : forResource({ type: asked.getType(), urn: asked.getUrn() }),
  });
}

/** Resets what is kept of a stack when another one follows. */
const resets: (() => void)[] = [];

/** Calls a function before the server configures a stack. */
export function whenStackBegins(reset: () => void) {
  resets.push(reset);
}

/** Tracks the server's current request for the lists above. Must be called before the pack is served. */
export function watchServer() {
  const { Server } = createRequire(createRequire(import.meta.url).resolve("@pulumi/policy"))(
    "@grpc/grpc-js",
  ) as { readonly Server: { readonly prototype: ServerPrototype } };
  const { addService } = Server.prototype;
  Server.prototype.addService = function (service, handlers) {
    const { analyze, configureStack } = handlers;
    const watched = (call: { readonly request: AnalyzeRequest }, reply: unknown) => {
      asked = call.request;
      try {
        return analyze?.(call, reply);
      } finally {
        asked = undefined;
      }
    };
    const begun = (call: { readonly request: AnalyzeRequest }, reply: unknown) => {
      for (const reset of resets) reset();
      return configureStack?.(call, reply);
    };
    addService.call(this, service, {
      ...handlers,
      ...(analyze !== undefined && { analyze: watched }),
      ...(configureStack !== undefined && { configureStack: begun }),
    });
  };
}
