import { ElastiCacheClient, DescribeSnapshotsCommand } from "@aws-sdk/client-elasticache";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { clientIn } from "../../scripts/shared/aws-sdk";

const before = { ...process.env };
const servers: Server[] = [];

afterEach(() => {
  process.env = { ...before };
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

const listening = async (server: Server): Promise<string> => {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const aws = (): Promise<string> =>
  listening(
    createServer((_request, response) =>
      response
        .setHeader("content-type", "text/xml")
        .end(
          "<DescribeSnapshotsResponse><DescribeSnapshotsResult><Snapshots><Snapshot><SnapshotName>s</SnapshotName></Snapshot></Snapshots></DescribeSnapshotsResult></DescribeSnapshotsResponse>",
        ),
    ),
  );

/** Answers what it was asked for: `CONNECT host:port` for https, and the address for http. */
async function proxy(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.statusCode = 502;
    response.end();
  });
  server.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url ?? ""}`);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  return { url: await listening(server), asked };
}

const call = (endpoint: string) =>
  new ElastiCacheClient({
    ...clientIn("eu-west-1"),
    endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  }).send(new DescribeSnapshotsCommand({}));

test("a connection that does not come is given up after 5 to 30 seconds, and an answer that does not come after 30 to 120", () => {
  const { requestHandler } = clientIn("eu-west-1");
  // In milliseconds.
  expect(requestHandler.connectionTimeout).toBeGreaterThanOrEqual(5000);
  expect(requestHandler.connectionTimeout).toBeLessThanOrEqual(30_000);
  expect(requestHandler.socketTimeout).toBeGreaterThanOrEqual(30_000);
  expect(requestHandler.socketTimeout).toBeLessThanOrEqual(120_000);
});

test("AWS is called through HTTPS_PROXY", async () => {
  const { url, asked } = await proxy();
  process.env.HTTPS_PROXY = url;
  await expect(call("https://elasticache.eu-west-1.amazonaws.com")).rejects.toThrow();
  expect(asked).toEqual(["CONNECT elasticache.eu-west-1.amazonaws.com:443"]);
});

test("what NO_PROXY names is called directly, as the lab is", async () => {
  const { url, asked } = await proxy();
  Object.assign(process.env, { HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: "127.0.0.1" });
  const { Snapshots } = await call(await aws());
  expect(Snapshots).toMatchObject([{ SnapshotName: "s" }]);
  expect(asked).toEqual([]);
});
