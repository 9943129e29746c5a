import {
  paginateGetResources,
  ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import type { Tagged } from "./left-behind.ts";

/** Where AWS lists the resources of services without regions, such as hosted zones. */
const globalRegion = "us-east-1";

/** All that AWS has under these tags. IAM's roles and policies aren't listed by it. */
export async function taggedResources(
  region: string,
  tags: Readonly<Record<string, string>>,
): Promise<readonly Tagged[]> {
  const filters = Object.entries(tags).map(([Key, value]) => ({ Key, Values: [value] }));
  const found = new Map<string, Tagged>();
  for (const place of new Set([region, globalRegion])) {
    const client = new ResourceGroupsTaggingAPIClient({ region: place });
    for await (const page of paginateGetResources({ client }, { TagFilters: filters }))
      for (const { ResourceARN: arn, Tags = [] } of page.ResourceTagMappingList ?? [])
        if (arn !== undefined) found.set(arn, { arn, name: Tags.find(({ Key }) => Key === "Name")?.Value });
  }
  return [...found.values()];
}
