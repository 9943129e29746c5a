/** GPUs that a pool can have, by Karpenter's label `karpenter.k8s.aws/instance-gpu-name`. */
export type GpuName = "a10g" | "l40s" | "h100" | "h200";

/** What decides whether a model fits on a GPU and how fast it runs there. */
export interface Gpu {
  readonly product: string;
  /** Memory that CUDA reports, which is less than the data sheet's: the driver and ECC take theirs first. */
  readonly visibleGiB: number;
  /** Compute capability without its dot: 89 is sm_89. */
  readonly computeCapability: number;
  /** Peak memory bandwidth, in 10⁹ bytes a second. */
  readonly bandwidthGBps: number;
  /** Peak dense BF16 rate, in 10¹² operations a second. */
  readonly bf16Tflops: number;
  /** Peak dense FP8 rate, or `undefined` where the tensor cores have no FP8. */
  readonly fp8Tflops: number | undefined;
  /** Share of the bandwidth that reading weights in a decode step reaches. */
  readonly decodeBandwidthShare: number;
  /** Share of the dense rate that large products reach. */
  readonly computeShare: number;
  /** Whether the GPUs of one instance talk over NVLink; otherwise over PCIe. */
  readonly nvlink: boolean;
}

/**
 * Shares fitted to public vLLM measurements (the rows of `npm run bench` that aren't held out).
 * Visible memory from public vLLM and PyTorch logs up to 2026-11 (they differ by 0.1 GiB between drivers).
 * Bandwidth and dense rates from NVIDIA's data sheets; the A10G has none, its figures are those that AWS gives for
 * g5. The L40S and H200 rates are half of the sheets' figures with sparsity.
 */
export const gpus: Readonly<Record<GpuName, Gpu>> = {
  a10g: {
    product: "NVIDIA A10G",
    visibleGiB: 22.03,
    computeCapability: 86,
    bandwidthGBps: 600,
    bf16Tflops: 70,
    fp8Tflops: undefined,
    decodeBandwidthShare: 0.76,
    computeShare: 0.6,
    nvlink: false,
  },
  l40s: {
    product: "NVIDIA L40S",
    visibleGiB: 44.39,
    computeCapability: 89,
    bandwidthGBps: 864,
    bf16Tflops: 362,
    fp8Tflops: 733,
    decodeBandwidthShare: 0.78,
    computeShare: 0.5,
    nvlink: false,
  },
  h100: {
    product: "NVIDIA H100 SXM",
    visibleGiB: 79.18,
    computeCapability: 90,
    bandwidthGBps: 3350,
    bf16Tflops: 989,
    fp8Tflops: 1979,
    decodeBandwidthShare: 0.78,
    computeShare: 0.45,
    nvlink: true,
  },
  h200: {
    product: "NVIDIA H200 SXM",
    visibleGiB: 139.8,
    computeCapability: 90,
    bandwidthGBps: 4800,
    bf16Tflops: 989,
    fp8Tflops: 1979,
    decodeBandwidthShare: 0.78,
    computeShare: 0.45,
    nvlink: true,
  },
};
