import { z } from "zod";
import { exactlyOne } from "../shared/exactly-one.ts";
import { strict } from "../shared/problems.ts";
import { ipv4Range } from "../shared/schema-fields.ts";

const subnetId = z.string().regex(/^subnet-[0-9a-f]+$/, "a subnet's id such as subnet-0a1b2c3d");

/** A VPC that is made, or one that exists. */
export const networkSchema = exactlyOne(
  strict({
    create: strict({
      cidr: ipv4Range,
      /** How many zones, or which: by id such as use1-az1, which is one zone in every account, or by name. */
      zones: z.union([
        z.int().min(2, "2 or 3 zones, or a list of them").max(3, "2 or 3 zones, or a list of them"),
        z.array(z.string()).min(2, "two zones at least").max(6, "six zones at most"),
      ]),
      /** 1, or one per zone so that the loss of a zone doesn't cut off another zone's egress. */
      natGateways: z.int().min(1, "1, or one per zone").max(6, "1, or one per zone"),
    }),
  }),
  strict({
    existing: strict({
      vpcId: z.string().regex(/^vpc-[0-9a-f]+$/, "a VPC id, such as vpc-0a1b2c3d"),
      cidr: ipv4Range,
      privateSubnetIds: z.array(subnetId).min(2, "two zones at least"),
      /** Subnets of a public load balancer, one in each zone. */
      publicSubnetIds: z.array(subnetId).min(2, "two zones at least").optional(),
    }),
  }),
);
/** The configuration of the VPC. */
export type NetworkSettings = z.infer<typeof networkSchema>;
