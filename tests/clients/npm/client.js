// npm soap as a foreign client of the gateway. Usage: node client.js JOB_FILE; one JSON line a call (../README.md has the fields)
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const https = require('https');
const soap = require('soap');

const job = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const clients = new Map();

function tlsOf(certificate) {
  const files = job.certificates[certificate];
  return { cert: fs.readFileSync(files.chain), key: fs.readFileSync(files.key), ca: fs.readFileSync(job.ca) };
}

async function clientFor(call) {
  const key = `${call.url} ${call.soap} ${call.certificate}`;
  if (!clients.has(key)) {
    const tls = tlsOf(call.certificate);
    const client = await soap.createClientAsync(`${call.url}?wsdl`, {
      wsdl_options: { httpsAgent: new https.Agent(tls) },
      forceSoap12Headers: call.soap === '1.2',
      parseReponseAttachments: true,
    });
    client.setSecurity(new soap.ClientSSLSecurity(tls.key, tls.cert, tls.ca));
    clients.set(key, client);
  }
  return clients.get(key);
}

// The names in the central directory of a zip: Node.js itself reads none.
function zipEntries(zip) {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const names = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    names.push(zip.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}

// The zip of an answer. soap itself does not put the parts of an MTOM reply into their places: `zip` then holds only the reference.
function zipOf(answer, attachments) {
  if (typeof answer.zip === 'string') return Buffer.from(answer.zip, 'base64');
  const id = decodeURIComponent(answer.zip.Include.attributes.href.replace(/^cid:/, ''));
  return attachments.parts.find((part) => part.headers['content-id'] === `<${id}>`).body;
}

function answerFields(answer, attachments) {
  if (answer.odgovor) return { answer: answer.odgovor };
  if (answer.potrdilo) return { rights: answer.pravica.length };
  if (answer.korak) {
    const options = answer.izbira.flatMap((choice) => choice.moznost.map((option) => option.sl));
    return { page: { konec: answer.konec, korak: answer.korak, options } };
  }
  const zip = zipOf(answer, attachments);
  return { ime: answer.ime, sha256: crypto.createHash('sha256').update(zip).digest('hex'), entries: zipEntries(zip) };
}

function errorFields(error) {
  const fault = error.root && error.root.Envelope && error.root.Envelope.Body.Fault;
  const detail = fault && (fault.detail || fault.Detail);
  if (!detail) return { error: error.message };
  const { koda, sl, en, remedy, id } = detail.Napaka;
  const reason = fault.faultstring || fault.Reason.Text;
  const text = Array.isArray(reason) ? reason[0] : reason;
  return { fault: { text: text.$value || text, koda, sl, en, remedy, id } };
}

async function runCall(call) {
  const line = { id: call.id, operation: call.operation, form: call.form, soap: call.soap };
  let client;
  let response;
  try {
    client = await clientFor(call);
    client.once('response', (body, reply) => { response = reply; });
    const headers = call.form === 'MTOM' ? { Accept: 'text/xml, application/soap+xml, multipart/related' } : {};
    const [answer] = await client[`${call.operation}Async`](call.parameters, {}, headers);
    Object.assign(line, answerFields(answer, client.lastResponseAttachments));
  } catch (error) {
    Object.assign(line, errorFields(error));
    response = response || error.response;
  }
  if (response) Object.assign(line, { http: response.status, type: response.headers['content-type'] });
  return line;
}

async function main() {
  for (const call of job.calls) {
    console.log(JSON.stringify(await runCall(call)));
  }
}

main();
