import { text as body } from "node:stream/consumers";
import { type Serving, serve } from "../../../support/stand-ins.ts";
import type { Cloud } from "../cloud.ts";
import { record, text } from "../values.ts";

/** Few enough that a caller who doesn't ask for the next page misses something. */
const pageSize = 10;

/**
 * Answers as AWS's Resource Groups Tagging API from what the cloud has. It lists no roles, instance profiles and
 * hosted zones of other regions. [https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html]
 */
export function taggingApi(cloud: Cloud): Promise<Serving> {
  return serve(async (request, response) => {
    const { TagFilters = [], PaginationToken = "" } = JSON.parse(await body(request)) as {
      TagFilters?: { Key: string; Values: string[] }[];
      PaginationToken?: string;
    };
    const found = cloud.all().flatMap(({ type, outputs, deleted }) => {
      const tags = record(outputs.tagsAll);
      const arn = text(outputs.arn ?? outputs.associationArn);
      const isListed = arn !== "" && !deleted && !type.startsWith("aws:iam/");
      const matches = TagFilters.every(({ Key, Values }) => Values.includes(text(tags[Key])));
      if (!isListed || !matches) return [];
      return [
        { ResourceARN: arn, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value: text(Value) })) },
      ];
    });
    const begin = Number(PaginationToken);
    const end = begin + pageSize;
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
    response.end(
      JSON.stringify({
        PaginationToken: end < found.length ? String(end) : "",
        ResourceTagMappingList: found.slice(begin, end),
      }),
    );
  });
}
