import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "./wire.ts";

/** Values, resources and charts together stay far below this; the default of 4 MB is too little for charts. */
export const messageBytes = {
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
  // Every call is to this machine.
  "grpc.enable_http_proxy": 0,
};

/** An object as Pulumi's messages carry it. */
export function toStruct(properties: Properties): structMessages.Struct {
  // The library requires a writable type, though it only reads.
  return structMessages.Struct.fromJavaScript(
    properties as Parameters<typeof structMessages.Struct.fromJavaScript>[0],
  );
}
