import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { recordsPrefix } from "../../components/gateway/gateway-settings.ts";

/** One version of an object, or the mark that it was deleted. */
export interface ObjectVersion {
  readonly Key: string;
  readonly VersionId: string;
}

/** Objects that are read at the same time. */
const atOnce = 32;

/** The records of an environment: `records/<yyyy>/<mm>/<dd>/<tenant>/<user hash>/<request id>.json`. */
export class RecordBucket {
  private readonly client: S3Client;
  private readonly bucket: string;

  constructor(region: string, bucket: string) {
    // Addresses of stand-ins hold no bucket's name.
    this.client = new S3Client({ region, forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined });
    this.bucket = bucket;
  }

  /** Every record of a day, in UTC. @param day in the form `YYYY-MM-DD` @throws Error of AWS */
  async *ofDay(day: string): AsyncGenerator<unknown> {
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: this.bucket, Prefix: dayPrefix(day), ContinuationToken: token }),
      );
      const keys = (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
      for (let index = 0; index < keys.length; index += atOnce)
        yield* await Promise.all(keys.slice(index, index + atOnce).map((key) => this.read(key)));
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  /** Every version of what one user of a tenant left on a day, deletion marks included. */
  async *versions(day: string, tenant: string, user: string): AsyncGenerator<ObjectVersion> {
    let markers = {};
    for (;;) {
      const page = await this.client.send(
        new ListObjectVersionsCommand({
          Bucket: this.bucket,
          Prefix: `${dayPrefix(day)}${tenant}/${user}/`,
          ...markers,
        }),
      );
      for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])])
        if (Key !== undefined && VersionId !== undefined) yield { Key, VersionId };
      if (page.IsTruncated !== true) return;
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
  }

  /** For good. @throws Error for what S3 keeps all the same */
  async remove(versions: readonly ObjectVersion[]): Promise<void> {
    for (let index = 0; index < versions.length; index += deletedAtOnce) {
      const Objects = versions.slice(index, index + deletedAtOnce);
      const { Errors = [] } = await this.client.send(
        new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects, Quiet: true } }),
      );
      const [first] = Errors;
      if (first !== undefined)
        throw new Error(
          `${Errors.length} objects can't be deleted; ${first.Key}: ${first.Code} ${first.Message}`,
        );
    }
  }

  private async read(key: string): Promise<unknown> {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return JSON.parse((await Body?.transformToString()) ?? "null");
  }
}

/** [S3 API, DeleteObjects] */
const deletedAtOnce = 1000;

function dayPrefix(day: string): string {
  return `${recordsPrefix}/${day.replaceAll("-", "/")}/`;
}

/** The days from one to another, as `YYYY-MM-DD`. */
export function daysBetween(from: string, until: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(until); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}
