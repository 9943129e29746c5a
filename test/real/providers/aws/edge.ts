import { randomUUID } from "node:crypto";
import { hex } from "../cloud.ts";
import { list, record, text } from "../values.ts";
import type { Kind } from "./kind.ts";

/**
 * Certificates and web ACLs. Records show at once that a domain is owned.
 * [ACM and WAFv2 API references; @pulumi/aws acm, wafv2]
 */
export const edgeKinds: Readonly<Record<string, Kind>> = {
  // Another one for the same domain is another certificate.
  "aws:acm/certificate:Certificate": {
    replacedBy: ["domainName", "keyAlgorithm", "subjectAlternativeNames", "validationMethod"],
    made: ({ domainName }, place) => {
      const arn = place.arn("acm", `certificate/${randomUUID()}`);
      return {
        id: arn,
        arn,
        domainValidationOptions: [
          {
            domainName: text(domainName),
            resourceRecordName: `_${hex(32)}.${domainName}.`,
            resourceRecordType: "CNAME",
            resourceRecordValue: `_${hex(32)}.jkddzztszm.acm-validations.aws.`,
          },
        ],
        notAfter: "",
        notBefore: "",
        pendingRenewal: false,
        renewalEligibility: "INELIGIBLE",
        renewalSummaries: [],
        status: "PENDING_VALIDATION",
        type: "AMAZON_ISSUED",
        validationEmails: [],
      };
    },
    shown: ({ domainName, keyAlgorithm, options, subjectAlternativeNames }) => ({
      keyAlgorithm: keyAlgorithm ?? "RSA_2048",
      options: options ?? { certificateTransparencyLoggingPreference: "ENABLED", export: "DISABLED" },
      subjectAlternativeNames: subjectAlternativeNames ?? [text(domainName)],
    }),
    heldBy: ["aws:lb/listener:Listener"],
  },
  // Waits, and makes nothing.
  "aws:acm/certificateValidation:CertificateValidation": {
    untagged: true,
    once: ({ certificateArn }) => text(certificateArn),
    overwrites: true,
    replacedBy: ["certificateArn", "validationRecordFqdns"],
    made: () => ({ id: "2026-11-20 10:00:00 +0000 UTC" }),
    minutes: [1, 0],
  },
  "aws:wafv2/webAcl:WebAcl": {
    autoName: ["name", 128],
    once: ({ scope, name }) => `${scope} ${name}`,
    replacedBy: ["name", "scope"],
    made: ({ name }, place) => {
      const id = randomUUID();
      return {
        id,
        arn: place.arn("wafv2", `regional/webacl/${name}/${id}`),
        applicationIntegrationUrl: "",
        capacity: 40,
        lockToken: randomUUID(),
        namePrefix: "",
      };
    },
    // A set has no order of its own.
    shown: ({ rules }) => ({ rules: [...list(rules)].reverse() }),
    importedAs: ({ name, scope }, id) => `${id}/${name}/${scope}`,
    heldBy: ["aws:wafv2/webAclAssociation:WebAclAssociation"],
  },
  "aws:wafv2/webAclAssociation:WebAclAssociation": {
    untagged: true,
    once: ({ resourceArn }) => text(resourceArn),
    overwrites: true,
    replacedBy: ["resourceArn", "webAclArn"],
    made: ({ resourceArn, webAclArn }) => ({ id: `${webAclArn},${resourceArn}` }),
    minutes: [0.5, 0.2],
  },
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
    untagged: true,
    once: ({ resourceArn }) => text(resourceArn),
    overwrites: true,
    replacedBy: ["resourceArn"],
    made: ({ resourceArn }) => ({ id: text(resourceArn) }),
    // Names of headers are in small letters.
    shown: ({ redactedFields }) => ({
      redactedFields: list(redactedFields).map((field) => {
        const { singleHeader, ...others } = record(field);
        if (singleHeader === undefined) return others;
        return { ...others, singleHeader: { name: text(record(singleHeader).name).toLowerCase() } };
      }),
    }),
  },
};
