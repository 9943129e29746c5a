import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { integer, type RuleSettings } from "../../framework/settings.ts";
import { at, elements, unknown, type Value } from "../../framework/value.ts";
import { launchTemplate, nodeClass } from "../../read/kubernetes/cluster.ts";
import { quantity } from "../../read/text/quantity.ts";

/** On unless it is switched off. */
const byDefault = "aws:ebs/encryptionByDefault:EncryptionByDefault";
const storageClass = "kubernetes:storage.k8s.io/v1:StorageClass";
/** Disks that pods and instances mount, by the property that encrypts each; unset they aren't. [EC2, EFS; EBS CSI driver] */
const volumes: Readonly<Record<string, readonly string[]>> = {
  "aws:ebs/volume:Volume": ["encrypted"],
  [byDefault]: ["enabled"],
  "aws:efs/fileSystem:FileSystem": ["encrypted"],
  [storageClass]: ["parameters", "encrypted"],
};

const settings = {
  minRootGiB: integer(
    "Minimum size in GiB of a GPU node's root disk, where images aren't on the instance store.",
    { minimum: 20, maximum: 1000, default: 100 },
  ),
} as const satisfies RuleSettings;

export const nodeDiskEncrypted: ResourceRule<typeof settings> = {
  name: "node-disk-encrypted",
  title: "Disks are encrypted, and those of nodes large enough.",
  why: "Logs, prompts in core dumps and pulled images are stored on these disks, and a full disk evicts the running engine.",
  fix: "Set encrypted true on every device, and volumeSize of 100Gi or instanceStorePolicy RAID0.",
  severity: "high",
  relatedChecks: ["AwsSolutions-EC26", "AWS-0131"],
  resourceTypes: [nodeClass, launchTemplate, ...Object.keys(volumes)],
  example: {
    good: "blockDeviceMappings: [{ ebs: { encrypted: true, volumeSize: 100Gi } }]",
    bad: "blockDeviceMappings: [{ ebs: { volumeSize: 20Gi } }]",
  },
  config: settings,

  *check({ type, props }, { minRootGiB }) {
    if (Object.hasOwn(volumes, type)) {
      const path = volumes[type] ?? [];
      const encrypted = at(props, ...path);
      const isOn = encrypted === true || (type === storageClass && encrypted === "true");
      const isDefault = type === byDefault && encrypted === undefined;
      if (!isOn && !isDefault && makesDisks(type, props))
        yield { path: path.join("."), problem: "the disk is not encrypted", allowed: "true" };
      return;
    }
    const spec = type === nodeClass ? at(props, "spec") : props;
    const path = type === nodeClass ? "spec.blockDeviceMappings" : "blockDeviceMappings";
    const devices = elements(at(spec, "blockDeviceMappings"));
    if (devices === unknown || devices.length === 0) {
      yield {
        path,
        problem: "no device is known at preview, so the account's default applies",
        allowed: "a list of devices, each with encrypted true",
      };
      return;
    }
    for (const [index, device] of devices.entries()) yield* unencrypted(`${path}.${index}`, device, type);
    if (type === nodeClass && at(spec, "instanceStorePolicy") !== "RAID0")
      yield* small(path, devices, minRootGiB);
  },
};

/** Other classes have no disk of EBS, or aren't encrypted by this parameter. [EBS CSI driver, parameters] */
function makesDisks(type: string, props: Value): boolean {
  const provisioner = at(props, "provisioner");
  return type !== storageClass || typeof provisioner !== "string" || /ebs/.test(provisioner);
}

/** Launch templates write booleans as strings. [aws.ec2.LaunchTemplate] */
function unencrypted(path: string, device: Value, type: string): Finding[] {
  const encrypted = at(device, "ebs", "encrypted");
  if (encrypted === true || (type === launchTemplate && encrypted === "true")) return [];
  return [{ path: `${path}.ebs.encrypted`, problem: "the disk is not encrypted", allowed: "true" }];
}

function small(path: string, devices: readonly Value[], minRootGiB: number): Finding[] {
  const sizes = devices.map((device) => quantity(at(device, "ebs", "volumeSize")));
  if (sizes.some((bytes) => bytes !== unknown && bytes >= minRootGiB * 2 ** 30)) return [];
  return [
    {
      path: `${path}.volumeSize`,
      problem: "no disk is large enough for images, logs and caches",
      allowed: `a device of ${minRootGiB}Gi or more, or instanceStorePolicy RAID0`,
    },
  ];
}
