import type { Properties } from "./wire.ts";

/**
 * Ranges of the managed prefix list of S3 in us-east-1, from AWS's published address ranges. They stand in for
 * what AWS answers during `pulumi preview`, in every region: only their form matters to a plan.
 */
const storageRanges = [
  "16.182.0.0/16",
  "18.34.0.0/19",
  "52.216.0.0/15",
  "54.231.0.0/16",
  "3.5.0.0/19",
  "18.34.232.0/21",
  "16.15.176.0/20",
  "16.15.192.0/18",
  "44.192.134.240/28",
  "44.192.140.64/28",
];

/** What a plan without a cloud account answers to the questions that the program puts to AWS, by function. */
export const standIns: Readonly<Record<string, (args: Properties) => Properties>> = {
  "aws:ec2/getPrefixList:getPrefixList": (args) => ({
    id: "pl-63a5400a",
    name: args.name ?? null,
    cidrBlocks: storageRanges,
  }),
};
