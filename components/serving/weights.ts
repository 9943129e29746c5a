import type { core } from "@pulumi/kubernetes/types/input.js";
import { modelfile, weightsFolder } from "./engine.ts";
import { weightsOnDisk } from "./engines.ts";
import type { Release } from "./release.ts";
import { awsImage, modelUri } from "./staging-job.ts";

/** What a pod adds for an engine that wants its weights as files. */
export interface Weights {
  readonly initContainers: readonly core.v1.Container[];
  readonly volumes: readonly core.v1.Volume[];
  readonly mounts: readonly core.v1.VolumeMount[];
}

const none: Weights = { initContainers: [], volumes: [], mounts: [] };

/** GiB of the node's disk that one replica's weights take. */
export function weightsDiskGiB(release: Release): number {
  // A part of the file system, and small files beside the weights.
  return weightsOnDisk(release) ? Math.ceil(release.model.weightsGiB * 1.05 + 1) : 0;
}

/** Copies the staged weights to the pod's disk and compares every file with the manifest before the engine starts. */
export function stagedFiles(release: Release, bucket: string, region: string): Weights {
  const { model } = release;
  if (model.source === "hub" || !weightsOnDisk(release)) return none;
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
