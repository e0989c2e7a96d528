// One PouchDB replicates to another over HTTP, as a kiosk made of it would: `node pouchdb_pair.js DOCUMENTS ROUND_TRIP_MS`.
// Both keep LevelDB files in the working directory, the far one behind a wire that delays each way by half the round trip.
'use strict';
const net = require('net');
const { fork } = require('child_process');

const PouchDB = require('pouchdb-node');
const documents = Number(process.argv[2]);
const roundTrip = Number(process.argv[3]);

if (process.env.FAR) {
  const app = require('express')();
  const Folder = PouchDB.defaults({ prefix: './far-' });
  app.use('/', require('express-pouchdb')(Folder, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: './far.log' }));
  const server = app.listen(0, '127.0.0.1', () => process.send(server.address().port));
} else {
  main().catch((error) => { console.error(error); process.exit(1); });
}

function wire(port) {
  const carry = (from, to) => {
    from.on('data', (piece) => setTimeout(() => to.writable && to.write(piece), roundTrip / 2));
    from.on('end', () => setTimeout(() => to.end(), roundTrip / 2));
    from.on('error', () => to.destroy());
  };
  return new Promise((resolve) => {
    const listener = net.createServer((near) => {
      const far = net.connect(port, '127.0.0.1');
      near.setNoDelay(true);
      far.setNoDelay(true);
      carry(near, far);
      carry(far, near);
    });
    listener.listen(0, '127.0.0.1', () => resolve(listener.address().port));
  });
}

async function main() {
  const far = fork(__filename, process.argv.slice(2), { env: { ...process.env, FAR: '1' } });
  const port = await new Promise((resolve) => far.once('message', resolve));
  const through = roundTrip ? await wire(port) : port;
  const near = new PouchDB('./near');
  const made = [];
  for (let n = 0; n < documents; n += 1) {
    const id = `019ab000-0000-7000-8000-${String(n).padStart(12, '0')}`;
    const number = `K ${String((n % 999) + 1).padStart(3, '0')}`;
    const details = { appointment: `bench-${n}`, number, claim: 'barcode', language: 'fi' };
    made.push({ _id: id, seq: n + 1, kind: 'checked-in', at: new Date().toISOString(), details });
  }
  await near.bulkDocs(made);
  const began = process.hrtime.bigint();
  const told = await near.replicate.to(`http://127.0.0.1:${through}/facts`, { batch_size: 500 });
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  if (told.docs_written !== documents) throw new Error(`${told.docs_written} of ${documents} arrived`);
  console.log(JSON.stringify({ seconds }));
  far.kill();
  process.exit(0);
}
