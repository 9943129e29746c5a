import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, elements, isFields, isList, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { gatewayModels, inGatewayConfigs, modelNames } from "../../read/gateway/gateway-config.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";

const allowed = "model_names of model_list, without a cycle";

/** Lists of `{ from: [to, …] }`. LiteLLM takes them in both sections. [litellm/router_config.py] */
const lists = ["fallbacks", "context_window_fallbacks", "content_policy_fallbacks"];
const sections = ["router_settings", "litellm_settings"];

export const gatewayFallbacksResolve: ResourceRule = {
  name: "gateway-fallbacks-resolve",
  title: "Every fallback, alias and mirror target is a model of the gateway, without cycles.",
  why: "A fallback to an unknown model fails exactly when it is needed, and a cycle retries a failing request until the client times out.",
  fix: "Name a model_name of model_list, not a provider's id, and remove the entry that closes a cycle.",
  severity: "medium",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: documentCarriers,
  example: {
    good: "router_settings: { fallbacks: [{ chat: [gpt-4o] }] }",
    bad: "router_settings: { fallbacks: [{ chat: [openai/gpt-4o-2024-08-06] }] }",
  },

  check(resource) {
    return inGatewayConfigs(resource, unresolved);
  },
};

/** A fallback, alias or mirror from one model to another. */
interface Edge {
  /** Relative to the root of the configuration. */
  readonly path: string;
  /** Unset where it applies to every model. */
  readonly from?: string;
  readonly to: Value;
}

function* unresolved(root: Value): Iterable<Finding> {
  const edges = [
    ...sections.flatMap((section) => inSection(root, section)),
    ...aliases(root),
    ...mirrors(root),
  ];
  const names = modelNames(root);
  for (const { path, to } of edges)
    if (typeof to !== "string" || !names.has(to))
      yield { path, problem: "it is not a model of the gateway", allowed };
  for (const { path } of endless(edges)) yield { path, problem: "it leads into a cycle", allowed };
}

function inSection(root: Value, section: string): readonly Edge[] {
  const settings = at(root, section);
  const listed = lists.flatMap((name) =>
    orUnknown(elements(at(settings, name))).flatMap((entry, index) =>
      entryEdges(`${section}.${name}.${index}`, entry),
    ),
  );
  const open = orUnknown(elements(at(settings, "default_fallbacks"))).map(
    (to, index): Edge => ({ path: `${section}.default_fallbacks.${index}`, to }),
  );
  return [...listed, ...open];
}

/** The edges of one entry `{ from: [to, …] }`; those from `*` apply to every model. */
function entryEdges(path: string, entry: Value): readonly Edge[] {
  if (!isFields(entry)) return [{ path, to: unknown }];
  const edges = Object.entries(entry).flatMap(([from, targets]) =>
    orUnknown(elements(targets)).map((to): Omit<Edge, "path"> => (from === "*" ? { to } : { from, to })),
  );
  return edges.map((edge, index) => ({ path: `${path}.${index}`, ...edge }));
}

/** An alias is a name, or an object with the name in `model`. */
function aliases(root: Value): readonly Edge[] {
  const path = "router_settings.model_group_alias";
  const all = at(root, "router_settings", "model_group_alias") ?? {};
  if (!isFields(all)) return [{ path, to: unknown }];
  return Object.entries(all).map(([from, to], index) => ({
    path: `${path}.${index}`,
    from,
    to: isFields(to) ? at(to, "model") : to,
  }));
}

/** A mirrored request has no fallbacks, so it can't be in a cycle. */
function mirrors(root: Value): readonly Edge[] {
  return gatewayModels(root).flatMap(({ path, params }) => {
    const silent = at(params, "silent_model");
    const targets: readonly Value[] = isList(silent) ? silent : [silent];
    return targets
      .filter((to) => to !== undefined)
      .map((to): Edge => ({ path: `${path}.litellm_params.silent_model`, to }));
  });
}

/** The edges that lead into a cycle; those that apply to every model skip the model that failed. */
function endless(edges: readonly Edge[]): readonly Edge[] {
  const named = edges.filter(({ from }) => from !== undefined);
  const into = Map.groupBy(named, ({ to }) => to);
  const open = new Map<Value, number>();
  for (const { from } of named) open.set(from, (open.get(from) ?? 0) + 1);
  // A model is acyclic when it has no outgoing edges, or all of them lead to acyclic models.
  const ends = new Set<Value>([...into.keys()].filter((name) => !open.has(name)));
  for (const end of ends)
    for (const { from } of into.get(end) ?? []) {
      const left = (open.get(from) ?? 0) - 1;
      open.set(from, left);
      if (left === 0) ends.add(from);
    }
  return named.filter(({ to }) => !ends.has(to));
}
