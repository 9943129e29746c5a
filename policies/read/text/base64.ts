import { gunzipSync } from "node:zlib";

/** More than AWS and Kubernetes store. */
const mostBytes = 8 * 1024 * 1024;

/** The text behind base64, which cloud-init and Kubernetes also take compressed; empty where it can't be unpacked. */
export function fromBase64(text: string): string {
  const bytes = Buffer.from(text, "base64");
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString("latin1");
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes }).toString("latin1");
  } catch {
    return "";
  }
}
