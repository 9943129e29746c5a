"""An OpenTelemetry collector's receiver of traces: prints its port, and then each span as a line of JSON."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        request = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["content-length"])))
        for one in request.resource_spans:
            resource = attributes(one.resource)
            for span in (span for scope in one.scope_spans for span in scope.spans):
                ids = {
                    "trace": span.trace_id.hex(),
                    "span": span.span_id.hex(),
                    "parent": span.parent_span_id.hex(),
                }
                said = {"name": span.name, "kind": span.kind, "failed": span.status.code == 2}
                whole = json.dumps(MessageToDict(span))
                line = {**ids, **said, "attributes": attributes(span), "resource": resource, "whole": whole}
                print(json.dumps({**line, "path": self.path}), flush=True)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Standard output is for spans."""


def attributes(of: object) -> dict[str, object]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in of.attributes}


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
