import { at, elements, unknown } from "../../framework/value.ts";
import { type Unreadable, unreadable } from "../engine/vllm-arguments.ts";
import type { Container } from "../kubernetes/containers.ts";

/** LiteLLM's command-line arguments, by flag. */
export interface GatewayArguments {
  readonly readable: true;
  /** By long name; `true` for a switch. A flag may occur once. */
  readonly flags: ReadonlyMap<string, string | true>;
}

/**
 * Flags that say how the server runs and nothing of models, keys or databases; any other makes a command line
 * unreadable. `true` for switches. [litellm/proxy/proxy_cli.py, 1.84 to 1.110]
 */
const known: Readonly<Record<string, boolean>> = {
  "--config": false,
  "--debug": true,
  "--detailed_debug": true,
  "--host": false,
  "--keepalive_timeout": false,
  "--limit_concurrency": false,
  "--max_requests_before_restart": false,
  "--max_requests_before_restart_jitter": false,
  "--num_workers": false,
  "--port": false,
  "--prometheus_metrics_port": false,
  "--run_gunicorn": true,
  "--timeout_worker_healthcheck": false,
};

/** The arguments of a gateway that runs its image's own entrypoint. */
export function gatewayArguments({ fields }: Container): GatewayArguments | Unreadable {
  const command = elements(at(fields, "command"));
  const args = elements(at(fields, "args"));
  if (command === unknown || command.length > 0)
    return unreadable("command overrides the image's entrypoint");
  if (args === unknown) return unreadable("args is not a list known at preview");
  const flags = new Map<string, string | true>();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index];
    if (typeof arg !== "string") return unreadable("an argument is not a string known at preview");
    const equals = arg.startsWith("--") ? arg.indexOf("=") : -1;
    const written = equals === -1 ? arg : arg.slice(0, equals);
    const name = written === "-c" ? "--config" : written;
    if (!Object.hasOwn(known, name)) return unreadable("an argument is not on the list of LiteLLM's flags");
    if (flags.has(name)) return unreadable(`${name} is set twice`);
    if (known[name]) {
      if (equals !== -1) return unreadable(`${name} takes no value`);
      flags.set(name, true);
      continue;
    }
    const value = equals === -1 ? args[++index] : arg.slice(equals + 1);
    if (typeof value !== "string" || value === "") return unreadable(`${name} has no value`);
    if (value.includes("$(")) return unreadable("Kubernetes expands $( in its arguments");
    flags.set(name, value);
  }
  return { readable: true, flags };
}
