import { hoursPerMonth, unitPrices } from "../../../components/capacity/cost.ts";
import { own } from "../../../components/shared/own.ts";
import type { Config } from "../../../stacks/config.ts";

/** What is billed as well, and the figure to reckon with. */
export interface LeftOut {
  readonly what: string;
  readonly figure: string;
}

/** The parts of the bill that no plan can know. */
export function leftOut(config: Config): LeftOut[] {
  const { pools, cluster, edge, gateway } = config;
  const { natPerGB, logsPerGB, logsStoredPerGBMonth, eksExtendedClusterPerHour, eksClusterPerHour } =
    unitPrices;
  const reserved = Object.values(pools).some(({ reservations }) => reservations !== undefined);
  const extended = (eksExtendedClusterPerHour - eksClusterPerHour) * hoursPerMonth;
  return [
    {
      what: "control plane and flow logs",
      figure: `$${logsPerGB} a GB, and $${logsStoredPerGBMonth} a month while kept`,
    },
    { what: "image pulls and other traffic through NAT", figure: `$${natPerGB} a GB` },
    {
      what: "requests through the load balancer",
      figure: `$${unitPrices.loadBalancerCapacityUnitPerHour} per capacity unit and hour`,
    },
    ...(edge.internal
      ? []
      : [
          {
            what: "requests through the web ACL",
            figure: `$${unitPrices.wafPerMillionRequests} a million`,
          },
        ]),
    {
      what: `records of requests, kept for ${gateway.records.keepDays} days`,
      figure: `$${unitPrices.s3PutPerThousand} a thousand, and $${unitPrices.s3StandardPerGBMonth} a GB and month`,
    },
    ...hostedBill(config),
    {
      what: `extended support, once it begins for Kubernetes ${cluster.version}`,
      figure: `$${Math.round(extended)} a month`,
    },
    ...(reserved
      ? [
          {
            what: "capacity blocks, which are paid in advance",
            figure: "at the price of their offer, in place of on-demand",
          },
        ]
      : []),
  ];
}

/** What the providers of hosted models may bill: the gateway refuses what is above a tenant's budget. */
function hostedBill({ hosted, routes, tenants }: Config): LeftOut[] {
  const isHosted = (name: string) => own(hosted, name) !== undefined;
  const leadsToHosted = (name: string) => {
    const { hosted: first, fallbacks = {} } = own(routes, name) ?? {};
    return first !== undefined || Object.values(fallbacks).some((names) => names?.some(isHosted));
  };
  const usd = Object.values(tenants)
    .filter(({ models }) => models.some((name) => isHosted(name) || leadsToHosted(name)))
    .reduce((sum, { monthlyBudgetUsd }) => sum + monthlyBudgetUsd, 0);
  if (usd === 0) return [];
  return [
    {
      what: "hosted models, billed by their providers",
      figure: `at most $${usd} a month, the budgets of tenants that reach one`,
    },
  ];
}
