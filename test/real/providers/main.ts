import { createRequire } from "node:module";
import { AwsProvider } from "./aws/provider.ts";
import { Cloud } from "./cloud.ts";
import { EksProvider } from "./eks/provider.ts";
import { KubernetesProvider } from "./kubernetes/provider.ts";
import type { Provider } from "./provider.ts";
import { RandomProvider } from "./random/provider.ts";
import { serve } from "./serve.ts";

/**
 * Stands in for a provider's plugin: `node main.ts <package>`, with the cloud's folder in GANTRY_CLOUD. The version is
 * that of the package in the lock file.
 */
const providers: Readonly<Record<string, (cloud: Cloud) => Provider>> = {
  aws: (cloud) => new AwsProvider(cloud),
  eks: () => new EksProvider(),
  kubernetes: (cloud) => new KubernetesProvider(cloud),
  random: () => new RandomProvider(),
};

const [name = ""] = process.argv.slice(2);
const make = providers[name];
const folder = process.env.GANTRY_CLOUD;
if (make === undefined || folder === undefined)
  throw new Error(
    `"${name}" in the cloud ${folder}: the packages are ${Object.keys(providers).join(", ")}, the cloud's folder is in GANTRY_CLOUD`,
  );

const { version } = createRequire(import.meta.url)(`@pulumi/${name}/package.json`) as { version: string };
await serve(make(new Cloud(folder)), { name, version });

// A plugin whose engine was killed would live on.
const engine = process.ppid;
setInterval(() => process.ppid === engine || process.exit(0), 500);
