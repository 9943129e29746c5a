import { type Properties, unknown } from "../../scripts/plan/wire.ts";

interface Model {
  new (data: object): { validate(): void };
}

/** The package that publishes a kind's schema, by API group. */
const publishers: Readonly<Record<string, string>> = {
  "external-secrets.io": "@kubernetes-models/external-secrets",
  "karpenter.sh": "@kubernetes-models/karpenter",
  "karpenter.k8s.aws": "@kubernetes-models/karpenter",
  "keda.sh": "@kubernetes-models/keda",
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
};
/** No package publishes the load balancer controller's kinds; model.test.ts names every field of its one object. */
const unpublished: readonly unknown[] = ["elbv2.k8s.aws/v1beta1"];

/** Whether a Kubernetes object's kind has a schema in a package. */
export function isPublished({ apiVersion }: Properties): boolean {
  return !unpublished.includes(apiVersion);
}

/** The module of an object's kind, without the kind. */
export function publisherOf({ apiVersion }: Properties): string {
  const publisher = publishers[String(apiVersion).split("/")[0] ?? ""] ?? "kubernetes-models";
  return `${publisher}/${apiVersion}`;
}

/** What an object's schema says of it; nothing where it accepts it. */
export async function schemaProblem(object: Properties): Promise<string | undefined> {
  const kind = String(object.kind);
  const model = ((await import(`${publisherOf(object)}/${kind}`)) as Record<string, Model>)[kind];
  if (model === undefined) throw new Error(`${publisherOf(object)} has no ${kind}`);
  try {
    // Only subnets are unknown where a schema wants a form.
    new model(JSON.parse(JSON.stringify(object).replaceAll(unknown, "subnet-0a1b2c3d"))).validate();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
