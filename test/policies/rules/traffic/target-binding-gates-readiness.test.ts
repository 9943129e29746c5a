import { targetBindingGatesReadiness as rule } from "../../../../policies/rules/traffic/target-binding-gates-readiness.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { type Given, withField } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { slot } from "../../slot.ts";

const home = (labels: Wire, name: Wire = "models"): Given => ({
  type: "kubernetes:core/v1:Namespace",
  name: "serving",
  props: { metadata: { name, labels } },
});
const gated = home({ "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" });
const { binding, service } = slot();
const bound = (path: string, value: Wire | undefined): Given => ({
  ...binding,
  props: withField(binding.props, path, value),
});
const by = (targetType: Wire | undefined) => [gated, service, bound("spec.targetType", targetType)];
const label = (value: Wire) => [home({ "elbv2.k8s.aws/pod-readiness-gate-inject": value }), service, binding];
const type = ["chat-blue#spec.targetType"];
const reference = ["chat-blue#spec.serviceRef.name"];
const place = ["chat-blue#metadata.namespace"];
const elsewhere = { ...service, props: withField(service.props, "metadata.namespace", "other") };

cases(rule, {
  passes: [
    ["a binding behind a gate, its target group outside the stack", [gated, service, binding]],
    ["a secret label", label(secret("enabled"))],
    ["two bindings of one namespace", [gated, service, binding, { ...binding, name: "chat-green" }]],
    ["a stack without bindings", [home({})]],
  ],
  reports: [
    ["targets that are nodes", by("instance"), type],
    ["targets that only AWS knows", by(undefined), type],
    ["targets that are unknown", by(unknown), type],
    ["targets that are a number", by(1), type],
    ["no label", [home({}), service, binding], place],
    ["no labels", [home(null), service, binding], place],
    ["another value", label("true"), place],
    ["a boolean", label(true), place],
    ["an unknown label", label(unknown), place],
    ["unknown labels", [home(unknown), service, binding], place],
    [
      "a label on another namespace",
      [
        { ...gated, name: "other", props: withField(gated.props, "metadata.name", "other") },
        home({}),
        service,
        binding,
      ],
      place,
    ],
    [
      "a label on another object of the namespace's name",
      [home({}), service, { ...gated, type: service.type }, binding],
      place,
    ],
    ["a namespace outside the stack", [service, binding], place],
    [
      "a namespace of an unknown name",
      [home({ "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" }, unknown), service, binding],
      place,
    ],
    [
      "a binding in an unknown namespace",
      [gated, service, bound("metadata.namespace", unknown)],
      [...place, ...reference],
    ],
    [
      "unknown namespaces, which may be different ones",
      [
        home({ "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" }, unknown),
        service,
        bound("metadata.namespace", unknown),
      ],
      [...place, ...reference],
    ],
    [
      "a binding in the default namespace",
      [gated, service, bound("metadata.namespace", undefined)],
      [...place, ...reference],
    ],
    ["a Service outside the stack", [gated, binding], reference],
    ["a Service of the same name in another namespace", [gated, elsewhere, binding], reference],
    ["an unknown Service", [gated, service, bound("spec.serviceRef.name", unknown)], reference],
    ["a Service that is a number", [gated, service, bound("spec.serviceRef.name", 5)], reference],
    ["a specification that is unknown", [gated, service, bound("spec", unknown)], [...type, ...reference]],
    [
      "one binding of two",
      [gated, service, binding, { ...bound("spec.targetType", "instance"), name: "chat-green" }],
      ["chat-green#spec.targetType"],
    ],
  ],
});
