import type { StackRule } from "../../framework/rule.ts";
import { at, type Value } from "../../framework/value.ts";
import { isOf } from "../../read/aws/load-balancer.ts";
import { namespaceOf, services, targetGroupBindings } from "../../read/kubernetes/kubernetes.ts";
import { Objects } from "../../read/kubernetes/objects.ts";

const namespaces = ["kubernetes:core/v1:Namespace"];
const gate = "elbv2.k8s.aws/pod-readiness-gate-inject";

export const targetBindingGatesReadiness: StackRule = {
  name: "target-binding-gates-readiness",
  title: "A pod becomes ready only when its load balancer target is healthy.",
  why: "Without the readiness gate a rollout removes the last old pod while the load balancer is still registering the new one, and clients see 503.",
  fix: "Bind by ip to a Service of the stack, and label the binding's namespace elbv2.k8s.aws/pod-readiness-gate-inject: enabled.",
  severity: "high",
  relatedChecks: { none: "the studied tools have no rule about target group bindings" },
  resourceTypes: [...targetGroupBindings, ...services, ...namespaces],
  example: {
    good: "labels: { elbv2.k8s.aws/pod-readiness-gate-inject: enabled }",
    bad: 'labels: { elbv2.k8s.aws/pod-readiness-gate-inject: "true" }',
  },

  *checkStack({ resources }) {
    const objects = new Objects(resources);
    const namespaceProps = new Map<Value, Value>();
    for (const { props } of resources.filter(isOf(namespaces))) {
      const name = at(props, "metadata", "name");
      if (typeof name === "string") namespaceProps.set(name, props);
    }
    for (const resource of resources.filter(isOf(targetGroupBindings))) {
      // Unset means the target group's own type, which isn't known at preview. [AWS Load Balancer Controller, TargetGroupBinding]
      if (at(resource.props, "spec", "targetType") !== "ip")
        yield {
          resource,
          path: "spec.targetType",
          problem: "targets may be nodes, for which the health of a pod isn't known",
          allowed: "ip",
        };
      if (objects.servicesOf(resource).length === 0)
        yield {
          resource,
          path: "spec.serviceRef.name",
          problem: "names no Service of its namespace in this stack",
          allowed: "a Service of the stack, by a name known at preview",
        };
      const namespace = namespaceProps.get(namespaceOf(resource));
      if (at(namespace, "metadata", "labels", gate) !== "enabled")
        yield {
          resource,
          path: "metadata.namespace",
          problem:
            namespace === undefined
              ? "its namespace is not in this stack"
              : "its namespace injects no readiness gate",
          allowed: `a namespace of the stack with label ${gate}: enabled`,
        };
    }
  },
};
