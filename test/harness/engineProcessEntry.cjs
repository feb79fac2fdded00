// The engine in a process of its own, straight from the sources: what node itself needs to read TypeScript. What has been
// translated is kept, for a test starts several such processes.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const kept = join(__dirname, '..', '..', 'node_modules', '.cache', 'engine-process');
mkdirSync(kept, { recursive: true });

const options = { module: 1, target: 9, esModuleInterop: true };
const ENVIRONMENT = JSON.stringify([require('typescript/package.json').version, options]);

require.extensions['.ts'] = (module, fileName) => {
	const source = readFileSync(fileName, 'utf8');
	const file = join(kept, `${createHash('sha256').update(ENVIRONMENT).update(fileName).update(source).digest('hex')}.js`);
	module._compile(read(file) ?? translated(source, fileName, file), fileName);
};

function read(file) {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return undefined;
	}
}

function translated(source, fileName, file) {
	// Takes a second to load, and is not needed where everything is kept.
	const ts = require('typescript');
	const { outputText } = ts.transpileModule(source, { compilerOptions: options, fileName });
	// Whole or not at all: several processes may be at it.
	const unfinished = `${file}.${process.pid}`;
	writeFileSync(unfinished, outputText);
	renameSync(unfinished, file);
	return outputText;
}

require('./engineProcessMain.ts');
