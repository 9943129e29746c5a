import { own } from "../../components/shared/own.ts";
import type { PlannedResource } from "../plan/resource.ts";
import { sdkProperties } from "../plan/sdk-properties.ts";
import { unknown } from "../plan/wire.ts";
import { pathsWithin } from "./changed-paths.ts";
import { awsNetwork } from "./replacements/aws-network.ts";
import { awsPlatform } from "./replacements/aws-platform.ts";
import type { AwsRule } from "./replacements/aws-rule.ts";
import { kubernetesReplaces } from "./replacements/kubernetes.ts";

/** How a provider handles changed inputs. */
export interface Replacement {
  /** Changed paths that make it create another resource. */
  readonly forced: readonly string[];
  /** Changed paths for which it isn't known whether they do. */
  readonly unknown: readonly string[];
}

/** One resource of two plans, with what its provider is configured with. */
export interface Pair {
  readonly old: PlannedResource;
  readonly young: PlannedResource;
  readonly provider: PlannedResource | undefined;
}

export const awsRules: Readonly<Record<string, AwsRule>> = { ...awsNetwork, ...awsPlatform };

/** The effect of a change of these paths, by the provider's own rules. */
export function replacement(pair: Pair, paths: readonly string[]): Replacement {
  const { old, young, provider } = pair;
  const { type } = young;
  if (type.startsWith("pulumi:providers:kubernetes"))
    return known(paths.filter((path) => path === "kubeconfig" && isOtherCluster(pair)));
  if (type.startsWith("pulumi:providers:")) return known([]);
  if (type.startsWith("kubernetes:")) {
    const replaces = kubernetesReplaces(type, young.inputs, provider?.inputs ?? {});
    return replaces === undefined ? { forced: [], unknown: paths } : known(pathsWithin(paths, replaces));
  }
  // Every input of a password, [hashicorp/terraform-provider-random internal/provider/resource_password.go@0117aa60f8eb
  // passwordSchemaV3]; keepers only where a value isn't null, which Pulumi's are not.
  if (type === "random:index/randomPassword:RandomPassword") return known(paths);
  const rule = own(awsRules, type);
  return rule === undefined ? { forced: [], unknown: paths } : awsReplacement(rule, pair, paths, old);
}

function awsReplacement(
  { replaces, updates, sometimes = {} }: AwsRule,
  { young }: Pair,
  paths: readonly string[],
  old: PlannedResource,
): Replacement {
  const decided = Object.keys(sometimes).filter((input) => sometimes[input]?.(old.inputs, young.inputs));
  const forced = pathsWithin(paths, [...replaces, ...decided, ...regionInput(young.type)]);
  // Of all types, the provider itself handles tags. [internal/provider/sdkv2/intercept.go]
  const inPlace = pathsWithin(paths, [...updates, "tags", "tagsAll"]);
  return { forced, unknown: paths.filter((path) => !forced.includes(path) && !inPlace.includes(path)) };
}

/** Types with a region of their own are replaced where it changes. [internal/provider/sdkv2/region.go forceNewIfRegionChanges] */
export function regionInput(type: string): readonly string[] {
  return sdkProperties(type).some(({ name }) => name === "region") ? ["region"] : [];
}

/**
 * Whether a kubeconfig leads to another cluster; one that isn't known yet counts as such.
 * [pulumi/pulumi-kubernetes provider/pkg/provider/provider.go DiffConfig]
 */
function isOtherCluster({ old, young }: Pair): boolean {
  const clusters = ({ inputs }: PlannedResource): string => {
    const { kubeconfig } = inputs;
    if (typeof kubeconfig !== "string" || kubeconfig === unknown) return unknown;
    return JSON.stringify((JSON.parse(kubeconfig) as { clusters?: unknown }).clusters);
  };
  return clusters(young) === unknown || clusters(old) !== clusters(young);
}

function known(forced: readonly string[]): Replacement {
  return { forced, unknown: [] };
}

/**
 * Whether the old resource goes before the new one comes, since both would have the same name.
 * [pulumi/pulumi-kubernetes provider/pkg/provider/provider.go Diff; pulumi/pulumi-terraform-bridge pkg/tfbridge/schema.go
 * nameRequiresDeleteBeforeReplace]
 */
export function deletesFirst(old: PlannedResource, young: PlannedResource): boolean {
  if (young.type === "kubernetes:helm.sh/v3:Release") return false;
  if (young.type.startsWith("kubernetes:")) {
    const [was, is] = [old, young].map(({ inputs }) => inputs.metadata as { name?: unknown } | undefined);
    return is?.name !== undefined && is.name !== unknown && was?.name === is.name;
  }
  const named = ["name", "bucket", "replicationGroupId"].some((input) => young.inputs[input] !== undefined);
  return young.type.startsWith("aws:") && named;
}
