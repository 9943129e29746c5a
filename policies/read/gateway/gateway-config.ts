import type { Finding, Resource } from "../../framework/rule.ts";
import { at, elements, isFields, type Unknown, unknown, type Value } from "../../framework/value.ts";
import { type Document, documents, type Kind } from "../kubernetes/documents.ts";

/** LiteLLM reads no other files. [litellm/proxy/proxy_server.py, ProxyConfig.is_yaml] */
export const configFile = /\.ya?ml$/i;

const configuration: Kind = {
  rootKeys: [
    "model_list",
    "litellm_settings",
    "router_settings",
    "general_settings",
    "environment_variables",
    "include",
  ],
  keyPattern: configFile,
};

/** The configurations of a gateway in a ConfigMap or a Secret. */
export function gatewayConfigs(resource: Pick<Resource, "type" | "props">): readonly Document[] {
  return documents(resource, configuration);
}

/**
 * What a rule finds in the configurations of a resource; one finding for each that can't be read.
 * @param check gets a configuration's root, and gives findings with paths that begin there
 */
export function inGatewayConfigs(
  resource: Resource,
  check: (root: Value) => Iterable<Finding>,
): readonly Finding[] {
  return gatewayConfigs(resource).flatMap(({ path, problem, root }): readonly Finding[] => {
    if (problem === undefined)
      return Array.from(check(root), (finding) => ({ ...finding, path: `${path}.${finding.path}` }));
    return [
      {
        path,
        problem: `${problem}, and may configure a gateway`,
        allowed:
          "a YAML document known at preview, with each key once and nothing that YAML parsers read differently",
      },
    ];
  });
}

/** An entry of `model_list`: one deployment behind a name that clients request. */
export interface GatewayModel {
  /** Begins the paths of findings, as `model_list.0`. */
  readonly path: string;
  /** Such as `model 0`. */
  readonly where: string;
  readonly name: Value;
  /** What `litellm_params` holds; unknown for an entry that can't be read. */
  readonly params: Value;
  readonly info: Value;
}

/** The models of a configuration; one that can't be read in place of a list that can't be. */
export function gatewayModels(root: Value): readonly GatewayModel[] {
  const list = elements(at(root, "model_list"));
  if (list === unknown)
    return [{ path: "model_list", where: "models", name: unknown, params: unknown, info: unknown }];
  return list.map((entry, index) => {
    const params = at(entry, "litellm_params");
    return {
      path: `model_list.${index}`,
      where: `model ${index}`,
      name: at(entry, "model_name"),
      params: isFields(params) ? params : unknown,
      info: at(entry, "model_info"),
    };
  });
}

/** The names that clients and other settings may use. */
export function modelNames(root: Value): ReadonlySet<Value> {
  return new Set(gatewayModels(root).map(({ name }) => name));
}

/**
 * Provider of a model as LiteLLM splits its name; undefined without a provider, unknown for what is not
 * a string.
 */
export function providerOf(model: Value): string | undefined | Unknown {
  if (typeof model !== "string") return unknown;
  const slash = model.indexOf("/");
  return slash === -1 ? undefined : model.slice(0, slash);
}

/** A finding for a setting that is neither absent nor literally false. */
export function* mustBeOff(root: Value, path: string, why: string): Iterable<Finding> {
  const value = at(root, ...path.split("."));
  if (value === undefined || value === false) return;
  yield {
    path,
    problem: value === true ? `${path} is on: ${why}` : `${path} is not literally off: ${why}`,
    allowed: "absent or false",
  };
}

/** A finding for a setting that is present. */
export function* mustBeAbsent(root: Value, path: string, why: string): Iterable<Finding> {
  if (at(root, ...path.split(".")) === undefined) return;
  yield { path, problem: `${path} is set: ${why}`, allowed: "absent" };
}

/** A finding for a setting that is not literally true. */
export function* mustBeOn(root: Value, path: string, why: string): Iterable<Finding> {
  const value = at(root, ...path.split("."));
  if (value === true) return;
  yield {
    path,
    problem: value === undefined ? `${path} is not set: ${why}` : `${path} is not literally on: ${why}`,
    allowed: "true",
  };
}
