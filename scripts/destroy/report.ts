import { deletionOf } from "./deletion.ts";
import type { Remains } from "./sweep.ts";

/** What a person reads after a sweep. Commands stay on a line, so that they can be copied from a narrow terminal. */
export function sweepReport(environment: string, region: string, found: readonly Remains[]): string {
  const left = found.filter(({ expected }) => expected === undefined);
  const ending = found.filter(({ expected }) => expected !== undefined);
  const ways = left
    .map(({ arn }) => ({ arn, ...deletionOf(arn) }))
    .sort((one, other) => one.order - other.order);
  return [
    left.length === 0
      ? `${environment}: nothing is left in ${region} that costs anything`
      : `${environment}: ${left.length} left in ${region}, to be deleted in this order`,
    ...ways.flatMap(({ arn, text }) => [`  ${arn}`, `    ${text}`]),
    ...(ending.length > 0 ? ["ends by itself and costs nothing"] : []),
    ...ending.flatMap(({ arn, expected }) => [`  ${arn}`, `    ${expected}`]),
    left.length === 0
      ? `pulumi stack rm ${environment} removes its history and settings`
      : `AWS's list may be minutes old: npm run destroy -- ${environment} --sweep checks again`,
  ].join("\n");
}
