import type { Finding } from "../../framework/rule.ts";
import { unknown, type Value } from "../../framework/value.ts";
import type { Container } from "./containers.ts";
import { environment } from "./environment.ts";

const levels = /^(?:info|warn|warning|error|critical|off)$/i;
const no = /^(?:0|false|)$/i;

/** Allowed values of variables that make a server log requests. */
export interface LogVariables {
  readonly [name: string]: RegExp;
}

/** [vllm/envs.py; text-generation-inference launcher; ollama/envconfig] */
export const engineLogVariables: LogVariables = {
  VLLM_LOGGING_LEVEL: levels,
  VLLM_LOGGING_CONFIG_PATH: /^(?!)/,
  VLLM_DEBUG_LOG_API_SERVER_RESPONSE: no,
  LOG_LEVEL: levels,
  RUST_LOG: levels,
  OLLAMA_DEBUG: no,
};

/** [litellm/_logging.py, litellm/proxy/proxy_cli.py] */
export const gatewayLogVariables: LogVariables = { LITELLM_LOG: levels, DEBUG: no, DETAILED_DEBUG: no };

/** Variables of a container that make it log too much, or may. */
export function* verboseVariables(container: Container, variables: LogVariables): Iterable<Finding> {
  const allowed = "no debug level, as a literal string";
  const { path, where } = container;
  const own = environment(container);
  if (own === unknown) {
    const problem = "variables that aren't known at preview may set a debug level";
    yield { path: `${path}.env`, where, problem, allowed };
    return;
  }
  for (const [name, form] of Object.entries(variables)) {
    const variable = own.get(name);
    if (variable === undefined || isQuiet(variable.value, form)) continue;
    yield { path: variable.path, where, problem: `${name} writes prompts to the logs, or may`, allowed };
  }
}

function isQuiet(value: Value, form: RegExp): boolean {
  return value === undefined || (typeof value === "string" && form.test(value));
}
