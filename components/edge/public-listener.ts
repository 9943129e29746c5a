import { Listener } from "@pulumi/aws/lb/listener.js";
import * as pulumi from "@pulumi/pulumi";
import type { Account } from "../shared/account.ts";
import { Certificate } from "./certificate.ts";
import { Firewall } from "./firewall.ts";
import type { WebAclRates } from "./web-acl.ts";

/** The entry point of callers on the internet. */
export interface PublicEdge {
  readonly domain: string;
  /** The zone in which one is made, or one that is there. */
  readonly certificate: { readonly zoneId: string } | { readonly arn: string };
  readonly rates: WebAclRates;
  /** Headers with which a tenant's server names its user; logs leave them out. */
  readonly userHeaders: readonly string[];
}

export interface PublicListenerArgs extends PublicEdge {
  readonly account: Account;
  /** The environment's name in AWS, as `gantry-dev`. */
  readonly owner: string;
  readonly loadBalancerArn: pulumi.Input<string>;
  readonly protect: boolean;
}

/** The answer to what no rule forwards. */
export const refused = {
  type: "fixed-response",
  fixedResponse: {
    statusCode: "404",
    contentType: "application/json",
    messageBody: JSON.stringify({
      error: { message: "No such path.", type: "invalid_request_error", code: "not_found", param: null },
    }),
  },
};

/** HTTPS for one domain behind a web ACL, and a redirect to it. */
export class PublicListener extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly certificateArn: pulumi.Input<string>;

  constructor(name: string, args: PublicListenerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:edge:PublicListener", name, {}, opts);
    const firewall = new Firewall(name, args, { parent: this });
    this.certificateArn = this.createCertificate(name, args);
    this.createRedirect(name, args, firewall);
    this.arn = this.createListener(name, args, this.certificateArn, firewall).arn;
    this.registerOutputs({});
  }

  private createCertificate(name: string, { domain, certificate }: PublicListenerArgs): pulumi.Input<string> {
    if ("arn" in certificate) return certificate.arn;
    return new Certificate(name, { domain, zoneId: certificate.zoneId }, { parent: this }).arn;
  }

  private createRedirect(name: string, { loadBalancerArn }: PublicListenerArgs, firewall: Firewall) {
    new Listener(
      `${name}-redirect`,
      {
        loadBalancerArn,
        port: 80,
        protocol: "HTTP",
        defaultActions: [
          { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
        ],
      },
      { parent: this, dependsOn: firewall.attached },
    );
  }

  /** Created after the web ACL is attached, so that no request arrives before. */
  private createListener(
    name: string,
    { loadBalancerArn }: PublicListenerArgs,
    certificateArn: pulumi.Input<string>,
    firewall: Firewall,
  ): Listener {
    return new Listener(
      name,
      {
        loadBalancerArn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        certificateArn,
        routingHttpResponseServerEnabled: false,
        routingHttpResponseStrictTransportSecurityHeaderValue: "max-age=31536000",
        routingHttpResponseXContentTypeOptionsHeaderValue: "nosniff",
        defaultActions: [refused],
      },
      { parent: this, dependsOn: firewall.attached },
    );
  }
}
