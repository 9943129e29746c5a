/** Components of @pulumi/eks whose every part is a resource that rules read on its own. */
const checkedByParts: readonly string[] = [
  "eks:index:Addon",
  "eks:index:Cluster",
  "eks:index:ManagedNodeGroup",
  "eks:index:VpcCniAddon",
];

/**
 * Whether the engine sends no inputs of a component, so that only its children can be checked. Pulumi's SDK sends a component's
 * inputs since 3.202; pulumi-eks 4.3.0 is built with 3.173, and PULUMI_NODEJS_SKIP_COMPONENT_INPUTS turns it off.
 * [pulumi/pulumi CHANGELOG; pulumi/pulumi-eks v4.3.0 nodejs/eks/yarn.lock]
 */
export function isCheckedByChildren(type: string, props: object): boolean {
  return checkedByParts.includes(type) && Object.keys(props).length === 0;
}
