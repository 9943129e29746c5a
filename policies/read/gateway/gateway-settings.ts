import { type RuleSettings, string, strings } from "../../framework/settings.ts";

/** The project's own code inside the gateway, by module and name next to the configuration. */
const authentication = "extension.authenticate";
export const hooks = "extension.hooks";

const pattern = "^[a-z_][a-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)+$";

/** Setting: the module that authenticates the gateway's requests. */
export const customAuthSettings = {
  customAuth: string("The only custom authentication that a gateway may use.", {
    pattern: pattern,
    default: authentication,
  }),
} as const satisfies RuleSettings;

/** Setting: the Python modules that a gateway may load. */
export const moduleSettings = {
  gatewayModules: strings("Python objects that a gateway's configuration may load.", {
    pattern,
    default: [authentication, hooks],
  }),
} as const satisfies RuleSettings;
