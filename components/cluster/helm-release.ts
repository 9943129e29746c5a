import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import { ConfigFile } from "@pulumi/kubernetes/yaml/v2/configFile.js";
import * as pulumi from "@pulumi/pulumi";
import type { Chart } from "./charts.ts";

export interface HelmReleaseArgs {
  readonly chart: Chart;
  readonly namespace: pulumi.Input<string>;
  /** What differs from the chart's own values. */
  readonly values: Readonly<Record<string, pulumi.Input<unknown>>>;
  /** Resources to create first. A component's own `dependsOn` doesn't apply to its children. */
  readonly waits: readonly pulumi.Resource[];
}

/** Pulling a controller's images and waiting until it is ready, on nodes that have just joined. */
const timeoutSeconds = 900;

/** A chart with its custom resource definitions, which are created before it and deleted after it. */
export class HelmRelease extends pulumi.ComponentResource {
  readonly release: Release;

  constructor(name: string, args: HelmReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:cluster:HelmRelease", name, {}, opts);
    const definitions = this.createDefinitions(name, args);
    this.release = this.createRelease(name, args, definitions);
    this.registerOutputs({});
  }

  private createDefinitions(name: string, { chart, namespace, waits }: HelmReleaseArgs): pulumi.Resource[] {
    const { definitions } = chart;
    const after = { parent: this, dependsOn: [...waits] };
    if (typeof definitions === "string") return [];
    if ("chart" in definitions) {
      return [
        new Release(
          `${name}-definitions`,
          { name: definitions.release, namespace, ...definitions.chart, ...leavesNothing },
          after,
        ),
      ];
    }
    return definitions.files.map(
      (file) => new ConfigFile(`${name}-${file.split("/").at(-1)}`, { file, resourcePrefix: name }, after),
    );
  }

  private createRelease(
    name: string,
    { chart, namespace, values, waits }: HelmReleaseArgs,
    definitions: readonly pulumi.Resource[],
  ): Release {
    const { release, definitions: _, ...source } = chart;
    return new Release(
      name,
      { name: release, namespace, ...source, skipCrds: true, values: { ...values }, ...leavesNothing },
      { parent: this, dependsOn: [...waits, ...definitions] },
    );
  }
}

/** A failed first installation is removed: it would keep the release's name, and the next attempt would fail. */
const leavesNothing = { atomic: true, cleanupOnFail: true, timeout: timeoutSeconds };
