import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Config } from "../../stacks/config.ts";
import type { Fetch } from "../web.ts";
import { ask } from "../web.ts";
import type { ClusterFacts } from "./account.ts";
import type { SubnetFacts, VpcFacts } from "./ec2.ts";
import type { PreflightFinding } from "./finding.ts";

type Found = Omit<PreflightFinding, "check">;

/** Versions of what runs on this machine; undefined for a program that isn't on PATH. */
export interface ToolFacts {
  readonly pulumi: string | undefined;
  readonly aws: string | undefined;
  readonly kubectl: string | undefined;
  /** Packages whose installed version isn't the one of package.json: name, installed, required. */
  readonly packages: readonly (readonly [name: string, installed: string | undefined, asked: string])[];
}

/** What is on this machine's PATH and in its node_modules. @param root the project's folder */
export function tools(root: string): ToolFacts {
  const version = (program: string, ...args: string[]) => {
    const { status, stdout } = spawnSync(program, args, { encoding: "utf8", timeout: 20_000 });
    return status === 0 ? /\d+\.\d+(\.\d+)?/.exec(stdout)?.[0] : undefined;
  };
  const { dependencies = {} } = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as {
    dependencies?: Record<string, string>;
  };
  const packages = Object.entries(dependencies).flatMap(([name, asked]) => {
    const installed = installedVersion(root, name);
    return installed === asked ? [] : [[name, installed, asked] as const];
  });
  return {
    pulumi: version("pulumi", "version"),
    aws: version("aws", "--version"),
    kubectl: version("kubectl", "version", "--client"),
    packages,
  };
}

function installedVersion(root: string, name: string): string | undefined {
  try {
    const file = createRequire(`${root}/`).resolve.paths(name)?.[0];
    const { version } = JSON.parse(readFileSync(`${file}/${name}/package.json`, "utf8")) as {
      version: string;
    };
    // Some publishers write it with a v, and npm takes it off.
    return version.replace(/^v/, "");
  } catch {
    return undefined;
  }
}

/** The oldest CLI that the project was tested with. */
const oldestPulumi = [3, 260];
/** kubectl goes with a cluster one minor version older or newer. [Kubernetes, version skew policy] */
const kubectlSkew = 1;

/** Whether the programs that an update runs are there, and go with the cluster. */
export function toolFindings(config: Config, { pulumi, aws, kubectl, packages }: ToolFacts): Found[] {
  const missing = Object.entries({
    pulumi: [pulumi, "https://www.pulumi.com/docs/install/"],
    aws: [aws, "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"],
    kubectl: [kubectl, "https://kubernetes.io/docs/tasks/tools/"],
  }).flatMap(([name, [version, how = ""]]): Found[] =>
    version === undefined
      ? [{ level: "fault", message: `${name} isn't on PATH`, fix: `install it: ${how}` }]
      : [],
  );
  const [major = 0, minor = 0] = (pulumi ?? "").split(".").map(Number);
  const [oldMajor = 0, oldMinor = 0] = oldestPulumi;
  const isOld = pulumi !== undefined && (major < oldMajor || (major === oldMajor && minor < oldMinor));
  const skew = Math.abs(Number(kubectl?.split(".")[1]) - Number(config.cluster.version.split(".")[1]));
  return [
    ...missing,
    ...(isOld
      ? [
          {
            level: "warning",
            message: `Pulumi ${pulumi} is older than ${oldestPulumi.join(".")}, with which the project was tried`,
            fix: "https://www.pulumi.com/docs/install/",
          } as const,
        ]
      : []),
    ...(kubectl !== undefined && skew > kubectlSkew
      ? [
          {
            level: "warning",
            message: `kubectl ${kubectl} and Kubernetes ${config.cluster.version} are ${skew} minor versions apart; ${kubectlSkew} is supported`,
            fix: "https://kubernetes.io/docs/tasks/tools/",
          } as const,
        ]
      : []),
    ...(packages.length === 0
      ? []
      : [
          {
            level: "fault",
            message: `node_modules has other versions than package.json: ${packages.map(([name, installed = "nothing", asked]) => `${name} ${installed}, not ${asked}`).join("; ")}`,
            fix: "npm ci",
          } as const,
        ]),
  ];
}

/** Whether a VPC that is there can hold the environment. */
export function networkFindings(
  config: Config,
  vpc: VpcFacts | undefined,
  subnets: readonly SubnetFacts[],
): Found[] {
  if (config.network.existing === undefined) return [];
  const { vpcId, cidr, privateSubnetIds, publicSubnetIds = [] } = config.network.existing;
  const { region } = config.account;
  const fault = (message: string, fix: string): Found => ({ level: "fault", message, fix });
  const look = `aws ec2 describe-vpcs --vpc-ids ${vpcId} --region ${region}`;
  if (vpc === undefined) return [fault(`${vpcId} isn't a VPC of this account and region`, look)];
  const groups = { private: privateSubnetIds, public: publicSubnetIds };
  return [
    ...(vpc.cidrs.includes(cidr) ? [] : [fault(`${vpcId} has ${vpc.cidrs.join(", ")}, not ${cidr}`, look)]),
    ...(vpc.dnsHostnames
      ? []
      : [
          fault(
            `${vpcId} gives no DNS names: private zones and endpoints don't resolve in it`,
            `aws ec2 modify-vpc-attribute --vpc-id ${vpcId} --enable-dns-hostnames --region ${region}`,
          ),
        ]),
    ...Object.entries(groups).flatMap(([kind, ids]) => {
      const lookAt = `aws ec2 describe-subnets --subnet-ids ${ids.join(" ")} --region ${region}`;
      const found = ids.map((id) => subnets.find((each) => each.id === id));
      const zones = found.flatMap((each) => each?.zoneId ?? []);
      return [
        ...ids.flatMap((id, index) => {
          const one = found[index];
          if (one === undefined)
            return [fault(`${kind} subnet ${id} isn't in this account and region`, lookAt)];
          if (one.vpc !== vpcId)
            return [fault(`${kind} subnet ${id} is in ${one.vpc}, not in ${vpcId}`, lookAt)];
          // EKS puts interfaces of its own into each. [EKS, VPC and subnet requirements: at least six addresses]
          if (one.freeAddresses < 16)
            return [fault(`${kind} subnet ${id} has ${one.freeAddresses} free addresses`, lookAt)];
          return [];
        }),
        ...(new Set(zones).size < zones.length
          ? [fault(`two ${kind} subnets are in one zone: ${zones.join(", ")}`, lookAt)]
          : []),
      ];
    }),
  ];
}

/** Whether the Kubernetes API of a deployed cluster answers here, which an update needs. Any answer is one. */
export async function endpointFindings(
  config: Config,
  cluster: ClusterFacts | undefined,
  fetch: Fetch,
): Promise<Found[]> {
  if (cluster === undefined || cluster.endpoint === "") return [];
  try {
    await ask(`${cluster.endpoint}/readyz`, fetch);
    return [];
  } catch (error) {
    // A certificate that this machine doesn't trust was shown by something that answers.
    if (/certificate/i.test((error as Error).message)) return [];
    const how = config.cluster.endpoint.private
      ? "run it in the VPC or through its VPN: cluster.endpoint is private"
      : "add this machine's address to cluster.endpoint.publicFrom";
    return [
      {
        level: "fault",
        message: `the Kubernetes API isn't reached from here: ${(error as Error).message}`,
        fix: how,
      },
    ];
  }
}
