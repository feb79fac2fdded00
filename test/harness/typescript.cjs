// What node itself needs to read TypeScript, outside of jest. What has been translated is kept: several processes of one run
// want the same.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const kept = join(__dirname, '..', '..', 'node_modules', '.cache', 'translated');
mkdirSync(kept, { recursive: true });

// CommonJS, ES2022: by number, as the compiler is only loaded where something is to be translated.
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
