import type { Traffic } from "../../components/serving/traffic.ts";
import { groupsOf, type ModelRule } from "./model-rules.ts";
import type { Observation } from "./observation.ts";

/**
 * Commands of the AWS CLI that send every caller to one slot, for where Pulumi can't: the live rule's weights change
 * first, then canary rules go.
 * @returns undefined where the load balancer's rules can't be read
 */
export function awsCommands({ deployed, place, rules = [] }: Observation, { live }: Traffic): string[] {
  const groups = Object.entries(groupsOf(deployed, place.model)).map(([arn, colour]) => ({
    TargetGroupArn: arn,
    Weight: colour === live ? 100 : 0,
  }));
  const actions = JSON.stringify([{ Type: "forward", ForwardConfig: { TargetGroups: groups } }]);
  const isLive = ({ bucketPattern }: ModelRule) => bucketPattern === undefined;
  return [
    ...rules.filter(isLive).map(({ id }) => `aws elbv2 modify-rule --rule-arn ${id} --actions '${actions}'`),
    ...rules.filter((rule) => !isLive(rule)).map(({ id }) => `aws elbv2 delete-rule --rule-arn ${id}`),
  ];
}
