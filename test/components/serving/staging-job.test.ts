import type { core } from "@pulumi/kubernetes/types/input.js";
import { describe, expect, it } from "vitest";
import { stagingPolicy } from "../../../components/serving/network-policies.ts";
import { modelUri, stagingJob } from "../../../components/serving/staging-job.ts";
import { chat } from "./releases.ts";

const { backoffLimit, template } = stagingJob({
  repository: chat.model.repository,
  revision: chat.model.revision,
  weightsGiB: chat.model.weightsGiB,
  bucket: "example-models",
  region: "eu-central-1",
});
const { metadata, spec } = template as {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: core.v1.PodSpec;
};
const [container, ...more] = spec.containers as core.v1.Container[];

describe("the address of staged weights", () => {
  it("names the commit", () => {
    expect(modelUri(chat, "example-models")).toBe(
      "s3://example-models/Qwen/Qwen3-8B-AWQ/4da05a8edb55c6046cce958586c33b61da07bb79",
    );
  });
});

describe("a staging Job", () => {
  it("runs the script for one commit of one repository", () => {
    expect(more).toEqual([]);
    expect(container?.command).toEqual(["bash", "/stage/stage-model.sh"]);
    expect(container?.env).toEqual([
      { name: "HUB", value: "https://huggingface.co" },
      { name: "REPOSITORY", value: "Qwen/Qwen3-8B-AWQ" },
      { name: "REVISION", value: "4da05a8edb55c6046cce958586c33b61da07bb79" },
      { name: "BUCKET", value: "example-models" },
      { name: "TOKEN_FILE", value: "/hub/token" },
      { name: "AWS_REGION", value: "eu-central-1" },
      { name: "HOME", value: "/tmp" },
    ]);
  });

  it("is the pod that its network policy opens", () => {
    expect(stagingPolicy.podSelector).toEqual({ matchLabels: metadata.labels });
  });

  it("runs an image that can't move", () => {
    expect(container?.image).toMatch(/^public\.ecr\.aws\/aws-cli\/aws-cli@sha256:[0-9a-f]{64}$/);
  });

  it("is tried four times, each time with a new pod", () => {
    expect([backoffLimit, spec.restartPolicy]).toEqual([3, "Never"]);
  });

  it("has no token of the cluster, no root, no privilege, and a file system that it can't change", () => {
    expect(spec).toMatchObject({
      serviceAccountName: "stage-model",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65534,
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("writes to its scratch only, and mounts nothing that it hasn't got", () => {
    expect(container?.volumeMounts).toEqual([
      { name: "script", mountPath: "/stage", readOnly: true },
      { name: "hub", mountPath: "/hub", readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ]);
    expect(spec.volumes).toEqual([
      { name: "script", configMap: { name: "stage-model" } },
      { name: "hub", secret: { secretName: "hub-token", optional: true } },
      { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
    ]);
  });

  it("needs neither GPU nor room for the weights", () => {
    expect(container?.resources).toEqual({
      requests: { cpu: "250m", memory: "1Gi", "ephemeral-storage": "1Gi" },
      limits: { memory: "1Gi", "ephemeral-storage": "1Gi" },
    });
  });
});
