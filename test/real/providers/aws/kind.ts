import type { Properties } from "../../../../scripts/plan/wire.ts";
import type { Cloud } from "../cloud.ts";

/** Where a resource is made. */
export interface Place {
  readonly account: string;
  readonly region: string;
  /** An ARN in this account and region, as `arn:aws:eks:us-east-1:111122223333:cluster/x`. */
  arn(service: string, resource: string): string;
  /** An ARN of a service without regions. */
  globalArn(service: string, resource: string): string;
}

/** One type of resource, as its service and Pulumi's provider treat it. */
export interface Kind {
  /** The property that Pulumi fills in when the program doesn't, and how long it may be. [pulumi-aws provider/resources.go] */
  readonly autoName?: readonly [property: string, longest: number];
  /** What there can be one of. A second create fails, unless the service takes it as an update. */
  readonly once?: (inputs: Properties) => string;
  readonly overwrites?: true;
  /** Properties whose change makes a new resource. @default none */
  readonly replacedBy?: readonly string[];
  /** Without tags, so without the provider's default tags. */
  readonly untagged?: true;
  /** What the provider's schema fills in where the program is silent. */
  readonly defaults?: Properties;
  /** Its id and what else the service gives it once: these stay through updates. */
  readonly made: (inputs: Properties, place: Place) => { readonly id: string } & Properties;
  /** How the service shows the rest: its own defaults, order and read-only parts. */
  readonly shown?: (inputs: Properties, place: Place) => Properties;
  /** Grows with each update, such as the version of a launch template. */
  readonly versions?: readonly string[];
  /** Types that keep it from being deleted while they name it by id, name or ARN. */
  readonly heldBy?: readonly string[];
  /** By what else they name it, such as a gateway to the internet by the subnets of its VPC. */
  readonly alsoNamed?: (inputs: Properties, cloud: Cloud) => readonly string[];
  /** Says why the service doesn't delete it. */
  readonly protects?: (inputs: Properties) => string | undefined;
  /** Whether its name stays taken after it was deleted. */
  readonly lingers?: (inputs: Properties) => boolean;
  /** Other ways to name it at an import. [the import section of its page in the registry] */
  readonly importedAs?: (inputs: Properties, id: string) => string;
  /** What the service shows in place of the rest while it is still creating it. */
  readonly unfinished?: Properties;
  /** How long creating and deleting take. @default a fifth and a tenth of one */
  readonly minutes?: readonly [create: number, remove: number];
}
