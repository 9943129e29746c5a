import { standIns } from "../../../../scripts/plan/stand-ins.ts";
import type { Properties } from "../../../../scripts/plan/wire.ts";
import type { Place } from "./kind.ts";

/** What AWS answers to the questions that the program and pulumi-eks put to it, by the function's last name. */
const answers: Readonly<Record<string, (args: Properties, place: Place) => Properties>> = {
  getPartition: () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  getCallerIdentity: (_, { account }) => ({
    id: account,
    accountId: account,
    arn: `arn:aws:sts::${account}:assumed-role/deployer/session`,
    userId: "AROAEXAMPLE:session",
  }),
  getRegion: (_, { region }) => ({ id: region, name: region, region }),
};

/** @throws Error for a function without an answer: an invented one would be worse */
export function callFunction(token: string, args: Properties, place: Place): Properties {
  const ofProgram = standIns[token];
  if (ofProgram !== undefined) return ofProgram(args);
  const answer = answers[token.slice(token.lastIndexOf(":") + 1)];
  if (answer === undefined) throw new Error(`no stand-in for ${token}`);
  return answer(args, place);
}
