import type { GpuName } from "./gpus.ts";

/** An EC2 instance type, as Kubernetes sees it. */
export interface InstanceType {
  readonly name: string;
  readonly architecture: "amd64" | "arm64";
  readonly vcpus: number;
  readonly memoryGiB: number;
  /** Memory left for pods once the hypervisor, the kubelet and the eviction threshold have theirs. */
  readonly allocatableMiB: number;
  /** CPU left for pods, in thousandths of a CPU. */
  readonly allocatableMillicpus: number;
  /** Pods that the kubelet takes: the VPC CNI has an address for each, without prefix delegation. */
  readonly maxPods: number;
  readonly gpu: { readonly name: GpuName; readonly count: number } | undefined;
  /** Instance store, in 10⁹ bytes; 0 where there is only EBS. */
  readonly nvmeGB: number;
  readonly efaInterfaces: number;
  readonly networkGbps: number;
  /** Linux on-demand price in `priceTable.region`, or `undefined` where the region has none. */
  readonly usdPerHour: number | undefined;
}

/** Where the prices come from: the table generated into Karpenter 1.14, from the AWS price list. */
export const priceTable = { region: "us-east-1", date: "2026-07-20" } as const;

/** The instance type of this name, or `undefined` if the table doesn't have it. */
export function instanceType(name: string): InstanceType | undefined {
  return byName.get(name);
}

/** Names in the table, cheapest first within a family. */
export function instanceTypeNames(): readonly string[] {
  return [...byName.keys()];
}

/** GPU types that have at least this many GPUs of this kind, cheapest first. Those without a price come last. */
export function instancesWith(gpu: GpuName, count: number): readonly InstanceType[] {
  return [...byName.values()]
    .filter((type) => type.gpu?.name === gpu && type.gpu.count >= count)
    .sort((a, b) => (a.usdPerHour ?? Number.POSITIVE_INFINITY) - (b.usdPerHour ?? Number.POSITIVE_INFINITY));
}

/**
 * Sizes, pods and devices: Karpenter 1.14's instance type reference (2026-08-21). `pods` is what the VPC CNI
 * has addresses for: interfaces × (addresses − 1) + 2; its prefix delegation is off, as is its default.
 */
type Row = readonly [
  name: string,
  vcpus: number,
  memoryGiB: number,
  pods: number,
  gpu: GpuName | undefined,
  gpuCount: number,
  nvmeGB: number,
  efaInterfaces: number,
  networkGbps: number,
  usdPerHour: number | undefined,
];

