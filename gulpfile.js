const { rm } = require('node:fs/promises');
const { dest, src } = require('gulp');

/** What tsc leaves behind: icons, codex files and output schemas belong beside the compiled nodes. */
const ASSETS = ['nodes/**/*.{svg,png,json}', 'credentials/**/*.{svg,png}'];

function build() {
	return src(ASSETS, { base: '.', encoding: false }).pipe(dest('dist'));
}

async function clean() {
	for (const folder of ['dist', 'dist-tools']) await rm(folder, { recursive: true, force: true });
}

module.exports = { build, clean };
