// Runs the scanner that n8n runs over community packages, on the source and on the packed package, as n8n does.
// A script of its own because it is heavy; `npm run scan` builds first.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { analyzePackage, SOURCE_FILE_PATTERNS } from '@n8n/scan-community-package/scanner/scanner.mjs';

const folder = mkdtempSync(join(tmpdir(), 'credential-rotation-scan-'));
try {
	const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { encoding: 'utf8' });
	const [{ filename }] = JSON.parse(packed);
	execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder]);

	const scans = [
		['source', process.cwd(), SOURCE_FILE_PATTERNS],
		['package', join(folder, 'package'), ['**/*.js', 'package.json']],
	];
	for (const [name, directory, patterns] of scans) {
		const { passed, message = '', details = '' } = await analyzePackage(directory, patterns);
		console.log(`${name}: ${passed ? 'nothing found' : `${message}\n${details}`}`);
		if (!passed) process.exitCode = 1;
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}
