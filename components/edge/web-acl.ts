import type { wafv2 } from "@pulumi/aws/types/input.js";
import type { WebAclArgs } from "@pulumi/aws/wafv2/webAcl.js";

/** Requests in a window of 60, 120, 300 or 600 seconds. */
export interface Rate {
  readonly limit: number;
  readonly windowSeconds: number;
}

export interface WebAclRates {
  readonly perAddress: Rate;
  /** Counted by the whole Authorization header. */
  readonly perKey: Rate;
}

/** The one header in which a key is taken. */
export const keyHeader = "authorization";
/** Others that LiteLLM would read a key from: requests with one are refused, so that every key is counted and redacted. [litellm/proxy/_types.py, SpecialHeaders] */
export const otherKeyHeaders = [
  "x-api-key",
  "api-key",
  "x-litellm-api-key",
  "x-goog-api-key",
  "ocp-apim-subscription-key",
] as const;

/**
 * Rules of AWS that read bodies and refuse what prompts are full of: pages of text, code, addresses and paths. Nothing
 * behind the edge executes or shows a body, so they count and don't block.
 */
const countedRules: Readonly<Record<string, readonly string[]>> = {
  AWSManagedRulesAmazonIpReputationList: [],
  AWSManagedRulesKnownBadInputsRuleSet: ["JavaDeserializationRCE_BODY", "Log4JRCE_BODY"],
  AWSManagedRulesCommonRuleSet: [
    "SizeRestrictions_BODY",
    "CrossSiteScripting_BODY",
    "EC2MetaDataSSRF_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
  ],
};

type Rule = Omit<wafv2.WebAclRule, "priority" | "visibilityConfig"> & { readonly name: string };

/** The rules of a public edge's web ACL: rates, request form, and AWS's managed groups. */
export function webAclArgs(
  owner: string,
  rates: WebAclRates,
): Pick<WebAclArgs, "customResponseBodies" | "defaultAction" | "rules" | "scope" | "visibilityConfig"> {
  const rules: Rule[] = [
    {
      name: "rate-per-address",
      action: refusal("rate_limited"),
      statement: { rateBasedStatement: { ...rateOf(rates.perAddress), aggregateKeyType: "IP" } },
    },
    {
      name: "rate-per-key",
      action: refusal("rate_limited"),
      statement: {
        rateBasedStatement: {
          ...rateOf(rates.perKey),
          aggregateKeyType: "CUSTOM_KEYS",
          customKeys: [{ header: { name: keyHeader, textTransformations: [asSent] } }],
        },
      },
    },
    {
      name: "one-key-header",
      action: refusal("authentication_failed"),
      statement: { orStatement: { statements: otherKeyHeaders.map(isSent) } },
    },
    { name: "body-size", action: refusal("request_too_large"), statement: { regexMatchStatement: megabyte } },
    ...Object.entries(countedRules).map(([name, counted]) => managedGroup(name, counted)),
  ];
  return {
    scope: "REGIONAL",
    defaultAction: { allow: {} },
    customResponseBodies: Object.entries(refusals).map(([code, { type, message }]) => ({
      key: code,
      contentType: "APPLICATION_JSON",
      content: JSON.stringify({ error: { message, type, code, param: null } }),
    })),
    // A rule's place is its own, so that one that comes or goes doesn't move the others.
    rules: rules.map((rule, index) => ({
      ...rule,
      priority: index * 10,
      visibilityConfig: visible(rule.name),
    })),
    visibilityConfig: visible(owner),
  };
}

const asSent = { priority: 0, type: "NONE" };

function rateOf({ limit, windowSeconds }: Rate) {
  return { limit, evaluationWindowSec: windowSeconds };
}

/** A header that isn't there has no size, and matches nothing. */
function isSent(name: string) {
  return {
    sizeConstraintStatement: {
      fieldToMatch: { singleHeader: { name } },
      comparisonOperator: "GE",
      size: 0,
      textTransformations: [asSent],
    },
  };
}

/**
 * WAF sees the first 8 KB of a body, and its length only as the header that announces it: a million bytes or more. What
 * announces nothing the gateway measures. [AWS WAF, oversize web request components]
 */
const megabyte = {
  regexString: "^0*[1-9][0-9]{6,}$",
  fieldToMatch: { singleHeader: { name: "content-length" } },
  textTransformations: [asSent],
};

function managedGroup(name: string, counted: readonly string[]): Rule {
  return {
    name,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ...(counted.length > 0 && {
          ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        }),
      },
    },
  };
}

/** Responses in place of the gateway's, with its codes and in its shape. */
const refusals = {
  rate_limited: {
    status: 429,
    retryAfter: "60",
    type: "rate_limit_error",
    message: "Too many requests. Try again in a minute.",
  },
  authentication_failed: {
    status: 401,
    type: "authentication_error",
    message: "Send the key as Authorization: Bearer <key>.",
  },
  request_too_large: {
    status: 413,
    type: "invalid_request_error",
    message: "The request is larger than a megabyte.",
  },
} as const;

function refusal(key: keyof typeof refusals): Rule["action"] {
  const found = refusals[key];
  return {
    block: {
      customResponse: {
        responseCode: found.status,
        customResponseBodyKey: key,
        ...("retryAfter" in found && { responseHeaders: [{ name: "retry-after", value: found.retryAfter }] }),
      },
    },
  };
}

function visible(metricName: string) {
  return { metricName, cloudwatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
