import type { RuleSettings } from "../../framework/settings.ts";

/** The project's own code inside the gateway, by module and name beside the configuration. */
const authentication = "extension.authenticate";
export const hooks = "extension.hooks";

const pattern = "^[a-z_][a-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)+$";

/** Setting: the module that authenticates the gateway's requests. */
export const customAuthSettings = {
  customAuth: {
    type: "string",
    description: "The only custom authentication that a gateway may use.",
    pattern,
    default: authentication,
  },
} as const satisfies RuleSettings;

/** Setting: the Python modules that a gateway may load. */
export const moduleSettings = {
  gatewayModules: {
    type: "array",
    description: "Python objects that a gateway's configuration may load.",
    items: { type: "string", pattern },
    minItems: 0,
    default: [authentication, hooks],
  },
} as const satisfies RuleSettings;
