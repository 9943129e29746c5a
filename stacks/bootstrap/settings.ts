import { z } from "zod";
import { ConfigurationError, problemsOf, strict } from "../../components/shared/problems.ts";
import { bucketName } from "../../components/shared/schema-fields.ts";

const environment = z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, "an environment's name: a-z, 0-9 and -");

/** What the bootstrap program makes, checked. */
const schema = strict({
  account: z.string().regex(/^\d{12}$/, "an AWS account: 12 digits"),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region, such as us-east-1"),
  bucket: bucketName,
  repository: z
    .string()
    .regex(
      /^[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}\/(?!\.{1,2}$)[\w.-]{1,100}$/,
      "a GitHub repository: owner/name",
    ),
  branch: z.string().regex(/^(?!\/|.*(?:\.\.|\/$))[\w./-]{1,200}$/, "a branch, such as main"),
  // Each with the buckets that it makes itself.
  environments: z
    .record(environment, strict({ buckets: z.array(bucketName) }))
    .refine((all) => Object.keys(all).length > 0, "at least one environment of this account"),
  oidcProvider: z.enum(["create", "existing"]),
});

/** Where the state is kept, and which repository's pipelines may write which environments. */
export type BootstrapArgs = z.infer<typeof schema>;

/** @param source what the user wrote them in, for messages @throws ConfigurationError with all problems */
export function parseBootstrapArgs(raw: unknown, source: string): BootstrapArgs {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError({ [source]: problemsOf(parsed.error, raw) });
}
