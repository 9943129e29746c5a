import * as pulumi from "@pulumi/pulumi";
import { releaseId } from "./release.ts";
import type { SlotArgs } from "./slot-args.ts";
import { slotEndpoint } from "./slot-endpoint.ts";
import { slotWorkloads } from "./slot-workloads.ts";

/** One colour of a model: a release, running, behind its own target group. Nothing in it depends on who is live. */
export class Slot extends pulumi.ComponentResource {
  readonly targetGroupArn: pulumi.Output<string>;
  /** SHA-256 of the release, 64 hex digits. */
  readonly releaseId: string;
  /** The slot's pods, ready. */
  readonly workloads: readonly pulumi.Resource[];
  /** The labels of everything that belongs to it. */
  readonly labels: Readonly<Record<string, string>>;

  constructor(name: string, args: SlotArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:serving:Slot", name, {}, opts);
    this.releaseId = releaseId(args.release);
    this.labels = { "gantry.dev/model": args.model, "gantry.dev/colour": args.colour };

    const { targetGroup, gates } = slotEndpoint(this, name, args);
    const staged = args.release.model.source === "hub" ? [] : [args.serving.store.stage(args.release)];
    this.workloads = slotWorkloads(this, name, args, [...gates, ...staged]);
    this.targetGroupArn = targetGroup.arn;
    this.registerOutputs({});
  }
}
