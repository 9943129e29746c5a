import { Certificate as AcmCertificate } from "@pulumi/aws/acm/certificate.js";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation.js";
import { Record } from "@pulumi/aws/route53/record.js";
import * as pulumi from "@pulumi/pulumi";

export interface CertificateArgs {
  readonly domain: string;
  /** The public Route 53 zone in which ownership of the domain is shown. */
  readonly zoneId: string;
}

/** A certificate for one domain, which ACM renews for as long as its record is in the zone. */
export class Certificate extends pulumi.ComponentResource {
  /** Of the certificate once it is valid. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:edge:Certificate", name, {}, opts);
    const certificate = new AcmCertificate(
      name,
      { domainName: args.domain, validationMethod: "DNS" },
      // A listener refuses to be without one, so another comes first.
      { parent: this, deleteBeforeReplace: false },
    );
    const record = this.createRecord(name, args, certificate);
    this.arn = new CertificateValidation(
      name,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      { parent: this },
    ).certificateArn;
    this.registerOutputs({});
  }

  private createRecord(
    name: string,
    { zoneId }: CertificateArgs,
    { domainValidationOptions }: AcmCertificate,
  ): Record {
    const asked = domainValidationOptions.apply(([first]) => {
      if (first === undefined) throw new Error("ACM names no record that would validate the certificate");
      return first;
    });
    return new Record(
      `${name}-validation`,
      {
        zoneId,
        name: asked.resourceRecordName,
        type: asked.resourceRecordType,
        records: [asked.resourceRecordValue],
        ttl: 60,
        // Another certificate of the domain is validated by the same record.
        allowOverwrite: true,
      },
      { parent: this },
    );
  }
}
