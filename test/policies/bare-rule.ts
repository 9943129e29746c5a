import { unknownCheckingProxy } from "@pulumi/policy";
import { policies } from "../../policies/framework/policy.ts";
import type { Rule } from "../../policies/framework/rule.ts";
import type { Properties } from "../../scripts/plan/wire.ts";
import type { Circumstances, Given } from "../support/policy.ts";

/** A rule without the handlers around it, for speed: the same proxy, no encoding, and what stays as it was is read once. */
export class BareRule {
  private readonly policy: ReturnType<typeof policies>[number] | undefined;
  private readonly proxies = new WeakMap<object, object>();

  constructor(rule: Rule, { exemptions = [], pack = [rule] }: Circumstances = {}) {
    const all = policies({ rules: pack, exemptions, today: "2026-11-20" });
    this.policy = all.find(({ name }) => name === rule.name);
  }

  /** How many findings it has. */
  run(stack: readonly Given[]): number {
    const resources = new Map(stack.map((given) => [given, this.bare(given)]));
    for (const [given, resource] of resources)
      for (const [property, behind] of Object.entries(given.behind ?? {}))
        resource.propertyDependencies[property] = behind.flatMap((other) => resources.get(other) ?? []);
    let reported = 0;
    const report = () => {
      reported += 1;
    };
    const { policy } = this;
    if (policy !== undefined && "validateStack" in policy)
      policy.validateStack({ resources: [...resources.values()], getConfig: () => ({}) } as never, report);
    else if (policy !== undefined && typeof policy.validateResource === "function")
      for (const resource of resources.values()) policy.validateResource(resource as never, report);
    return reported;
  }

  private bare({ type, name, props, provider, options }: Given) {
    return {
      type,
      name,
      urn: `urn:pulumi:dev::gantry::${type}::${name}`,
      props: this.proxy(props),
      opts: {
        protect: options?.protect ?? false,
        customTimeouts: { createSeconds: 0, updateSeconds: 0, ...options },
      },
      ...(provider !== undefined && { provider: { props: this.proxy(provider) } }),
      propertyDependencies: {} as Record<string, unknown[]>,
      getConfig: () => ({}),
    };
  }

  private proxy(props: Properties): object {
    const known = this.proxies.get(props) ?? unknownCheckingProxy(props);
    this.proxies.set(props, known);
    return known;
  }
}
