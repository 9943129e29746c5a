import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, elements, isFields, isList, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { gatewayModels, inGatewayConfigs, modelNames } from "../../read/gateway/gateway-config.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";

const allowed = "model_names of model_list, without a way back to where a request came from";

/** Lists of `{ from: [to, …] }`. LiteLLM takes them in both sections. [litellm/router_config.py] */
const lists = ["fallbacks", "context_window_fallbacks", "content_policy_fallbacks"];
const sections = ["router_settings", "litellm_settings"];

export const gatewayFallbacksResolve: ResourceRule = {
  name: "gateway-fallbacks-resolve",
  title: "Every fallback, alias and silent copy leads to a model of the gateway, and none back.",
  why: "A fallback to a name that nobody serves fails exactly when it is needed, and a circle sends a failing request round until the client gives up.",
  fix: "Name a model_name of model_list, not a provider's id, and take the way back out.",
  severity: "medium",
  level: "mandatory",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: documentCarriers,
  example: {
    good: "router_settings: { fallbacks: [{ chat: [gpt-4o] }] }",
    bad: "router_settings: { fallbacks: [{ chat: [openai/gpt-4o-2024-08-06] }] }",
  },
  config: {},

  check(resource) {
    return inGatewayConfigs(resource, unresolved);
  },
};

/** One way that a request may take on. */
interface Edge {
  /** Begins where the configuration does. */
  readonly path: string;
  /** Unset for a way that is open to every model. */
  readonly from?: string;
  readonly to: Value;
}

function* unresolved(root: Value): Iterable<Finding> {
  const edges = [
    ...sections.flatMap((section) => inSection(root, section)),
    ...aliases(root),
    ...copies(root),
  ];
  const names = modelNames(root);
  for (const { path, to } of edges)
    if (typeof to !== "string" || !names.has(to))
      yield { path, problem: "it leads to no model of the gateway", allowed };
  for (const { path } of endless(edges)) yield { path, problem: "the way leads into a circle", allowed };
}

function inSection(root: Value, section: string): readonly Edge[] {
  const settings = at(root, section);
  const listed = lists.flatMap((name) =>
    orUnknown(elements(at(settings, name))).flatMap((entry, index) =>
      steps(`${section}.${name}.${index}`, entry),
    ),
  );
  const open = orUnknown(elements(at(settings, "default_fallbacks"))).map(
    (to, index): Edge => ({ path: `${section}.default_fallbacks.${index}`, to }),
  );
  return [...listed, ...open];
}

/** The ways of one entry `{ from: [to, …] }`; those from `*` are open to every model. */
function steps(path: string, entry: Value): readonly Edge[] {
  if (!isFields(entry)) return [{ path, to: unknown }];
  const ways = Object.entries(entry).flatMap(([from, targets]) =>
    orUnknown(elements(targets)).map((to): Omit<Edge, "path"> => (from === "*" ? { to } : { from, to })),
  );
  return ways.map((way, index) => ({ path: `${path}.${index}`, ...way }));
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

/** A copy is not sent on, so it leads into no circle. */
function copies(root: Value): readonly Edge[] {
  return gatewayModels(root).flatMap(({ path, params }) => {
    const silent = at(params, "silent_model");
    const targets: readonly Value[] = isList(silent) ? silent : [silent];
    return targets
      .filter((to) => to !== undefined)
      .map((to): Edge => ({ path: `${path}.litellm_params.silent_model`, to }));
  });
}

/** The ways of which a request never comes to an end; those open to every model skip where it came from. */
function endless(edges: readonly Edge[]): readonly Edge[] {
  const named = edges.filter(({ from }) => from !== undefined);
  const into = Map.groupBy(named, ({ to }) => to);
  const open = new Map<Value, number>();
  for (const { from } of named) open.set(from, (open.get(from) ?? 0) + 1);
  // A model ends a way when none leads on from it, or all of them end.
  const ends = new Set<Value>([...into.keys()].filter((name) => !open.has(name)));
  for (const end of ends)
    for (const { from } of into.get(end) ?? []) {
      const left = (open.get(from) ?? 0) - 1;
      open.set(from, left);
      if (left === 0) ends.add(from);
    }
  return named.filter(({ to }) => !ends.has(to));
}
