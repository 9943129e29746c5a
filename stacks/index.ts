import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime/config.js";
import { ConfigurationError } from "../components/shared/problems.ts";
import { type Config, parseConfig, readReleases } from "./config.ts";
import { Gantry } from "./gantry.ts";

const gantry = new Gantry(`gantry-${pulumi.getStack()}`, load());

export const { cluster, models, secrets, url } = gantry;

/** The environment's configuration; a mistake in it is shown without a stack trace. */
function load(): Config {
  try {
    return parseConfig({
      environment: pulumi.getStack(),
      config: allConfig(),
      releases: readReleases(fileURLToPath(new URL("..", import.meta.url))),
      today: new Date().toISOString().slice(0, 10),
    });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    // Without a stack: Pulumi's launcher colours it even where it doesn't show it, which takes Node 22 some 20 s.
    throw Object.assign(new pulumi.RunError(error.message), { stack: undefined });
  }
}
