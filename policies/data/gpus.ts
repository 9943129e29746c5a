/** A kind of GPU, by Karpenter's label `karpenter.k8s.aws/instance-gpu-name`. */
export type GpuKind = "a10g" | "l40s" | "h100" | "h200";

export interface GpuFacts {
  readonly product: string;
  /** What CUDA reports, which is less than the data sheet's. [logs of vLLM and PyTorch in public issues, until 2026-11] */
  readonly memoryGiB: number;
  /** By Karpenter's label `karpenter.k8s.aws/instance-gpu-memory`. [Karpenter 1.14 instance type reference, 2026-08-21] */
  readonly labelMiB: number;
  /** Compute capability without its dot: 89 is sm_89. [developer.nvidia.com/cuda-gpus, 2026-11] */
  readonly capability: number;
}

/** Of each kind of GPU: product name, usable memory (GiB), the node label's memory (MiB) and CUDA compute capability times ten. */
export const gpuKinds: Readonly<Record<GpuKind, GpuFacts>> = {
  a10g: { product: "NVIDIA A10G", memoryGiB: 22.03, labelMiB: 22_888, capability: 86 },
  l40s: { product: "NVIDIA L40S", memoryGiB: 44.39, labelMiB: 45_776, capability: 89 },
  h100: { product: "NVIDIA H100", memoryGiB: 79.18, labelMiB: 81_920, capability: 90 },
  h200: { product: "NVIDIA H200", memoryGiB: 139.8, labelMiB: 144_384, capability: 90 },
};

/** GPUs of each EC2 type, complete for these kinds. [Karpenter 1.14 instance type reference, 2026-08-21] */
const instances: Readonly<Record<GpuKind, Readonly<Record<string, number>>>> = {
  a10g: {
    "g5.xlarge": 1,
    "g5.2xlarge": 1,
    "g5.4xlarge": 1,
    "g5.8xlarge": 1,
    "g5.16xlarge": 1,
    "g5.12xlarge": 4,
    "g5.24xlarge": 4,
    "g5.48xlarge": 8,
  },
  l40s: {
    "g6e.xlarge": 1,
    "g6e.2xlarge": 1,
    "g6e.4xlarge": 1,
    "g6e.8xlarge": 1,
    "g6e.16xlarge": 1,
    "g6e.12xlarge": 4,
    "g6e.24xlarge": 4,
    "g6e.48xlarge": 8,
  },
  h100: { "p5.4xlarge": 1, "p5.48xlarge": 8 },
  h200: { "p5e.48xlarge": 8, "p5en.48xlarge": 8 },
};

/** An EC2 instance type with its GPUs. */
export interface GpuInstance {
  readonly name: string;
  readonly kind: GpuKind;
  readonly gpus: number;
}

/** Every EC2 instance type that the rules know to have GPUs. */
export const gpuInstances: readonly GpuInstance[] = (Object.keys(instances) as GpuKind[]).flatMap((kind) =>
  Object.entries(instances[kind]).map(([name, gpus]) => ({ name, kind, gpus })),
);
