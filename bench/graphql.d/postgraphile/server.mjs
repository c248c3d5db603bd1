// One process, or as many as PROCESSES says behind one port.
import cluster from "node:cluster";
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { grafserv } from "postgraphile/grafserv/node";
import preset from "./graphile.config.mjs";

const processes = Number(process.env.PROCESSES);
if (cluster.isPrimary && processes > 1) {
  for (let n = 0; n < processes; n++) {
    cluster.fork();
  }
} else {
  const server = createServer();
  const service = postgraphile(preset).createServ(grafserv);
  await service.addTo(server);
  await service.ready();
  server.listen(Number(process.env.PORT), "127.0.0.1");
}
