#!/usr/bin/env bash
# n8n-core 2.41.1 with n8n-workflow 2.41.0 (Node 20), the loaders that n8n reads packages of nodes with.
#
# A server lets go of the lists of node types once it has handed them on (releaseTypes), and gets them back when it needs them
# (ensureTypesLoaded). For a package without lists of its own one would expect them to be made from the nodes that are loaded. In fact
# the whole package is loaded once more: every node is another instance from then on, so that what a node has kept on itself is gone,
# and loadedNodes names each node twice.
#
# A package that brings the lists (what the command n8n-generate-metadata writes, and the lazy loader reads) is spared that: its nodes
# stay as they are. But its nodes do not know communityNodePackageVersion, which the lists have and which nodes of other packages have.
#
# The script makes a package with one node, and loads it in both ways.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
packages=(n8n-core@2.41.1 n8n-workflow@2.41.0 @n8n/backend-common@1.41.1 @n8n/di@0.17.0 reflect-metadata@0.2.2)
npm install "${packages[@]}" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null

mkdir -p sample/dist
cat >sample/package.json <<'JSON'
{ "name": "n8n-nodes-sample", "version": "1.2.3", "n8n": { "n8nNodesApiVersion": 1, "nodes": ["dist/Sample.node.js"], "credentials": [] } }
JSON
cat >sample/dist/Sample.node.js <<'JS'
class Sample {
	description = { displayName: 'Sample', name: 'sample', group: ['transform'], version: 1, description: 'Samples', defaults: { name: 'Sample' }, inputs: ['main'], outputs: ['main'], properties: [] };
	async execute() { return [[]]; }
}
module.exports = { Sample };
JS

cat >run.cjs <<'JS'
process.env.N8N_USER_FOLDER = process.cwd();
process.env.N8N_LOG_LEVEL = 'silent';
require('reflect-metadata');
const { LazyPackageDirectoryLoader, PackageDirectoryLoader } = require('n8n-core');
async function look(name, loader) {
	await loader.loadAll();
	const listed = loader.types.nodes[0].communityNodePackageVersion;
	const first = loader.getNode('sample').type;
	loader.releaseTypes();
	await loader.ensureTypesLoaded();
	const isSame = loader.getNode('sample').type === first;
	console.log(`${name}: ${isSame ? 'the same instance' : 'another instance'}, loadedNodes has ${loader.loadedNodes.length}, version in the list ${listed}, at the node ${first.description.communityNodePackageVersion}`);
}
(async () => {
	await look('without lists', new PackageDirectoryLoader('sample'));
	require('node:child_process').execFileSync(process.execPath, [require.resolve('n8n-core/bin/generate-metadata')], { cwd: 'sample' });
	await look('with lists', new LazyPackageDirectoryLoader('sample'));
})();
JS

node run.cjs | tee seen.txt
cat >expected.txt <<'TXT'
without lists: another instance, loadedNodes has 2, version in the list 1.2.3, at the node 1.2.3
with lists: the same instance, loadedNodes has 1, version in the list 1.2.3, at the node undefined
TXT
diff expected.txt seen.txt
echo 'As described.'
