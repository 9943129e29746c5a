import { formatCidr, overlap, parseCidr } from "../components/network/cidr.ts";
import type { Problem } from "../components/shared/problems.ts";
import { repeated } from "./network-consistency.ts";
import type { Settings } from "./schema.ts";

/** Who reaches and administers the cluster, as EKS takes it. */
export function clusterProblems({ endpoint, admins }: Settings["cluster"], account: string): Problem[] {
  const ranges = endpoint.publicFrom ?? [];
  const path = "cluster.endpoint.publicFrom";
  return [
    ...ranges.flatMap((range, index) => rangeProblems(`${path}.${index}`, range, account)),
    ...repeated(path, ranges),
    ...repeated("cluster.admins", admins),
  ];
}

/** Ranges that aren't public addresses, which EKS refuses. [IANA IPv4 special-purpose address registry] */
const notPublic: Readonly<Record<string, string>> = {
  "10.0.0.0/8": "private addresses",
  "172.16.0.0/12": "private addresses",
  "192.168.0.0/16": "private addresses",
  "100.64.0.0/10": "addresses of a carrier's own network",
  "127.0.0.0/8": "this machine's own addresses",
  "169.254.0.0/16": "link-local addresses",
  "192.0.2.0/24": "addresses for documentation",
  "198.51.100.0/24": "addresses for documentation",
  "203.0.113.0/24": "addresses for documentation",
  "224.0.0.0/3": "multicast and reserved addresses",
};

/** Accounts of AWS's own examples, such as 111122223333, which have no owner. */
const exampleAccount =
  /^(111122223333|222233334444|333344445555|444455556666|555566667777|666677778888|777788889999|123456789012)$/;

function rangeProblems(path: string, value: string, account: string): Problem[] {
  const range = parseCidr(value);
  if (range === undefined) return [];
  const begin = formatCidr(range);
  if (begin !== value) return [{ path, value, message: `begins in the middle of its range; write ${begin}` }];
  // The ranges that EKS refuses lie in others that it takes, such as 0.0.0.0/0, which the policies check.
  const [found] = Object.entries(notPublic).filter(([other]) => {
    const closed = parseCidr(other);
    return closed !== undefined && range.prefix >= closed.prefix && overlap(range, closed);
  });
  if (found === undefined) return [];
  const [, what] = found;
  // An example account can't be deployed to, so its shipped configuration may have placeholders for unknown values.
  if (what === "addresses for documentation" && exampleAccount.test(account)) return [];
  const message = `${what}, which EKS refuses; put the public addresses you come from, such as <address>/32 with the address that curl https://checkip.amazonaws.com prints`;
  return [{ path, value, message }];
}
