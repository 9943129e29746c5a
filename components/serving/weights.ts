import { readFileSync } from "node:fs";
import type { core } from "@pulumi/kubernetes/types/input.js";
import { modelfile, weightsFolder } from "./engine.ts";
import { weightsOnDisk } from "./engines.ts";
import type { Release } from "./release.ts";
import { awsImage, modelUri } from "./staging-job.ts";

/** What a pod adds for an engine that reads its weights from files. */
export interface StagedWeights {
  readonly initContainers: readonly core.v1.Container[];
  readonly volumes: readonly core.v1.Volume[];
  readonly mounts: readonly core.v1.VolumeMount[];
}

const verifyScript = readFileSync(new URL("verify-weights.sh", import.meta.url), "utf8");

const none: StagedWeights = { initContainers: [], volumes: [], mounts: [] };

/** GiB of the node's disk that one replica's weights take. */
export function weightsDiskGiB(release: Release): number {
  // A part of the file system, and small files next to the weights.
  return weightsOnDisk(release) ? Math.ceil(release.model.weightsGiB * 1.05 + 1) : 0;
}

/**
 * What comes before the engine: an engine that wants files gets the staged ones on the pod's disk, each compared with
 * the manifest; for one that streams them the bucket is compared with it.
 */
export function stagedFiles(release: Release, bucket: string, region: string): StagedWeights {
  const { model } = release;
  if (model.source === "hub") return none;
  if (!weightsOnDisk(release)) return { ...none, initContainers: [verification(release, bucket, region)] };
  const source = modelUri(release, bucket);
  const script = [
    `aws s3 cp --recursive --only-show-errors ${source}/ ${weightsFolder}/`,
    `cd ${weightsFolder}`,
    `jq -r '.files[] | "\\(.sha256)  \\(.path)"' manifest.json | sha256sum --check --quiet`,
    ...(model.file === undefined ? [] : [`echo 'FROM ${weightsFolder}/${model.file}' >${modelfile}`]),
  ];
  const disk = `${weightsDiskGiB(release)}Gi`;
  const memory = "1Gi";
  const mount = { name: "weights", mountPath: weightsFolder };
  return {
    initContainers: [
      {
        name: "weights",
        image: awsImage,
        command: ["bash", "-euo", "pipefail", "-c", script.join("\n")],
        env: [
          { name: "AWS_REGION", value: region },
          { name: "HOME", value: "/tmp" },
        ],
        resources: {
          requests: { cpu: "1", memory, "ephemeral-storage": disk },
          limits: { memory, "ephemeral-storage": disk },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [mount, { name: "tmp", mountPath: "/tmp" }],
      },
    ],
    volumes: [{ name: "weights", emptyDir: { sizeLimit: disk } }],
    mounts: [{ ...mount, readOnly: true }],
  };
}

function verification({ model }: Release, bucket: string, region: string): core.v1.Container {
  const memory = "256Mi";
  return {
    name: "verify",
    image: awsImage,
    command: ["bash", "-euo", "pipefail", "-c", verifyScript],
    env: [
      { name: "BUCKET", value: bucket },
      { name: "PREFIX", value: `${model.repository}/${model.revision}/` },
      { name: "AWS_REGION", value: region },
      { name: "HOME", value: "/tmp" },
    ],
    resources: {
      requests: { cpu: "100m", memory, "ephemeral-storage": "1Gi" },
      limits: { memory, "ephemeral-storage": "1Gi" },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
}
