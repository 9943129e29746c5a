import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { Bootstrap } from "./bootstrap.ts";
import { parseBootstrapArgs } from "./settings.ts";

const name = "gantry-bootstrap";
const settings = new pulumi.Config().requireObject<unknown>("settings");
const args = parseBootstrapArgs(settings, `${name}:settings`);
const aws = new Provider(name, {
  region: args.region as never,
  allowedAccountIds: [args.account],
  defaultTags: { tags: { Project: "gantry", Environment: "bootstrap", ManagedBy: "pulumi" } },
});

export const { roles } = new Bootstrap(name, args, { providers: { aws } });
