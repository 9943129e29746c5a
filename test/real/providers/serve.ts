import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages, {
  type CheckRequest,
  type ConfigureRequest,
  type ConstructRequest,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  type InvokeRequest,
  type ReadRequest,
  type UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import type structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import { messageBytes, toStruct } from "../../../scripts/plan/protocol.ts";
import type { Properties } from "../../../scripts/plan/wire.ts";
import { type Change, differences, topLevel } from "./difference.ts";
import type { Provider, Subject } from "./provider.ts";
import { plain } from "./values.ts";

/** Serves a provider on a free port and says which, as the engine expects of a plugin. */
export async function serve(provider: Provider, about: { name: string; version: string }): Promise<void> {
  const server = new Server(messageBytes);
  server.addService(providerService.ResourceProviderService, {
    ...ofPlugin(about),
    ...ofResources(provider),
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  console.log(port);
}

/** It takes secrets as secrets; outputs and references to resources come as plain values. */
function ofPlugin({ name, version }: { name: string; version: string }) {
  return {
    handshake: answer(() => {
      const response = new messages.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      return response;
    }),
    attach: answer(() => new emptyMessages.Empty()),
    cancel: answer(() => new emptyMessages.Empty()),
    getPluginInfo: answer(() => {
      const response = new pluginMessages.PluginInfo();
      response.setVersion(version);
      return response;
    }),
    getSchema: answer(() => {
      const response = new messages.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name, version }));
      return response;
    }),
  };
}

function ofResources(provider: Provider) {
  return {
    checkConfig: answer((request: CheckRequest) => {
      const response = new messages.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    }),
    diffConfig: answer((request: DiffRequest) => {
      const [before, after] = [plain(values(request.getOldInputs())), plain(values(request.getNews()))];
      const changes = differences(before, after);
      const replaced = changes.size > 0 && provider.replacedByConfig(before, after);
      return difference(changes, () => replaced, false);
    }),
    configure: answer((request: ConfigureRequest) => {
      provider.configure(plain(values(request.getArgs())));
      const response = new messages.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    }),
    check: answer((request: CheckRequest) => {
      const olds = request.getOlds();
      const response = new messages.CheckResponse();
      const checked = provider.check({
        ...subject(request.getUrn()),
        inputs: values(request.getNews()),
        before: olds && values(olds),
        seed: request.getRandomseed_asU8(),
      });
      response.setInputs(toStruct(checked));
      return response;
    }),
    diff: answer((request: DiffRequest) => {
      const about = subject(request.getUrn());
      const inputs = values(request.getNews());
      const ignored = request.getIgnorechangesList();
      const found = [...differences(plain(values(request.getOldInputs())), plain(inputs))].filter(
        ([path]) =>
          !ignored.some(
            (prefix) =>
              path === prefix || (/^[.[]/.test(path.slice(prefix.length)) && path.startsWith(prefix)),
          ),
      );
      const replacing = (path: string) => provider.replacing(about, path);
      const paths = found.map(([path]) => path).filter(replacing);
      const first = paths.length > 0 && provider.deletesFirst({ subject: about, paths, inputs });
      return difference(new Map(found), replacing, first);
    }),
    create: answer(async (request: CreateRequest) => {
      const response = new messages.CreateResponse();
      const about = subject(request.getUrn());
      const inputs = values(request.getProperties());
      if (request.getPreview()) {
        response.setProperties(toStruct(provider.previewCreate(about, inputs)));
        return response;
      }
      const { id, outputs } = await provider.create(about, inputs);
      response.setId(id);
      response.setProperties(toStruct(outputs));
      return response;
    }),
    read: answer((request: ReadRequest) => {
      const response = new messages.ReadResponse();
      const known = { inputs: values(request.getInputs()), outputs: values(request.getProperties()) };
      const found = provider.read({ ...subject(request.getUrn()), id: request.getId() }, known);
      // No id is the protocol's way to say that it doesn't exist.
      if (found === undefined) return response;
      response.setId(found.id);
      response.setProperties(toStruct(found.outputs));
      response.setInputs(toStruct(found.inputs));
      return response;
    }),
    update: answer(async (request: UpdateRequest) => {
      const response = new messages.UpdateResponse();
      const existing = { ...subject(request.getUrn()), id: request.getId() };
      const [inputs, before] = [values(request.getNews()), values(request.getOlds())];
      const outputs = request.getPreview()
        ? provider.previewUpdate(existing, inputs, before)
        : await provider.update(existing, inputs, before);
      response.setProperties(toStruct(outputs));
      return response;
    }),
    delete: answer(async (request: DeleteRequest) => {
      await provider.delete({ ...subject(request.getUrn()), id: request.getId() });
      return new emptyMessages.Empty();
    }),
    construct: answer(async (request: ConstructRequest) => {
      if (provider.construct === undefined) throw new Error(`no stand-in for ${request.getType()}`);
      return provider.construct(request);
    }),
    invoke: answer((request: InvokeRequest) => {
      const response = new messages.InvokeResponse();
      response.setReturn(toStruct(provider.invoke(request.getTok(), plain(values(request.getArgs())))));
      return response;
    }),
  };
}

/** A detailed diff: what happens at each path, and which of them ask for a new resource. */
function difference(
  changes: ReadonlyMap<string, Change>,
  replacing: (path: string) => boolean,
  deleteFirst: boolean,
) {
  const response = new messages.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  response.setChanges(changes.size === 0 ? DIFF_NONE : DIFF_SOME);
  response.setDiffsList([...new Set([...changes.keys()].map(topLevel))]);
  response.setReplacesList([...changes.keys()].filter(replacing));
  response.setDeletebeforereplace(deleteFirst);
  response.setHasdetaileddiff(true);
  for (const [path, change] of changes) {
    const { Kind } = messages.PropertyDiff;
    const kinds = {
      add: [Kind.ADD, Kind.ADD_REPLACE],
      delete: [Kind.DELETE, Kind.DELETE_REPLACE],
      update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
    } as const;
    const property = new messages.PropertyDiff();
    property.setKind(kinds[change][replacing(path) ? 1 : 0]);
    property.setInputdiff(true);
    response.getDetaileddiffMap().set(path, property);
  }
  return response;
}

function subject(urn: string): Subject {
  const [, , types = "", ...names] = urn.split("::");
  return { urn, type: types.slice(types.lastIndexOf("$") + 1), name: names.join("::") };
}

function values(message: structMessages.Struct | undefined): Properties {
  return (message?.toJavaScript() ?? {}) as Properties;
}

/** A call's handler; what it throws becomes the call's error, as a provider's own errors do. */
function answer<Request, Response>(respond: (request: Request) => Response | Promise<Response>) {
  return async (call: ServerUnaryCall<Request, Response>, reply: sendUnaryData<Response>) => {
    try {
      reply(null, await respond(call.request));
    } catch (error) {
      reply({ code: status.UNKNOWN, details: (error as Error).message });
    }
  };
}
