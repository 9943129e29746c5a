import type { batch } from "@pulumi/kubernetes/types/input.js";
import type { Release } from "./release.ts";

/** AWS CLI 2.37.0 with curl and jq. The digest is the same in several public repositories; Amazon's own list wasn't at hand. */
export const awsImage =
  "public.ecr.aws/aws-cli/aws-cli@sha256:337494c2047176fe9abcf45a5d1eaf1c2c62cae40953284fb1143b5c6170f065";
const hub = "https://huggingface.co";
const nobody = 65534;
/** The Kubernetes Secret with a token of the hub, in the namespace of the Jobs, and its entry. */
export const hubToken = { secret: "hub-token", entry: "token" };
/** The hub's limits of requests and bad days cost this much; AWS's and the hub's networks bring 20 MB/s at least. */
const patienceSeconds = 3600;
const bytesPerSecond = 20e6;

/** The resources of a Job on a system node. It waits for the network; hashing 100 MB/s takes a quarter of a CPU. */
export const stagingPod = { replicas: 1, millicpus: 250, memoryMiB: 1024, memoryLimitMiB: 1024 } as const;

/** How long staging may take: four tries with a new pod share it. */
export function stagingSeconds({ weightsGiB }: { readonly weightsGiB: number }): number {
  return patienceSeconds + Math.ceil((weightsGiB * 2 ** 30) / bytesPerSecond);
}

/** The files that a Job copies. Releases of one commit share them. */
export function stagedWeights({ repository, revision, file }: Release["model"]): string {
  return [repository, revision, file].join("@");
}

/** The address of a release's staged weights. The commit in the path pins them; a repository of GGUF holds many models. */
export function modelUri({ model }: Release, bucket: string): string {
  const folder = `s3://${bucket}/${model.repository}/${model.revision}`;
  return model.file === undefined ? folder : `${folder}/${model.file}.d`;
}

/** Copies one commit of a model into the bucket and ends. It streams, so it needs no disk for the weights. */
export function stagingJob(args: {
  readonly repository: string;
  readonly revision: string;
  /** The one file of weights to take; absent for all that are safetensors. */
  readonly file?: string | undefined;
  /** Files to stage, by path, with the hashes that the hub has to list. @default all weights, with the configuration */
  readonly files?: Readonly<Record<string, string>> | undefined;
  readonly weightsGiB: number;
  readonly bucket: string;
  readonly region: string;
}): batch.v1.JobSpec {
  const memory = `${stagingPod.memoryMiB / 1024}Gi`;
  return {
    backoffLimit: 3,
    activeDeadlineSeconds: stagingSeconds(args),
    template: {
      metadata: { labels: { "app.kubernetes.io/name": "stage-model" } },
      spec: {
        restartPolicy: "Never",
        serviceAccountName: "stage-model",
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: nobody,
          runAsGroup: nobody,
          fsGroup: nobody,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [
          {
            name: "stage",
            image: awsImage,
            command: ["bash", "/stage/stage-model.sh"],
            env: [
              { name: "HUB", value: hub },
              { name: "REPOSITORY", value: args.repository },
              { name: "REVISION", value: args.revision },
              ...(args.file === undefined ? [] : [{ name: "FILE", value: args.file }]),
              ...(args.files === undefined ? [] : [{ name: "FILES", value: JSON.stringify(args.files) }]),
              { name: "BUCKET", value: args.bucket },
              { name: "TOKEN_FILE", value: `/hub/${hubToken.entry}` },
              { name: "AWS_REGION", value: args.region },
              { name: "HOME", value: "/tmp" },
            ],
            resources: {
              requests: { cpu: `${stagingPod.millicpus}m`, memory, "ephemeral-storage": "1Gi" },
              limits: { memory, "ephemeral-storage": "1Gi" },
            },
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
            volumeMounts: [
              { name: "script", mountPath: "/stage", readOnly: true },
              { name: "hub", mountPath: "/hub", readOnly: true },
              { name: "tmp", mountPath: "/tmp" },
            ],
          },
        ],
        volumes: [
          { name: "script", configMap: { name: "stage-model" } },
          // Without it only public models can be read, and the script prints that.
          { name: "hub", secret: { secretName: hubToken.secret, optional: true } },
          { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
        ],
      },
    },
  };
}
