import { nodeDiskEncrypted as rule } from "../../../../policies/rules/nodes/node-disk-encrypted.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { nodeClassWith, templateWith } from "../../fixtures/nodes.ts";

const disk = (ebs: Given["props"]) => ({ deviceName: "/dev/xvda", ebs });
const good = disk({ encrypted: true, volumeSize: "100Gi" });
const node = (...blockDeviceMappings: readonly Given["props"][]) => nodeClassWith({ blockDeviceMappings });
const encryptedAt = (index: number) => `l40s#spec.blockDeviceMappings.${index}.ebs.encrypted`;
const size = "l40s#spec.blockDeviceMappings.volumeSize";

cases(rule, {
  passes: [
    ["one that is encrypted and large", node(good)],
    [
      "a small one where images are on the instance store",
      nodeClassWith({
        instanceStorePolicy: "RAID0",
        blockDeviceMappings: [disk({ encrypted: true, volumeSize: "20Gi" })],
      }),
    ],
    ["a larger one in other units", node(disk({ encrypted: true, volumeSize: "1Ti" }))],
    [
      "a small one for the system beside a large one",
      node(disk({ encrypted: true, volumeSize: "4Gi" }), good),
    ],
    ["a secret", node(disk({ encrypted: secret(true), volumeSize: "100Gi" }))],
    [
      "a template's text",
      templateWith({ blockDeviceMappings: [disk({ encrypted: "true", volumeSize: 100 })] }),
    ],
  ],
  reports: [
    ["a disk in clear", node(disk({ encrypted: false, volumeSize: "100Gi" })), [encryptedAt(0)]],
    ["one of two", node(good, disk({ volumeSize: "500Gi" })), [encryptedAt(1)]],
    ["text in a node class", node(disk({ encrypted: "true", volumeSize: "100Gi" })), [encryptedAt(0)]],
    [
      "a template's disk in clear",
      templateWith({ blockDeviceMappings: [disk({ encrypted: "false" })] }),
      ["system#blockDeviceMappings.0.ebs.encrypted"],
    ],
    ["a small one", node(disk({ encrypted: true, volumeSize: "99Gi" })), [size]],
    ["a size in other units", node(disk({ encrypted: true, volumeSize: "100G" })), [size]],
    ["an unknown size", node(disk({ encrypted: true, volumeSize: unknown })), [size]],
    ["no devices", nodeClassWith({}), ["l40s#spec.blockDeviceMappings"]],
    ["unknown devices", nodeClassWith({ blockDeviceMappings: unknown }), ["l40s#spec.blockDeviceMappings"]],
    ["a template without devices", templateWith({}), ["system#blockDeviceMappings"]],
    ["a smaller one than required", node(good), [size], { config: { minRootGiB: 200 } }],
  ],
});