// biome-ignore format: one line per instance type
const rows: readonly Row[] = [
  ["g5.xlarge", 4, 16, 58, "a10g", 1, 250, 0, 2.5, 1.006],
  ["g5.2xlarge", 8, 32, 58, "a10g", 1, 450, 0, 5, 1.212],
  ["g5.4xlarge", 16, 64, 234, "a10g", 1, 600, 0, 10, 1.624],
  ["g5.8xlarge", 32, 128, 234, "a10g", 1, 900, 1, 25, 2.448],
  ["g5.16xlarge", 64, 256, 234, "a10g", 1, 1900, 1, 25, 4.096],
  ["g5.12xlarge", 48, 192, 737, "a10g", 4, 3800, 1, 40, 5.672],
  ["g5.24xlarge", 96, 384, 737, "a10g", 4, 3800, 1, 50, 8.144],
  ["g5.48xlarge", 192, 768, 345, "a10g", 8, 7600, 1, 100, 16.288],
  ["g6e.xlarge", 4, 32, 58, "l40s", 1, 250, 0, 2.5, 1.861],
  ["g6e.2xlarge", 8, 64, 58, "l40s", 1, 450, 0, 5, 2.24208],
  ["g6e.4xlarge", 16, 128, 234, "l40s", 1, 600, 0, 20, 3.00424],
  ["g6e.8xlarge", 32, 256, 234, "l40s", 1, 900, 1, 25, 4.52856],
  ["g6e.16xlarge", 64, 512, 737, "l40s", 1, 1900, 1, 35, 7.57719],
  ["g6e.12xlarge", 48, 384, 292, "l40s", 4, 3800, 1, 100, 10.49264],
  ["g6e.24xlarge", 96, 768, 492, "l40s", 4, 3800, 2, 200, 15.06559],
  ["g6e.48xlarge", 192, 1536, 492, "l40s", 8, 7600, 4, 400, 30.13118],
  ["p5.4xlarge", 16, 256, 118, "h100", 1, 3800, 1, 100, 6.88],
  ["p5.48xlarge", 192, 2048, 100, "h100", 8, 30400, 32, 3200, 55.04],
  ["p5e.48xlarge", 192, 2048, 100, "h200", 8, 30400, 32, 3200, undefined],
  ["p5en.48xlarge", 192, 2048, 198, "h200", 8, 30400, 16, 3200, 63.296],
  ["m7i.large", 2, 8, 29, undefined, 0, 0, 0, 0.781, 0.1008],
  ["m7i.xlarge", 4, 16, 58, undefined, 0, 0, 0, 1.562, 0.2016],
  ["m7i.2xlarge", 8, 32, 58, undefined, 0, 0, 0, 3.125, 0.4032],
  ["m7i.4xlarge", 16, 64, 234, undefined, 0, 0, 0, 6.25, 0.8064],
  ["m7g.large", 2, 8, 29, undefined, 0, 0, 0, 0.937, 0.0816],
  ["m7g.xlarge", 4, 16, 58, undefined, 0, 0, 0, 1.876, 0.1632],
  ["m7g.2xlarge", 8, 32, 58, undefined, 0, 0, 0, 3.75, 0.3264],
  ["m7g.4xlarge", 16, 64, 234, undefined, 0, 0, 0, 7.5, 0.6528],
];

const byName: ReadonlyMap<string, InstanceType> = new Map(rows.map((row) => [row[0], fromRow(row)]));

function fromRow(row: Row): InstanceType {
  const [name, vcpus, memoryGiB, pods, gpu, gpuCount, nvmeGB, efaInterfaces, networkGbps, usdPerHour] = row;
  const architecture = /^[a-z]\d+g/.test(name) ? "arm64" : "amd64";
  return {
    name,
    architecture,
    vcpus,
    memoryGiB,
    allocatableMiB: allocatableMiB(memoryGiB, pods, architecture),
    allocatableMillicpus: allocatableMillicpus(vcpus),
    maxPods: pods,
    gpu: gpu === undefined ? undefined : { name: gpu, count: gpuCount },
    nvmeGB,
    efaInterfaces,
    networkGbps,
    usdPerHour,
  };
}

/**
 * What the hypervisor takes isn't published per type: Karpenter takes off 7.5 % (`VM_MEMORY_OVERHEAD_PERCENT`) and
 * 64 MiB more on Graviton. The kubelet reserves 255 MiB and 11 MiB a pod and evicts below 100 MiB
 * (amazon-eks-ami's nodeadm, the same in Karpenter).
 */
function allocatableMiB(memoryGiB: number, pods: number, architecture: "amd64" | "arm64"): number {
  const installedMiB = memoryGiB * 1024 - (architecture === "arm64" ? 64 : 0);
  const hypervisorMiB = Math.ceil(installedMiB * 0.075);
  return installedMiB - hypervisorMiB - (255 + 11 * pods) - 100;
}

/** The kubelet reserves 6 % of the first CPU, 1 % of the second, 0.5 % of the next two and 0.25 % of the rest. */
function allocatableMillicpus(vcpus: number): number {
  const share = (from: number, to: number, promille: number) =>
    Math.trunc(Math.max(0, Math.min(vcpus, to) - from) * promille);
  const reserved =
    share(0, 1, 60) + share(1, 2, 10) + share(2, 4, 5) + share(4, Number.POSITIVE_INFINITY, 2.5);
  return vcpus * 1000 - reserved;
}
